"""What the rows of the commands say beside their rules: what a command names, and what most of them name nothing of."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.placement.corrections.corrections import CorrectRecord
from domain.placement.corrections.steps import named as named_by_correction
from domain.placement.event_rows import EVENTS
from domain.placement.facts import Need
from domain.placement.parts.referral import ReferralState
from domain.placement.record.assigning import AssignCase
from domain.placement.record.contact import AddNote
from domain.placement.referral.drafting import DraftReferral
from domain.placement.referral.proposal import ProposeProvider
from domain.placement.stages import Stage
from domain.placement.state import Placement, initial
from domain.placement.step import Named
from domain.placement.steps import STEPS
from domain.placement.time.deadline_view import deadline_view
from domain.placement.time.deadlines import deadlines
from domain.placement.time.turns import EscalationStatus
from domain.provider.registration import RegisterProvider
from domain.provider.steps import STEPS as PROVIDER
from domain.pupil.steps import STEPS as PUPIL_STEPS
from domain.school.registering import RegisterSchool
from domain.school.state import School
from domain.school.steps import STEPS as SCHOOL
from events.codec import canonical_json
from events.ids import CommandId
from events.placement.reviews import ReviewDecided
from events.placement.running import AttendancePatternSet, PlacementStarted
from tests.domain.examples import CALENDAR, PUPIL, at, day
from tests.dsl import FactsAskedFor, an_id
from tests.events.samples import sample

COMMAND_ID = CommandId(an_id("a command"))


def _correction(field: str, value: str) -> CorrectRecord:
    return replace(sample(CorrectRecord), field=field, value=value)


def test_a_corrected_upn_names_the_number_and_whose_it_is() -> None:
    state = at(Stage.DETERMINED).state
    other = replace(PUPIL, upn=f"{PUPIL.upn[:-1]}9")

    found = named_by_correction(state, _correction("pupil", canonical_json(other)), COMMAND_ID).numbered

    assert found is not None
    assert (found.number, found.pupil_id, found.school_urn) == (other.upn, state.pupil_id, state.home_school_urn)


@pytest.mark.parametrize(
    ("state", "field", "value"),
    [
        (at(Stage.DETERMINED).state, "reason", '"other words"'),
        (at(Stage.DETERMINED).state, "pupil", canonical_json(PUPIL)),
        (at(Stage.DETERMINED).state, "pupil", "no pupil"),
        (at(Stage.DETERMINED).state._replace(referral=ReferralState()), "pupil", canonical_json(PUPIL)),
    ],
    ids=["another-field", "the-same-upn", "not-readable", "nobody-on-record"],
)
def test_any_other_correction_names_nobody(state: Placement, field: str, value: str) -> None:
    assert named_by_correction(state, _correction(field, value), COMMAND_ID) == Named()


def test_a_correction_asks_for_the_facts_of_the_row_of_its_event() -> None:
    step, command = STEPS[CorrectRecord], sample(CorrectRecord)
    asked = {kind: step.needed(command, {command.corrects_event_id: sample(kind)}) for kind in EVENTS}

    assert asked == {kind: row.needs for kind, row in EVENTS.items()}
    assert {kind for kind, needs in asked.items() if needs} >= {AttendancePatternSet, PlacementStarted, ReviewDecided}
    assert step.needed(command, {}) == frozenset()


def test_a_rule_that_reads_a_fact_which_its_row_forgets_is_found() -> None:
    facts = FactsAskedFor(at(Stage.ACTIVE).facts(AddNote(text="a note")), {Need.OWNERSHIP}, "AddNote")

    assert (facts.owned, facts.today) == (None, day("2026-11-26"))
    with pytest.raises(AssertionError, match="the row of AddNote does not ask for elsewhere"):
        assert facts.elsewhere


def test_a_draft_names_its_school_and_its_pupil() -> None:
    command = sample(DraftReferral)

    found = STEPS[DraftReferral].names(initial(), command, COMMAND_ID)

    assert (found.school_urn, found.pupil_id) == (command.home_school_urn, command.pupil_id)


def test_a_proposal_names_its_provider() -> None:
    command = sample(ProposeProvider)

    assert STEPS[ProposeProvider].names(initial(), command, COMMAND_ID) == Named(provider_id=command.provider_id)


def test_a_command_that_names_nothing_says_so() -> None:
    naming = {DraftReferral, ProposeProvider, CorrectRecord, AssignCase}
    quiet = [step for kind, step in STEPS.items() if kind not in naming]

    assert all(step.names(initial(), object(), COMMAND_ID) == Named() for step in quiet)


def test_a_placement_begins_with_its_draft_alone() -> None:
    assert [kind for kind, step in STEPS.items() if step.begins] == [DraftReferral]


def test_a_provider_begins_with_its_registration_alone() -> None:
    assert [kind for kind, step in PROVIDER.items() if step.begins] == [RegisterProvider]


@pytest.mark.parametrize("table", [PROVIDER, SCHOOL], ids=["provider", "school"])
def test_a_command_with_a_council_code_names_that_council(table: Any) -> None:
    for kind, step in table.items():
        command = sample(kind)
        code = getattr(command, "la_code", None)

        assert step.council(command) in {code, None}
    assert SCHOOL[RegisterSchool].council(sample(RegisterSchool)) == sample(RegisterSchool).la_code


def test_most_school_commands_name_no_successor_and_begin_no_other_record() -> None:
    plain: Any = SCHOOL[RegisterSchool]

    assert plain.successor(sample(RegisterSchool)) is None
    # It asks for no fact.
    assert plain.begins(sample(School), sample(RegisterSchool), None) == ()


def test_most_commands_of_a_pupil_hand_nothing_over() -> None:
    receivers = {kind.__name__: step.receiver for kind, step in PUPIL_STEPS.items()}

    assert receivers["ChangePupilFlags"](object()) is None


def test_what_the_rows_offer_to_people_is_not_the_systems() -> None:
    for step in STEPS.values():
        assert bool(step.people) == step.is_for_people
        assert step.summary


def test_a_deadline_is_shown_with_whose_turn_it_is() -> None:
    state = at(Stage.ACTIVE).state
    first, *_ = deadlines(state, CALENDAR)

    shown = deadline_view(first, datetime(2026, 1, 1, tzinfo=UTC))

    assert (shown.rule, shown.due_on, shown.standing) == (first.rule, first.due_on, EscalationStatus.TO_COME)
