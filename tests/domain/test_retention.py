"""How long a pupil's record is kept by name, and that nothing is erased unless a person confirms it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.deadlines import deadlines
from domain.errors import Rejected
from domain.placement.retention import (
    ConfirmErasure,
    ErasureNotProposed,
    ErasureProposedAlready,
    ProposeErasure,
    StillKept,
    kept_until,
)
from domain.placement.state import Placement, Stage
from events.codes import PupilFlag, Role, RuleId
from events.placement import ErasureConfirmed, ErasureProposed
from tests.domain.examples import at, day, picture
from tests.dsl import Given

PROPOSED = ErasureProposed(proposed_on=day("2038-01-04"), kept_until_year=2037)


def born(on: str, **changes: Any) -> Placement:
    state = at(Stage.CLOSED).state
    assert state.pupil is not None
    assert state.referral is not None
    fields = {"sen_need": None, "flags": ()} | changes
    return replace(
        state,
        pupil=replace(state.pupil, born_on=day(on)),
        referral=replace(state.referral, picture=replace(picture(), **fields)),
    )


def closed(on: str = "2038-01-04") -> Given:
    return at(Stage.CLOSED).on(day(on), 12)


@pytest.mark.parametrize(
    ("placements", "last_entry_on", "expected"),
    [
        ([born("2012-01-01")], None, date(2037, 12, 31)),
        ([born("2012-12-31")], None, date(2037, 12, 31)),
        ([born("2012-05-02", sen_need="dyslexia")], None, date(2043, 12, 31)),
        ([born("2012-05-02", sen_need=" ")], None, date(2037, 12, 31)),
        ([born("2012-05-02", flags=(PupilFlag.EHCP,))], None, date(2043, 12, 31)),
        ([born("2012-05-02"), born("2012-05-02", sen_need="dyslexia")], None, date(2043, 12, 31)),
        ([born("2012-05-02")], day("2027-03-25"), date(2037, 12, 31)),
        ([born("2012-05-02")], day("2032-01-01"), date(2038, 12, 31)),
        ([replace(born("2012-05-02"), referral=None)], None, date(2037, 12, 31)),
        ([Placement(), born("2012-05-02")], None, date(2037, 12, 31)),
        ([Placement()], day("2027-03-25"), None),
    ],
)
def test_a_record_is_kept_for_years_after_birth_and_its_register_for_years_after_the_last_entry(
    placements: list[Placement], last_entry_on: date | None, expected: date | None
) -> None:
    assert kept_until(placements, last_entry_on) == expected


def test_erasure_is_proposed_once_and_only_when_the_year_is_over() -> None:
    propose = ProposeErasure(kept_until_year=2037)
    system = closed().knowing(role=Role.SYSTEM)

    system.when(propose).then(PROPOSED)
    system.and_then(PROPOSED).when(propose).then_rejected(ErasureProposedAlready)
    closed("2037-12-31").knowing(role=Role.SYSTEM).when(propose).then_rejected(StillKept)


@pytest.mark.parametrize("role", [Role.HEAD, Role.LA_OFFICER])
def test_a_person_confirms_what_was_proposed_once(role: Role) -> None:
    confirmed = ErasureConfirmed(confirmed_on=day("2038-01-04"))
    story = closed().and_then(PROPOSED).knowing(role=role)
    refusals: type[Rejected] = ErasureNotProposed

    story.when(ConfirmErasure()).then(confirmed)
    closed().knowing(role=role).when(ConfirmErasure()).then_rejected(refusals)
    story.and_then(confirmed).when(ConfirmErasure()).then_rejected(refusals)


def test_a_proposal_is_on_the_list_until_it_is_confirmed_and_is_no_breach() -> None:
    story = closed().and_then(PROPOSED)

    [due] = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T16]

    assert (due.due_on, due.owner, due.severity.value) == (day("2038-01-04"), Role.HEAD, "ADVISORY")
    assert due.words.startswith(
        "Erasure of the pupil's personal data decided by Monday 4 January 2038: kept until the end of 2037, and no"
        " longer without a reason"
    )
    after = story.and_then(ErasureConfirmed(confirmed_on=day("2038-01-04")))
    assert RuleId.T16 not in {each.rule for each in deadlines(after.state, after.calendar)}
    assert RuleId.T16 not in {each.rule for each in deadlines(closed().state, story.calendar)}
