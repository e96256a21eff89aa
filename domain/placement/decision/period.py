"""The period of a placement: its start, its end, its days, and the reviews planned in it."""

from collections.abc import Sequence
from datetime import date

from domain.placement.facts import Facts
from domain.placement.guards import at_least
from domain.shared import words
from domain.shared.errors import Rejected
from events.codes import ReviewSource
from events.values.decision import PlannedReview


class CalendarNotPublished(Rejected):
    """Two clear school days before the start can only be counted on a published calendar."""

    code = "calendar_not_published"
    title = "The home school's calendar does not reach that day"
    legal_refs = ("SI 2010/1156 reg 2",)


class StartNotSchoolDay(Rejected):
    """A placement starts on the first school day on which the pupil must attend off site."""

    code = "start_not_school_day"
    title = "The start is not a school day"
    legal_refs = ("SI 2010/1156 reg 2",)


class StartNotAhead(Rejected):
    """A placement is decided before it starts: notice of it must still be given."""

    code = "start_not_ahead"
    title = "The start does not lie ahead"
    legal_refs = ("SI 2010/1156 reg 3",)


class PeriodUnsound(Rejected):
    """A placement has a proposed end after its start."""

    code = "period_unsound"
    title = "The period does not hold together"


class DaysOutOfRange(Rejected):
    """The notice states a number of days; no more can be required than there are school days in the period."""

    code = "days_out_of_range"
    title = "That many days do not fit the period"
    legal_refs = ("SI 2010/1156 reg 3(4)",)


class ReviewPlanUnsound(Rejected):
    """Reviews are planned with the decision: at least one, each within the period and on a day of its own."""

    code = "review_plan_unsound"
    title = "The review plan does not hold together"
    legal_refs = ("SI 2010/1156 reg 4(1)(a)",)


def period_faults(start: date, end: date, days: int, facts: Facts) -> list[Rejected | None]:
    if end <= start:
        return [PeriodUnsound("The proposed end must come after the start.", pointer="/proposed_end")]
    most = facts.calendar.within(start, end)
    return [
        _start(start, facts),
        at_least(days, 1, "The number of days", "/days"),
        None if days <= most else DaysOutOfRange(f"The period has {words.count(most, 'school day')}.", pointer="/days"),
    ]


def start_ahead(start: date, facts: Facts) -> StartNotAhead | None:
    if start > facts.today:
        return None
    return StartNotAhead(
        f"Choose a start after today, {words.on(facts.today)}: notice must still be given.", pointer="/start_date"
    )


def _start(start: date, facts: Facts) -> Rejected | None:
    if not facts.calendar.covers(start):
        return CalendarNotPublished(
            f"Publish a calendar of the home school that reaches {words.on(start)}.", pointer="/start_date"
        )
    if not facts.calendar.is_school_day(start):
        return StartNotSchoolDay(f"{words.on(start)} is not a school day at the home school.", pointer="/start_date")
    return None


def review_plan_faults(plan: Sequence[PlannedReview], start: date, end: date) -> list[Rejected | None]:
    dues = [planned.due for planned in plan]
    if not dues:
        return [ReviewPlanUnsound("Plan at least one review.", pointer="/review_plan")]
    return [
        ReviewPlanUnsound("Plan each review on a day of its own.", pointer="/review_plan")
        if len(set(dues)) < len(dues)
        else None,
        *(_planned(n, planned, start, end) for n, planned in enumerate(plan)),
    ]


def _planned(n: int, planned: PlannedReview, start: date, end: date) -> ReviewPlanUnsound | None:
    if planned.kind is not ReviewSource.PLAN:
        return ReviewPlanUnsound("A planned review is of the kind plan.", pointer=f"/review_plan/{n}/kind")
    if start <= planned.due <= end:
        return None
    return ReviewPlanUnsound(f"{words.on(planned.due)} lies outside the period.", pointer=f"/review_plan/{n}/due")
