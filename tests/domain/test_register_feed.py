"""The register of children not in school: who is in it on a day, and what an entry says."""

from dataclasses import replace
from typing import Any

import pytest

from domain.law.council_register import CHILDREN_NOT_IN_SCHOOL
from domain.law.origins import Certainty
from domain.placement.stages import Stage
from domain.placement.state import Placement, evolve
from domain.returns.register import Absent, ArrangedBy, Registered, registered
from events.codes import CommissionerKind, LegalBasis, ProviderKind
from events.ids import ConcernId, ReviewId
from events.placement.running import PlacementPaused
from tests.domain.changes import with_fields
from tests.domain.examples import PROVIDER, PUPIL, at, day, picture
from tests.domain.test_census import ended, pattern, running
from tests.dsl import an_id

TODAY = day("2026-12-08")


def entered(state: Placement, **provider: Any) -> Registered:
    found = registered(state, replace(PROVIDER, **provider), TODAY)
    assert found is not None
    return found


def _on_roll(state: Placement, said: bool | None) -> Placement:
    assert state.referral.submitted is not None
    return with_fields(state, referral=replace(state.referral.submitted, picture=picture(on_roll=said)))


def test_the_section_is_not_known_to_be_in_force() -> None:
    assert not CHILDREN_NOT_IN_SCHOOL.in_force(day("2030-01-01"))
    assert CHILDREN_NOT_IN_SCHOOL.certainty is Certainty.UNCONFIRMED


@pytest.mark.obligation("S3", "S7")
def test_a_pupil_on_roll_taught_at_a_provider_not_a_school_has_an_entry() -> None:
    found = entered(running())

    assert (found.legal_name, found.born_on, found.upn) == (PUPIL.legal_name, PUPIL.born_on, PUPIL.upn)
    assert (found.address, found.parents) == (PUPIL.address, ("Sam Example",))
    assert (found.home_school_urn, found.provider_name) == ("900001", "Imbue")
    assert (found.arranged_by, found.legal_basis) == (ArrangedBy.SCHOOL, LegalBasis.OSD)
    assert (found.since, found.sessions_a_week, found.absent) == (day("2026-11-26"), 4, Absent.SOME)
    assert (found.erased, found.faults) == (False, ())


@pytest.mark.parametrize(
    ("state", "kind", "within"),
    [
        (running(), ProviderKind.COLLEGE, True),
        (running(), ProviderKind.SCHOOL, False),
        (running(started_on=TODAY), ProviderKind.NON_SCHOOL, True),
        (running(started_on=day("2026-12-09")), ProviderKind.NON_SCHOOL, False),
        (at(Stage.READY_TO_START).state, ProviderKind.NON_SCHOOL, False),
        (ended("2026-12-08"), ProviderKind.NON_SCHOOL, True),
        (ended("2026-12-07"), ProviderKind.NON_SCHOOL, False),
        (_on_roll(running(), said=True), ProviderKind.NON_SCHOOL, True),
        (_on_roll(running(), said=False), ProviderKind.NON_SCHOOL, False),
    ],
)
def test_who_is_taught_elsewhere_on_the_day_is_in_it(state: Placement, kind: ProviderKind, within: bool) -> None:
    assert (registered(state, replace(PROVIDER, kind=kind), TODAY) is not None) is within


def test_a_provider_that_is_not_on_record_makes_no_entry() -> None:
    assert registered(running(), None, TODAY) is None


def test_a_week_wholly_away_from_school_is_told_from_one_in_part() -> None:
    assert entered(running(patterns=(pattern(10),))).absent is Absent.ALL
    assert entered(running(patterns=(pattern(9),))).absent is Absent.SOME


@pytest.mark.obligation("S19")
def test_on_a_paused_day_a_pupil_has_an_entry_and_no_provider_session() -> None:
    pause = PlacementPaused(
        concern_id=ConcernId(an_id("concern")), paused_on=TODAY, review_id=ReviewId(an_id("review"))
    )
    found = entered(evolve(running(), pause))

    assert (found.sessions_a_week, found.absent) == (0, None)
    assert {(fault.code, fault.field) for fault in found.faults} == {("placement_paused", "sessions_a_week")}
    assert entered(evolve(running(), replace(pause, paused_on=day("2026-12-09")))).sessions_a_week == 4


def test_what_the_council_arranged_says_so() -> None:
    assert entered(running(commissioner=CommissionerKind.LA)).arranged_by is ArrangedBy.LA


def test_what_an_entry_lacks_is_told() -> None:
    state = _on_roll(running(patterns=(), pupil=replace(PUPIL, address=" ", upn="")), said=None)

    found = entered(state)

    assert (found.absent, found.sessions_a_week, found.upn) == (None, None, None)
    assert {(fault.code, fault.field) for fault in found.faults} == {
        ("upn_missing", "upn"),
        ("address_missing", "address"),
        ("pattern_missing", "absent"),
        ("sessions_missing", "sessions_a_week"),
        ("roll_missing", "on_roll"),
    }


def test_the_entry_of_an_erased_pupil_names_nobody_and_says_so() -> None:
    state = running(pupil=None)
    assert state.referral.submitted is not None

    found = entered(with_fields(state, referral=replace(state.referral.submitted, picture=None, details=None)))

    assert (found.legal_name, found.born_on, found.address, found.parents) == (None, None, None, ())
    assert (found.erased, found.upn) == (True, None)
    assert {(fault.code, fault.field) for fault in found.faults} == {("erased", "upn"), ("erased", "on_roll")}
