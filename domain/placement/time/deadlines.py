"""What is due on a placement, with how its day was worked out; and when time next brings something by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.calendar.london import end_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import RULES
from domain.placement import duties
from domain.placement.binding import UNSEEN, by_unseen_text, severity
from domain.placement.duty import DueDay, Duty, Owed
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.placement.time.timers.next_timer import next_timer
from domain.shared import words
from events.codes import Role, RuleId, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One thing due by the end of a day in London, or by `due_at` on that day.

    `subject` is the review or other thing that it is about. `missed`: the miss is on record. `was_on` is the day
    that it had before the school revised its calendar. `provisional`: the day rests on days of which nothing is
    published so far, or whose bank holidays are not known yet, and may move. `owner` is reminded on `remind_on`; a
    miss goes to `escalate_to`.
    """

    rule: RuleId
    due_on: date
    due_at: datetime
    severity: Severity
    legal_ref: str
    words: str
    owner: Role
    remind_on: date
    escalate_to: Role
    subject: UUID | None = None
    missed: bool = False
    was_on: date | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake:
    """The next instant at which time brings something, and what."""

    at: datetime
    because: str


def deadlines(state: Placement, calendar: SchoolCalendar) -> tuple[Deadline, ...]:
    """Everything due on the placement as it is, the earliest first; the overdue is included until it is done."""
    return in_order((*_owed(state, calendar), *_to_come(state, calendar)))


def in_order(found: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """The earliest first."""
    return tuple(sorted(found, key=lambda each: (each.due_at, each.rule, str(each.subject))))


def next_wake(state: Placement, calendar: SchoolCalendar, after: datetime) -> Wake | None:
    """When to pass time next, not before `after`: earlier it would bring nothing, then at least one event."""
    if 0 < state.duties.calendar_version < calendar.version and state.stage not in TERMINAL:
        return Wake(at=after, because="The home school's calendar was revised")
    due = next_timer(state, calendar)
    return None if due is None else Wake(at=max(due.at, after), because=due.words)


def _owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Deadline]:
    for duty in duties.DUTIES:
        for owed in duty.owed(state, calendar):
            if duty.listed(state, owed):
                missed = duty.is_missed(state, duty.rule, owed)
                yield _deadline(duty, DueDay(owed, state, calendar), missed=missed)


def _to_come(state: Placement, calendar: SchoolCalendar) -> Iterator[Deadline]:
    for duty in duties.DUTIES:
        opening = duty.opens(state, calendar)
        if opening is not None:
            yield _deadline(duty, DueDay(Owed(opening.due), state, calendar), opens_on=opening.opens_on)


def _deadline(duty: Duty, day: DueDay, *, missed: bool = False, opens_on: date | None = None) -> Deadline:
    state, owed, rule = day.state, day.owed, duty.rule
    arranged = f"; to be arranged from {words.on(opens_on)}" if opens_on else ""
    was = _was(state, rule, owed)
    before = f"; {words.on(was)} before the school's calendar was revised" if was else ""
    # Counted backwards, its own day is the earlier of the two.
    unsure = provisional(day.calendar, owed.due, *((owed.towards,) if owed.towards else ()))
    return as_deadline(
        state,
        rule,
        owed.due,
        duty.said(day) + before + arranged + unsure + _unseen(state, rule),
        subject=owed.subject,
        missed=missed,
        was_on=was,
        provisional=bool(unsure),
    )


def as_deadline(
    state: Placement,
    rule: RuleId,
    due: date,
    said_as: str,
    *,
    due_at: datetime | None = None,
    subject: UUID | None = None,
    missed: bool = False,
    was_on: date | None = None,
    provisional: bool = False,
) -> Deadline:
    """A deadline on a day with what the rule says of it; until the end of the day, or until `due_at`."""
    its = RULES[rule]
    return Deadline(
        rule=rule,
        due_on=due,
        due_at=end_of(due) if due_at is None else due_at,
        severity=severity(state, rule, subject),
        legal_ref=its.clause,
        owner=its.owner,
        remind_on=its.remind_on(due),
        escalate_to=its.escalate_to,
        words=said_as,
        subject=subject,
        missed=missed,
        was_on=was_on,
        provisional=provisional,
    )


def _was(state: Placement, rule: RuleId, owed: Owed) -> date | None:
    """The day before it last moved; a review that opened since was not yet the subject then."""
    return next(
        (
            each.from_due
            for each in reversed(state.duties.recalculated)
            if (each.rule, each.due) == (rule, owed.due) and each.subject in {None, owed.subject}
        ),
        None,
    )


def provisional(calendar: SchoolCalendar, *days: date) -> str:
    """Why a day that rests on these may move, to be said after it; nothing where all of them are known."""
    unsure = [day for day in days if calendar.is_provisional(day)]
    if not unsure:
        return ""
    if any(calendar.is_assumed(day) for day in unsure):
        return " (provisional: the calendar is not published yet)"
    return " (provisional: the bank holidays of that year are not known so far)"


def _unseen(state: Placement, rule: RuleId) -> str:
    return f". {UNSEEN.rstrip('.')}" if by_unseen_text(state, rule) else ""
