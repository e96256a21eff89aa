"""Every command of a register's week, a row each, and what follows from one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from domain.attendance import entries, provider_marks
from domain.attendance.facts import AttendanceFacts
from domain.attendance.sessions import NotAttending
from domain.attendance.state import Week
from domain.placement.stages import RUNNING, Stage
from domain.shared.errors import refuse
from domain.shared.step import Command, Step, table
from events.attendance import AttendanceEvent
from events.codes import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceStep(Step[Command, Week, AttendanceFacts, AttendanceEvent, Stage], Generic[Command]):
    """One command of a week of the register. Its stages are those of the placement."""


_PROVIDER = frozenset({Role.PROVIDER_USER, Role.INTEGRATION})
_SCHOOL = frozenset({Role.CASE_WORKER, Role.HEAD, Role.DSL})
_MARKED = RUNNING | {Stage.READY_TO_START}
# A register is put right also when the placement is over.
_PUT_RIGHT = _MARKED | {Stage.ENDED, Stage.CLOSED}

_ROWS = (
    AttendanceStep(provider_marks.RecordMark, provider_marks.record, stages=_MARKED, by=_PROVIDER),
    AttendanceStep(provider_marks.CorrectMark, provider_marks.correct, stages=_PUT_RIGHT, by=_PROVIDER),
    AttendanceStep(entries.ConfirmMark, entries.confirm, stages=_PUT_RIGHT, by=_SCHOOL),
    AttendanceStep(entries.ResolveAbsence, entries.resolve, stages=_PUT_RIGHT, by=_SCHOOL),
    AttendanceStep(entries.AmendMark, entries.amend, stages=_PUT_RIGHT, by=_SCHOOL),
)

STEPS: Mapping[type, AttendanceStep[Any]] = table(_ROWS)


def decide(state: Week, command: object, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    step = STEPS[type(command)]
    stage = facts.placement.stage
    refuse(None if stage in step.stages else NotAttending(f"The placement is {stage.value.replace('_', ' ')}."))
    return step.handle(state, command, facts)
