"""How a review opens: a duty to hold it, some school days before it is due, and not before what brings it about."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.placement.duty import Done, DueDay, Duty, Opening, Owed, as_opened, no_opening, nothing, review_missed
from domain.placement.parts.reviews import Review
from domain.placement.stages import RUNNING
from domain.placement.state import Placement
from events.codes import ReviewSource, RuleId
from events.ids import ReviewId, derived_id

Needless = Callable[[Placement, Review, SchoolCalendar], bool]
Opens = Callable[[Placement, SchoolCalendar], Opening | None]


def _wanted(_state: Placement, _review: Review, _calendar: SchoolCalendar) -> bool:
    return False


def review_duty(
    rule: RuleId,
    what: str,
    explain: Callable[[DueDay], str],
    *,
    opens: Opens = no_opening,
    due_by: Callable[[Placement, Review, SchoolCalendar], date] = as_opened,
    needless: Needless = _wanted,
    otherwise: Callable[[Placement, SchoolCalendar], Iterable[Done]] = nothing,
) -> Duty:
    """To hold each review that opens under a rule, unless something else makes it `needless`."""

    def owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
        if state.stage in RUNNING:
            for review in state.reviews.opened:
                if review.open and review.rule is rule and not needless(state, review, calendar):
                    yield Owed(review.due, review.review_id)

    def opening(state: Placement, calendar: SchoolCalendar) -> Opening | None:
        """The next review, if the placement goes on as it is."""
        return opens(state, calendar) if state.stage in RUNNING and state.running.started_on is not None else None

    return Duty(
        rule=rule,
        what=what,
        explain=explain,
        owed=owed,
        missed=review_missed,
        is_missed=_is_missed,
        opens=opening,
        due_by=due_by,
        otherwise=otherwise,
    )


def _is_missed(state: Placement, _rule: RuleId, owed: Owed) -> bool:
    return any(review.missed is not None for review in state.reviews.opened if review.review_id == owed.subject)


def review_id(state: Placement, source: ReviewSource, due: date) -> ReviewId:
    assert state.placement_id is not None
    return ReviewId(derived_id(state.placement_id, f"review:{source}:{due}"))


def has_opened(state: Placement, source: ReviewSource, due: date) -> bool:
    """This review has opened already, whatever became of it."""
    return state.reviews.by_id(review_id(state, source, due)) is not None


def last_due(state: Placement, source: ReviewSource) -> date:
    """The day on which the latest review of a source was due; openings only move on from there."""
    return max((review.due for review in state.reviews.opened if review.source is source), default=date.min)


def day_after(last: date) -> date:
    return last if last == date.min else last + DAY


def opens_on(calendar: SchoolCalendar, due: date, lead: int, *causes: date) -> date:
    """The day a review opens: so many school days before it is due, but not before what brings it about."""
    floor = max(causes)
    return calendar.lead(due, lead, not_before=floor) if floor < due else due
