"""What is due on a placement, said in words with its arithmetic; and when time next brings something by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.calendar.london import end_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import RULES
from domain.placement.binding import UNSEEN, by_unseen_text, severity
from domain.placement.reviews import periods
from domain.placement.running import limits
from domain.placement.state import TERMINAL, Placement
from domain.placement.time.arithmetic import Reckoned, said
from domain.placement.time.timers import duties, is_missed, next_due, openings, to_hold
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
    """Everything due as the placement stands, the earliest first; the overdue is included until it is done."""
    parts = (_duties, _reviews, _to_come, _limits)
    return in_order(each for part in parts for each in part(state, calendar))


def in_order(found: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """The earliest first."""
    return tuple(sorted(found, key=lambda each: (each.due_at, each.rule, str(each.subject))))


def next_wake(state: Placement, calendar: SchoolCalendar, after: datetime) -> Wake | None:
    """When to pass time next, not before `after`: earlier it would bring nothing, then at least one event."""
    if 0 < state.calendar_version < calendar.version and state.stage not in TERMINAL:
        return Wake(at=after, because="The home school's calendar was revised")
    due = next_due(state, calendar)
    return None if due is None else Wake(at=max(due.at, after), because=due.words)


def _deadline(
    state: Placement,
    calendar: SchoolCalendar,
    rule: RuleId,
    due: date,
    *,
    subject: UUID | None = None,
    missed: bool = False,
    opens_on: date | None = None,
) -> Deadline:
    arranged = f"; to be arranged from {words.on(opens_on)}" if opens_on else ""
    was = _was(state, rule, due, subject)
    before = f"; {words.on(was)} before the school's calendar was revised" if was else ""
    reckoned = Reckoned(rule=rule, due=due, state=state, calendar=calendar, subject=subject)
    unsure = provisional(calendar, due, *_counted_from(state, calendar, rule, subject))
    return as_deadline(
        state,
        rule,
        due,
        said(reckoned) + before + arranged + unsure + _unseen(state, rule),
        subject=subject,
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


def _was(state: Placement, rule: RuleId, due: date, subject: UUID | None) -> date | None:
    """The day before it last moved; a review that opened since was not yet the subject then."""
    return next(
        (
            each.from_due
            for each in reversed(state.recalculated)
            if (each.rule, each.due) == (rule, due) and each.subject in {None, subject}
        ),
        None,
    )


def _duties(state: Placement, calendar: SchoolCalendar) -> Iterator[Deadline]:
    for rule, due, subject in duties(state, calendar):
        if rule is RuleId.T2 and _held(state, subject):
            # A meeting that was held can no longer be invited to: the miss stays on record, nothing is due.
            continue
        missed = is_missed(state, rule, due, subject)
        yield _deadline(state, calendar, rule, due, subject=subject, missed=missed)


def _held(state: Placement, subject: UUID | None) -> bool:
    return any(review.held is not None for review in state.reviews if review.review_id == subject)


def _reviews(state: Placement, calendar: SchoolCalendar) -> Iterator[Deadline]:
    for review in to_hold(state, calendar):
        missed = review.missed is not None
        yield _deadline(state, calendar, review.rule, review.due, subject=review.review_id, missed=missed)


def _to_come(state: Placement, calendar: SchoolCalendar) -> Iterator[Deadline]:
    for opening in openings(state, calendar):
        yield _deadline(state, calendar, opening.rule, opening.due, opens_on=opening.opens_on)


def _limits(state: Placement, calendar: SchoolCalendar) -> Iterator[Deadline]:
    for limit in limits.to_weigh(state, calendar):
        reached = limits.is_recorded(state, limit)
        yield _deadline(state, calendar, limit.rule, limit.reached_on, missed=reached)


def provisional(calendar: SchoolCalendar, *days: date) -> str:
    """Why a day that rests on these may move, to be said after it; nothing where all of them are known."""
    unsure = [day for day in days if calendar.is_provisional(day)]
    if not unsure:
        return ""
    if any(calendar.is_assumed(day) for day in unsure):
        return " (provisional: the calendar is not published so far)"
    return " (provisional: the bank holidays of that year are not known so far)"


def _counted_from(state: Placement, calendar: SchoolCalendar, rule: RuleId, subject: UUID | None) -> Iterator[date]:
    """The day from which a rule counts backwards, where it does: its own day is then the earlier of the two."""
    if rule is RuleId.T1 and subject is None and state.start_date is not None:
        yield state.start_date
    elif rule is RuleId.T1 and state.change_pending is not None:
        yield state.change_pending.effective_on
    elif rule is RuleId.PERIOD:
        attends = periods.next_attendance(state, state.period_decision, calendar)
        assert attends is not None, "it is owed"
        yield attends


def _unseen(state: Placement, rule: RuleId) -> str:
    return f". {UNSEEN.rstrip('.')}" if by_unseen_text(state, rule) else ""
