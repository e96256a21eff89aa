"""What is known of one timed duty, as data: one row beside the rule that it belongs to.

Deadlines, timers, verdicts and words run through the rows, so a new duty is one row in the table of `duties`. What the
law says of the rule itself, whose task it is and to whom a miss is taken, is in `domain.law.rules`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import RULES
from domain.placement.binding import severity
from domain.placement.missing import recorded
from domain.placement.parts.reviews import Review
from domain.placement.state import Placement
from domain.shared import words
from events.codes import ReviewSource, RuleId
from events.ids import EventId, ReviewId
from events.placement.deadlines import DeadlineMissed
from events.placement.reviews import ReviewMissed
from events.placement.union import PlacementEvent

Miss = DeadlineMissed | ReviewMissed


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty that is not done so far: by which day, and the review or other thing that it is about.

    `since` is the day from which its time counts, and `towards` the one before which it is counted, where its words
    need it.
    """

    due: date
    subject: UUID | None = None
    since: date | None = None
    towards: date | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A duty that was done: by which day it was due, when it was done, and what it was about."""

    due: date
    done_on: date
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day on which something is due, for which the words are wanted."""

    owed: Owed
    state: Placement
    calendar: SchoolCalendar

    @property
    def due(self) -> date:
        return self.owed.due

    @property
    def review(self) -> Review:
        found = next((review for review in self.state.reviews.opened if review.review_id == self.owed.subject), None)
        assert found is not None, "the rule is about a review that has opened"
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A review to come: due on a day, opening on another."""

    source: ReviewSource
    rule: RuleId
    due: date
    opens_on: date
    immediate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedEvents:
    """Something that time brings: at an instant, these events, because of this rule and day."""

    at: datetime
    rule: RuleId
    due_on: date
    words: str
    events: tuple[PlacementEvent, ...]


class Missed(Protocol):
    """The event that records a miss. `cause` is what shows it, where time did not find it."""

    def __call__(self, state: Placement, rule: RuleId, owed: Owed, cause: EventId | None = None) -> Miss: ...


def deadline_missed(state: Placement, rule: RuleId, owed: Owed, cause: EventId | None = None) -> DeadlineMissed:
    found = severity(state, rule, owed.subject)
    return DeadlineMissed(rule=rule, due=owed.due, severity=found, subject=owed.subject, cause=cause)


def review_missed(state: Placement, rule: RuleId, owed: Owed, cause: EventId | None = None) -> ReviewMissed:
    assert owed.subject is not None, "a review that has opened"
    found = severity(state, rule, owed.subject)
    return ReviewMissed(review_id=ReviewId(owed.subject), due=owed.due, rule=rule, severity=found, cause=cause)


def is_on_record(state: Placement, rule: RuleId, owed: Owed) -> bool:
    """The miss is on record. What was missed before a calendar moved its day is not missed again on the other day."""
    dues = set(recorded(state, rule, owed.subject))
    what, due = (rule, owed.subject), owed.due
    moved = {each.due: each.from_due for each in state.duties.recalculated if (each.rule, each.subject) == what}
    while due not in dues and due in moved:
        due = moved.pop(due)
    return due in dues


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the evidence of a placement says of a duty: what it demands, and the events by which it is done.

    A duty whose evidence looks at more than the kind of event has a row in `domain.evidence` instead.
    """

    id: str
    demands: str
    by: tuple[type, ...]


def _always(_state: Placement, _owed: Owed) -> bool:
    return True


def nothing(*_: object) -> tuple[()]:
    return ()


def no_opening(_state: Placement, _calendar: SchoolCalendar) -> None:
    return


def as_opened(_state: Placement, review: Review, _calendar: SchoolCalendar) -> date:
    return review.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One timed rule. `what` begins the words of its deadline, and `explain` says how the day was worked out.

    `owed`: what is not done so far. `listed`: whether a deadline shows it still. `missed` makes the event of a miss,
    and `is_missed` says whether that is on record; a duty without `missed` has a day that time reaches, and no miss.

    For judging, `done` and `done_by` say what was done of it: by the record as a whole, or by one event. `otherwise` is
    what was done by a step for something else. `lost` is given where the duty is done in letters: what was in one that
    reached nobody, though no timer waits for it. `moved_on` is the day on which an event took its day away, or put it
    off. `ends_with_placement`: it is owed only while a placement runs.

    `opens` is the next review that the rule brings, `due_by` the day of one that has opened by a calendar. `brings` is
    what else time brings. `proof` is what the evidence says of it.
    """

    rule: RuleId
    explain: Callable[[DueDay], str]
    owed: Callable[[Placement, SchoolCalendar], Iterable[Owed]]
    what: str = ""
    listed: Callable[[Placement, Owed], bool] = _always
    missed: Missed | None = deadline_missed
    is_missed: Callable[[Placement, RuleId, Owed], bool] = is_on_record
    done: Callable[[Sequence[Any], Placement, SchoolCalendar], Iterable[Done]] = nothing
    done_by: Callable[[Any, Placement, SchoolCalendar], Iterable[Done]] | None = None
    otherwise: Callable[[Placement, SchoolCalendar], Iterable[Done]] = nothing
    lost: Callable[[Placement, SchoolCalendar], Iterable[Owed]] | None = None
    moved_on: Callable[[Any, Placement], date | None] | None = None
    ends_with_placement: bool = False
    opens: Callable[[Placement, SchoolCalendar], Opening | None] = no_opening
    due_by: Callable[[Placement, Review, SchoolCalendar], date] = as_opened
    brings: Callable[[Placement, SchoolCalendar], Iterable[TimedEvents]] = nothing
    proof: Proof | None = None

    @property
    def is_review(self) -> bool:
        """It is the holding of a review."""
        return self.missed is review_missed

    def said(self, day: DueDay) -> str:
        """`Notice by Monday 23 November 2026: two clear school days before Thursday 26 November 2026`."""
        what = self.what or RULES[self.rule].words
        return f"{what} by {words.on(day.due)}: {self.explain(day)}"
