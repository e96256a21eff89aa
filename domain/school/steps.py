"""Every command of a home school, a row each, and what follows from one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from domain.calendar.school_calendar import SchoolCalendar
from domain.school import confirming, correcting, delegating, publishing, registering, succession
from domain.school import warnings as finding
from domain.school.facts import SchoolFacts
from domain.school.state import School, SchoolStage
from domain.school.warnings import SchoolWarningFinder
from domain.shared.errors import Rejected, refuse
from domain.shared.step import Command, Step, la_code, no_council, table
from domain.warnings import CommandWarning
from events.codes import Role
from events.ids import Urn
from events.school import SchoolEvent, SchoolRegistered


class SchoolWrongStage(Rejected):
    """A school is registered once. Everything else about it is recorded after that."""

    code = "school_wrong_stage"
    title = "The school is not at the stage for this"


def _no_successor(_command: object) -> None:
    return None


def _begins_nothing(_state: School, _command: object, _facts: SchoolFacts) -> tuple[SchoolRegistered, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolStep(Step[Command, School, SchoolFacts, SchoolEvent, SchoolStage], Generic[Command]):
    """One command of a home school.

    `council` is the code of the council that the command names. `successor` is the school that it names to take this
    one's place: the facts have that school as it is. `begins` is how the record of that school begins with the command.
    """

    council: Callable[[Command], str | None] = no_council
    successor: Callable[[Command], Urn | None] = _no_successor
    begins: Callable[[School, Command, SchoolFacts], tuple[SchoolRegistered, ...]] = _begins_nothing
    warns: tuple[SchoolWarningFinder, ...] = ()


_REGISTERED = frozenset({SchoolStage.REGISTERED})
# The head keeps the body's minutes, and so may record what it decided.
_OF_THE_BODY = frozenset({Role.BODY_DELEGATE, Role.HEAD})
_FOR_ITS_FUTURE = _OF_THE_BODY | {Role.LA_OFFICER}
_KEEPERS = frozenset({Role.LA_OFFICER, Role.HEAD, Role.CASE_WORKER})

_ROWS = (
    SchoolStep(
        registering.RegisterSchool,
        registering.register,
        stages={SchoolStage.UNKNOWN},
        by={Role.LA_OFFICER, Role.CASE_WORKER},
        council=la_code,
    ),
    SchoolStep(correcting.CorrectSchool, correcting.correct, stages=_REGISTERED, by=_KEEPERS),
    SchoolStep(
        publishing.PublishCalendar,
        publishing.publish,
        stages=_REGISTERED,
        by=_KEEPERS,
        warns=(finding.inset_days, finding.half_days, finding.second_person),
    ),
    SchoolStep(confirming.ConfirmCalendarCorrection, confirming.confirm, stages=_REGISTERED, by=_KEEPERS),
    SchoolStep(delegating.GrantDelegation, delegating.grant, stages=_REGISTERED, by=_OF_THE_BODY),
    SchoolStep(delegating.RevokeDelegation, delegating.revoke, stages=_REGISTERED, by=_OF_THE_BODY),
    SchoolStep(
        succession.ConvertSchool,
        succession.convert,
        stages=_REGISTERED,
        by=_FOR_ITS_FUTURE,
        successor=lambda command: command.successor_urn,
        begins=succession.begun,
    ),
    SchoolStep(
        succession.CloseSchool,
        succession.close,
        stages=_REGISTERED,
        by=_FOR_ITS_FUTURE,
        successor=lambda command: command.successor_urn,
    ),
    SchoolStep(succession.CancelSuccession, succession.cancel, stages=_REGISTERED, by=_FOR_ITS_FUTURE),
)

STEPS: Mapping[type, SchoolStep[Any]] = table(_ROWS)


def decide(state: School, command: object, facts: SchoolFacts) -> tuple[SchoolEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    step = STEPS[type(command)]
    refuse(_wrong_stage(state, step))
    return step.handle(state, command, facts)


def _wrong_stage(state: School, step: SchoolStep[Any]) -> Rejected | None:
    if state.stage in step.stages:
        return None
    if state.stage is SchoolStage.SUCCEEDED:
        return SchoolWrongStage(succession.refused_words(state))
    if state.stage is SchoolStage.REGISTERED:
        return SchoolWrongStage("This school is already registered.")
    return SchoolWrongStage("Register the school first.")


def warnings(command: object, events: Sequence[SchoolEvent], calendar: SchoolCalendar) -> tuple[CommandWarning, ...]:
    """Everything that the answer to an accepted command warns of. `calendar` is the one that it leaves in force."""
    return tuple(each for find in STEPS[type(command)].warns for each in find(command, events, calendar))
