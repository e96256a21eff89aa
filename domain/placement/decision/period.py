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
    """A placement is decided before it starts, because notice must still be given."""

    code = "start_not_ahead"
    title = "The start is not in the future"
    legal_refs = ("SI 2010/1156 reg 3",)


class PeriodUnsound(Rejected):
    """The proposed end of a placement is after its start."""

    code = "period_unsound"
    title = "The dates of the period are not correct"


class DaysOutOfRange(Rejected):
    """The notice gives a number of days. It cannot be more than the school days in the period."""

    code = "days_out_of_range"
    title = "The number of days does not fit the period"
    legal_refs = ("SI 2010/1156 reg 3(4)",)


class ReviewPlanUnsound(Rejected):
    """Reviews are planned with the decision. There is at least one, and each is in the period on a different day."""

    code = "review_plan_unsound"
    title = "The planned reviews are not correct"
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
        ReviewPlanUnsound("Plan each review on a different day.", pointer="/review_plan")
        if len(set(dues)) < len(dues)
        else None,
        *(_planned(n, planned, start, end) for n, planned in enumerate(plan)),
    ]


def _planned(n: int, planned: PlannedReview, start: date, end: date) -> ReviewPlanUnsound | None:
    if planned.kind is not ReviewSource.PLAN:
        return ReviewPlanUnsound("A planned review has the rule PLAN.", pointer=f"/review_plan/{n}/kind")
    if start <= planned.due <= end:
        return None
    return ReviewPlanUnsound(f"{words.on(planned.due)} is outside the period.", pointer=f"/review_plan/{n}/due")
