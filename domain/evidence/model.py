"""A clause as data: what it demands in words, whether it binds here, and a pure function that finds its evidence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.origins import Law, RuleOrigin
from domain.law.regimes import Regime
from domain.placement.record.history import Record
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline
from events.codes import RuleId


class ClauseStatus(StrEnum):
    """The verdict on a clause for one record: BREACHED where law was missed, ADVISORY_MISSED where good practice was.

    OVERTAKEN: it was met, and the school's days changed afterwards, which is no miss.
    UNKNOWN: whether it applied cannot be said any more, as the pupil's personal data was erased.
    """

    SATISFIED = "satisfied"
    OUTSTANDING = "outstanding"
    OVERTAKEN = "overtaken"
    BREACHED = "breached"
    ADVISORY_MISSED = "advisory_missed"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


class DutyOutcome(StrEnum):
    """What became of a duty, however binding it is."""

    MET = "met"
    OUTSTANDING = "outstanding"
    OVERTAKEN = "overtaken"
    MISSED = "missed"


_OUTCOMES = {
    ClauseStatus.SATISFIED: DutyOutcome.MET,
    ClauseStatus.OUTSTANDING: DutyOutcome.OUTSTANDING,
    ClauseStatus.OVERTAKEN: DutyOutcome.OVERTAKEN,
    ClauseStatus.BREACHED: DutyOutcome.MISSED,
    ClauseStatus.ADVISORY_MISSED: DutyOutcome.MISSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One record as evidence is sought in it: its events with corrections applied, and what is due by them.

    `calendar` is the one that the placement uses; `as_corrected` gives the days of an earlier version, with what
    was found wrong in them since.
    """

    records: tuple[Record, ...]
    state: Placement
    due: tuple[Deadline, ...]
    calendar: SchoolCalendar
    as_corrected: Callable[[int], SchoolCalendar]

    def of(self, *types: type) -> Iterator[Record]:
        """The records of these kinds of event, the earliest first."""
        return (record for record in self.records if isinstance(record.event, types))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFinding:
    """`record` is the event that satisfies the clause, or that recorded its miss. `provisional`: its day may move."""

    standing: ClauseStatus
    why: str
    record: Record | None = None
    due_on: date | None = None
    provisional: bool = False

    @property
    def outcome(self) -> DutyOutcome | None:
        """None where there is no duty, or where nobody can say."""
        return _OUTCOMES.get(self.standing)


Find = Callable[[Look], Iterator[ClauseFinding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """`law` is the law that makes it binding, where a regime says so; None where it binds whatever the regime.

    `id` is short and stays, for links and tests. `refs` are the clauses as refusals cite them.
    """

    id: str
    clause: str
    demands: str
    find: Find
    rule: RuleId | None = None
    mark: RuleOrigin = RuleOrigin.LAW
    law: Law | None = Law.SECTION_29A
    refs: tuple[str, ...] = ()

    def binds(self, regime: Regime | None) -> bool:
        """As law; elsewhere it is good practice. Before the determination no regime is known."""
        if self.mark is not RuleOrigin.LAW:
            return False
        return self.law is None or (regime is not None and self.law in regime.laws)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One line of the answer: a clause, and one finding for it or against it."""

    clause: Clause
    binding: bool
    finding: ClauseFinding


Applies = Callable[[Placement], ClauseFinding | None]
"""The finding where a clause does not apply to a placement, or where that is unknown; None where it applies."""
Proves = Callable[[Any, Placement], bool]
"""Whether an event, given the placement as it is now, satisfies a clause."""
