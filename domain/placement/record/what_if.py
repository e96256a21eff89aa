"""What the record would say under another regime, or under another reading of a rule. Nothing is decided again.

Each fact that a rule judged is judged again, as it was recorded: what people would have done instead is not guessed.
The days on which things fell due are those of the regime in force, which all regimes here share.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.bases import BASES
from domain.law.regimes import Regime
from domain.law.rules import RULES
from domain.placement.binding import figures_of, of_review, severity
from domain.placement.guards import missing_recipients
from domain.placement.record.history import Record, corrected
from domain.placement.reviews.arranging import invitees_by
from domain.placement.state import Placement, evolve, initial
from events.codes import CommissionerKind, RuleId, Severity
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import PlacementDetermined
from events.placement.reviews import ReviewInvitationGiven, ReviewMissed, ReviewOutcomeNotified
from events.placement.union import PlacementEvent


class NoticeReading(StrEnum):
    """How T1's "not less than two school days before" is counted: in clear days, or with the day it is given."""

    CLEAR = "clear"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReading:
    """Another regime for the placements that it fits, whatever its dates, and another reading of T1.

    Without a regime each placement keeps its own. The defaults are what is in force.
    """

    regime: Regime | None = None
    notice: NoticeReading = NoticeReading.CLEAR

    def concerns(self, state: Placement, school: CommissionerKind | None) -> bool:
        """The placement was determined, and by somebody, on a basis, that the regime is for."""
        if state.decision.determination is None or state.commissioner is None or state.legal_basis is None:
            return False
        if self.regime is None:
            return True
        return school is not None and self.regime.is_for(state.commissioner, state.legal_basis, school)


IN_FORCE = RuleReading()


class WhatIfOutcome(StrEnum):
    ALLOWED = "allowed"
    TIMELY = "timely"
    LATE = "late"
    MISSED = "missed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`severity` weighs what is not as it should be: against the law, or against good practice."""

    outcome: WhatIfOutcome
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One fact of the record, as its clause judged it and as it would have."""

    record: Record
    clause: str
    was: Judgement
    would: Judgement

    @property
    def differs(self) -> bool:
        return self.was != self.would


Calendars = Callable[[int], SchoolCalendar]
"""The home school's calendar by its version: a notice says on which it was counted."""


def compare(records: Sequence[Record], reading: RuleReading, calendars: Calendars) -> tuple[Line, ...]:
    """Every fact that a rule judged, as it was judged and as the reading would judge it."""
    kept = corrected(records)
    lines: list[Line] = []
    state = initial()
    notices = [record.event for record in kept if isinstance(record.event, NoticeGiven)]
    for record in kept:
        state = evolve(state, record.event)
        clause = _clause(record.event)
        was = _judged(record.event, state, IN_FORCE, notices, calendars)
        would = _judged(record.event, state, reading, notices, calendars)
        if clause is not None and was is not None and would is not None:
            lines.append(Line(record=record, clause=clause, was=was, would=would))
    return tuple(lines)


def _severity(state: Placement, rule: RuleId, reading: RuleReading) -> Severity:
    """Under another regime as it is, throughout: what runs on from it is no question of a reading."""
    if reading.regime is None or RULES[rule].whatever_regime:
        return severity(state, rule)
    return reading.regime.severity(rule)


def _clause(event: PlacementEvent) -> str | None:
    match event:
        case PlacementDetermined():
            return "Education Act 2002 s 29A"
        case NoticeGiven():
            return RULES[RuleId.T1].clause
        case ReviewInvitationGiven():
            return RULES[RuleId.T2].clause
        case ReviewOutcomeNotified():
            return RULES[RuleId.T3].clause
        case DeadlineMissed() | ReviewMissed():
            return RULES[event.rule].clause
        case _:
            return None


def _judged(
    event: PlacementEvent, state: Placement, reading: RuleReading, notices: Sequence[NoticeGiven], calendars: Calendars
) -> Judgement | None:
    match event:
        case PlacementDetermined():
            powerless = reading.regime is not None and not reading.regime.power
            return Judgement(outcome=WhatIfOutcome.REFUSED, severity=Severity.BREACH) if powerless else _ALLOWED
        case NoticeGiven():
            return _in_time(state, RuleId.T1, reading, timely=_notice_timely(event, state, reading, calendars))
        case ReviewInvitationGiven():
            return _letter(state, RuleId.T2, event, reading)
        case ReviewOutcomeNotified():
            return _letter(state, RuleId.T3, event, reading)
        case DeadlineMissed() | ReviewMissed():
            noticed = event.rule is RuleId.T1 and _noticed(state, reading, notices, calendars)
            return Judgement(outcome=WhatIfOutcome.TIMELY) if noticed else _missed(state, event.rule, reading)
        case _:
            return None


_ALLOWED = Judgement(outcome=WhatIfOutcome.ALLOWED)


def _noticed(state: Placement, reading: RuleReading, notices: Sequence[NoticeGiven], calendars: Calendars) -> bool:
    """Read loosely, a notice that came after the day of the clear reading may have been early enough."""
    if reading.notice is NoticeReading.CLEAR:
        return False
    given = (each for each in notices if each.start_date == state.period.start_date)
    return any(_notice_timely(each, state, reading, calendars) for each in given)


def _missed(state: Placement, rule: RuleId, reading: RuleReading) -> Judgement:
    return Judgement(outcome=WhatIfOutcome.MISSED, severity=_severity(state, rule, reading))


def _in_time(state: Placement, rule: RuleId, reading: RuleReading, *, timely: bool) -> Judgement:
    return (
        Judgement(outcome=WhatIfOutcome.TIMELY)
        if timely
        else Judgement(outcome=WhatIfOutcome.LATE, severity=_severity(state, rule, reading))
    )


def _letter(
    state: Placement, rule: RuleId, event: ReviewInvitationGiven | ReviewOutcomeNotified, reading: RuleReading
) -> Judgement:
    """A letter that leaves out somebody who must have it is refused, in time or not."""
    law = reading.regime or of_review(state, event.review_id)
    if missing_recipients(event.recipients, invitees_by(law, state, event.given_on)):
        return Judgement(outcome=WhatIfOutcome.REFUSED, severity=_severity(state, rule, reading))
    return _in_time(state, rule, reading, timely=event.timely)


def _notice_timely(event: NoticeGiven, state: Placement, reading: RuleReading, calendars: Calendars) -> bool:
    by_school_days = state.legal_basis is not None and BASES[state.legal_basis].notice is RuleId.T1
    if event.timely or reading.notice is NoticeReading.CLEAR or not by_school_days:
        return event.timely
    # The day of receipt counts too: received on the second school day before the start is early enough.
    day_itself = calendars(event.calendar_version).is_school_day(event.deemed_on)
    return event.school_days_clear + day_itself >= figures_of(state).notice_clear_school_days
