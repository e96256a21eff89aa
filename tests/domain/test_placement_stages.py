"""The whole story from referral to return, and the table that guards each step of it."""

import importlib
from itertools import pairwise
from pkgutil import walk_packages
from typing import get_args, get_type_hints

import pytest

from domain import placement
from domain.placement.guards import RoleNotAllowed, WrongStage
from domain.placement.lifecycle import MOVES
from domain.placement.record.documents import RecordDocuments
from domain.placement.record.letters import RecordLetterFate
from domain.placement.record.retention import ProposeErasure
from domain.placement.record.view import view
from domain.placement.referral.referral import SubmitReferral
from domain.placement.stages import TERMINAL, Stage
from domain.placement.steps import COMMANDS, STEPS, wrong_role, wrong_stage
from domain.placement.time.pass_time import PassTime
from domain.shared.errors import Rejected, Rejections
from domain.shared.step import table
from events.codes import Role
from events.definition import is_value
from tests.domain.examples import at, day, steps, submit


@pytest.mark.obligation("C5")
@pytest.mark.parametrize("stage", list(steps()))
def test_each_stage_is_reached_by_its_commands(stage: Stage) -> None:
    assert at(stage).state.stage is stage


@pytest.mark.obligation("C5")
def test_every_stage_is_led_to_and_the_story_goes_the_ways_that_are_drawn() -> None:
    assert {after for _, _, after in MOVES} == set(Stage) - {Stage.NEW}
    reached = list(steps())
    ways = {(before, after) for before, _, after in MOVES}

    assert set(pairwise(reached)) <= ways


def test_a_command_at_the_wrong_stage_is_refused_with_the_stages_it_needs() -> None:
    (reason,) = at(Stage.REFERRED).when(submit()).then_rejected(WrongStage)

    assert reason.detail == "The placement is referred. This needs it to be draft."


def test_a_command_of_the_wrong_role_is_refused() -> None:
    (reason,) = at(Stage.DRAFT).by(Role.AUDITOR).when(submit()).then_rejected(RoleNotAllowed)

    assert reason.detail == "This is for: case worker."


@pytest.mark.obligation("C7")
def test_every_command_stands_in_the_table_with_a_role_and_a_stage() -> None:
    assert set(STEPS) == _values() - _parts(_values()) == set(COMMANDS.values())
    assert all(step.by and step.stages and step.summary for step in STEPS.values())
    assert COMMANDS["submit-referral"] is SubmitReferral


def _values() -> set[type]:
    """What the modules of a placement's rules define as values: commands, and what commands are made of."""
    modules = [importlib.import_module(each.name) for each in walk_packages(placement.__path__, "domain.placement.")]
    found = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    return {each for each in found if each.__module__.startswith("domain.placement.") and is_value(each)}


def _parts(values: set[type]) -> set[type]:
    hints = [hint for each in values for hint in get_type_hints(each).values()]
    return {part for hint in hints for part in (hint, *get_args(hint)) if isinstance(part, type)}


def test_a_command_has_one_row() -> None:
    with pytest.raises(AssertionError):
        table([*STEPS.values(), STEPS[SubmitReferral]])


def test_only_corrections_papers_access_and_erasure_follow_a_final_stage() -> None:
    after = {command.__name__ for command, step in STEPS.items() if step.stages & TERMINAL}

    assert after == {
        "CorrectRecord",
        "RecordDocuments",
        "ProposeErasure",
        "ConfirmErasure",
        "DecideErasure",
        "RestrictAccess",
        "LiftAccessRestriction",
        "RecordSubjectAccessRequest",
        "ExtendSubjectAccessRequest",
        "RecordSubjectAccessAnswer",
        "QuerySubjectAccessRequest",
        "RecordQueryAnswer",
        "ConsiderSeriousHarm",
        "RecordDataProtectionComplaint",
        "AcknowledgeDataProtectionComplaint",
        "AnswerDataProtectionComplaint",
        "RecordCommunication",
        "RecordLetterFate",
        "RecordReturnedLetter",
    }


def test_time_documents_and_proposed_erasures_are_the_systems_own_commands() -> None:
    assert {command for command, step in STEPS.items() if not step.is_for_people} == {
        RecordDocuments,
        RecordLetterFate,
        PassTime,
        ProposeErasure,
    }


def test_the_table_answers_for_a_person_who_asks_what_may_be_done() -> None:
    assert wrong_stage(Stage.DRAFT, SubmitReferral) is None
    assert isinstance(wrong_stage(Stage.ACTIVE, SubmitReferral), WrongStage)
    assert wrong_role(Role.CASE_WORKER, SubmitReferral) is None
    assert isinstance(wrong_role(Role.PARENT, SubmitReferral), RoleNotAllowed)


def _all(cls: type[Rejected]) -> list[type[Rejected]]:
    return [each for sub in cls.__subclasses__() for each in (sub, *_all(sub))]


def test_every_refusal_has_a_code_of_its_own_a_title_and_a_page() -> None:
    ours = [cls for cls in _all(Rejected) if cls.__module__.startswith("domain.")]
    codes = [cls.code for cls in ours]

    assert len(codes) == len(set(codes))
    assert all(cls.title and cls.__doc__ for cls in ours)


def test_reasons_read_as_one_message() -> None:
    (one,) = at(Stage.REFERRED).when(submit()).reasons

    assert str(Rejections((one, one))) == f"{one.detail}; {one.detail}"


def test_the_record_is_shown_whole_in_json() -> None:
    shown = view(at(Stage.CLOSED).state)

    assert shown["stage"] == "closed"
    assert shown["pupil"]["legal_name"] == "Robin Example"
    assert shown["started_on"] == "2026-11-26"
    assert shown["closed_on"] == day("2027-02-22").isoformat()
