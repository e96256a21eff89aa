"""Changing a frozen value without running its constructor."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from domain.placement.state import Placement, Stage
from domain.shared.changing import with_changes


def test_what_is_changed_is_what_replace_gives_and_the_old_stays_as_it_was() -> None:
    before = Placement(stage=Stage.ACTIVE, started_on=date(2026, 11, 26))

    after = with_changes(before, stage=Stage.ENDED, closed_on=date(2026, 12, 1))

    assert after == replace(before, stage=Stage.ENDED, closed_on=date(2026, 12, 1))
    assert before == Placement(stage=Stage.ACTIVE, started_on=date(2026, 11, 26))
    with pytest.raises(FrozenInstanceError):
        after.stage = Stage.CLOSED  # type: ignore[misc] # that is what is tried


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="Placement has no field stag"):
        with_changes(Placement(), stag=Stage.ENDED)  # type: ignore[call-arg] # that is what is tried
