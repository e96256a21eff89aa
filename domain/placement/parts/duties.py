"""Duties as time and the school's calendar leave them: missed, disproved, moved, overtaken."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from events.codes import RuleId
from events.placement.deadlines import (
    DeadlineMissed,
    DeadlineRecalculated,
    DutyOvertaken,
    MissDisproved,
    OvertakenDutyDealtWith,
)
from events.placement.other_streams import CalendarTaken


class DutiesState(NamedTuple):
    """`calendar_version` is the version of the school's calendar by which the deadlines were last computed.

    `missed` holds each missed deadline that is not a review, and `disproved` what corrections say of misses.
    `overtaken` are the duties that a change of the school's days overtook, of the start as it is now.
    """

    calendar_version: int = 0
    missed: tuple[DeadlineMissed, ...] = ()
    disproved: tuple[MissDisproved, ...] = ()
    recalculated: tuple[DeadlineRecalculated, ...] = ()
    overtaken: tuple[DutyOvertaken, ...] = ()
    overtaken_dealt_with: tuple[OvertakenDutyDealtWith, ...] = ()


def start_moved(part: DutiesState) -> DutiesState:
    """A notice for the start before is spent, and with it what overtook it."""
    kept = (each for each in part.overtaken if each.rule is not RuleId.T1 or each.subject is not None)
    return part._replace(overtaken=tuple(kept))


def recalculated(part: DutiesState, event: DeadlineRecalculated) -> DutiesState:
    return part._replace(recalculated=(*part.recalculated, event))


EVOLVE: Final[Mapping[type[Any], Callable[[DutiesState, Any], DutiesState]]] = {
    CalendarTaken: lambda part, event: part._replace(calendar_version=event.version),
    DeadlineMissed: lambda part, event: part._replace(missed=(*part.missed, event)),
    MissDisproved: lambda part, event: part._replace(disproved=(*part.disproved, event)),
    DutyOvertaken: lambda part, event: part._replace(overtaken=(*part.overtaken, event)),
    OvertakenDutyDealtWith: lambda part, event: part._replace(overtaken_dealt_with=(*part.overtaken_dealt_with, event)),
}
