"""Every timed duty of a placement. Deadlines, timers, verdicts and words run through this table and no other."""

from collections.abc import Iterator

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.agreement import arrangements, notice_duty
from domain.placement.decision import plans
from domain.placement.duty import Duty, Owed
from domain.placement.ending import end_duties, reintegration
from domain.placement.record import complaints, letters, open_requests, retention
from domain.placement.referral import exclusions
from domain.placement.reviews import half_terms, letter_days, period_end, periods, planned, requests
from domain.placement.running import flag_tasks, limits, overtaken, provider_review, safeguarding, transition
from domain.placement.state import Placement
from events.codes import RuleId
from events.ids import ReviewId

DUTIES: tuple[Duty, ...] = (
    notice_duty.DUTY,
    exclusions.SIXTH_DAY,
    exclusions.DETAILS,
    letter_days.INVITATION,
    letter_days.OUTCOME,
    safeguarding.CONCERN,
    requests.ANSWER,
    end_duties.DESTINATION,
    reintegration.PLANNED,
    end_duties.EVALUATION,
    periods.DECISION,
    periods.PERIOD,
    plans.ANNUAL_REVIEW,
    flag_tasks.COUNCIL_TOLD,
    flag_tasks.DELIVERY,
    flag_tasks.VIRTUAL_SCHOOL,
    transition.DUTY,
    overtaken.DUTY,
    provider_review.DUTY,
    arrangements.INFORMED,
    arrangements.TRANSPORT,
    arrangements.MEALS,
    open_requests.DUTY,
    complaints.DUTY,
    letters.DUTY,
    retention.DUTY,
    planned.DUTY,
    half_terms.DUTY,
    period_end.DUTY,
    requests.REVIEW,
    safeguarding.PAUSE_REVIEW,
    limits.PART_TIME,
    limits.WEEKS,
    limits.SESSIONS,
    limits.HOURS,
)
"""One row for each rule. Where one command or one day brings several things, they come in this order."""


def duty_of(rule: RuleId) -> Duty:
    """The row of a rule."""
    return next(each for each in DUTIES if each.rule is rule)


def undone(state: Placement, calendar: SchoolCalendar) -> Iterator[tuple[Duty, Owed]]:
    """What is owed and can be missed: in the order of the table, and the reviews in the order in which they opened."""
    opened = {review.review_id: n for n, review in enumerate(state.reviews.opened)}
    reviews: list[tuple[int, Duty, Owed]] = []
    for duty in DUTIES:
        for owed in duty.owed(state, calendar) if duty.missed else ():
            if duty.is_review and owed.subject is not None:
                reviews.append((opened[ReviewId(owed.subject)], duty, owed))
            else:
                yield duty, owed
    yield from ((duty, owed) for _, duty, owed in sorted(reviews, key=lambda each: each[0]))
