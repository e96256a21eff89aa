"""Reviews that somebody asks for, reg 4A: who may ask, when one must be held, and how a request is answered."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from domain.access.roles import OrgKind, organisation
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import Figures, figures
from domain.placement.binding import figures_of
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, relevant_person, written
from domain.placement.parts.reviews import Review
from domain.placement.reviews.opening import review_duty
from domain.placement.stages import RUNNING
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import PupilFlag, ReviewRequester, ReviewSource, Role, RuleId
from events.definition import asked, value
from events.ids import RequestId, ReviewId, derived_id
from events.placement.reviews import ReviewDue, ReviewRequested, ReviewRequestRefused


@value
class RequestReview:
    """Ask in writing for a review; staff record a letter that came in. Where the law demands a review, it opens."""

    requested_on: date = asked("When was the request made?", hint="The day the letter or email arrived")
    by: ReviewRequester = asked("Who asks for the review?")
    request: str = asked("What do they say?", hint="Copy the words of the request")


@value
class GrantReviewRequest:
    """Hold a review that was asked for, although the law does not demand one."""

    request_id: RequestId = asked("Request")


@value
class RefuseReviewRequest:
    """Refuse a review that was asked for within ten weeks of the last one."""

    request_id: RequestId = asked("Request")
    reason: str = asked("Why is it refused?", hint="The person who asked reads this")


class RequesterNotEntitled(Rejected):
    """A review can be asked for by a parent, by the pupil from the age of 18, or by the council of an EHC plan.

    Staff can record a request from any of these.
    """

    code = "requester_not_entitled"
    title = "This person cannot ask for a review in this way"
    legal_refs = ("SI 2010/1156 reg 4A",)


class RequestUnknown(Rejected):
    """A request is answered once. One that led to a review by itself needs no answer."""

    code = "request_unknown"
    title = "There is no such request waiting for an answer"


class DutyToReview(Rejected):
    """A review that is asked for must be held, unless one was held in the ten weeks before the day of the request."""

    code = "duty_to_review"
    title = "The review that was asked for must be held"
    legal_refs = ("SI 2010/1156 reg 4A",)


_AUTHORITY = frozenset({Role.LA_OFFICER, Role.SEND_OFFICER})


def request(state: Placement, command: RequestReview, facts: Facts) -> tuple[ReviewRequested | ReviewDue, ...]:
    refuse(_entitled(state, command, facts), *sound_request(command, state, facts))
    request_id = RequestId(derived_id(facts.command_id, "request"))
    last = last_review(state, command.requested_on)
    open_already = next(
        (each.review_id for each in state.reviews.opened if each.open and each.source is ReviewSource.REQUESTED), None
    )
    requested = ReviewRequested(
        request_id=request_id,
        requested_on=command.requested_on,
        by=command.by,
        last_review_on=last,
        review_id=open_already,
        request=command.request,
    )
    if open_already is not None or last is not None:
        return (requested,)
    return (requested, opened(state, request_id, command.requested_on, facts))


def sound_request(event: RequestReview | ReviewRequested, state: Placement, facts: Facts) -> list[Rejected | None]:
    assert state.running.started_on is not None
    return [
        not_future(event.requested_on, facts.today, "/requested_on"),
        not_before(event.requested_on, state.running.started_on, "the placement started", "/requested_on"),
        RequesterNotEntitled("The council can ask only if the pupil has an EHC plan.", pointer="/by")
        if event.by is ReviewRequester.LA and PupilFlag.EHCP not in state.referral.flags_on(event.requested_on)
        else None,
        written(event.request, "what was asked for", "/request"),
    ]


def sound_refusal(event: ReviewRequestRefused, _state: Placement, _facts: Facts) -> list[Rejected | None]:
    return [written(event.reason, "why the request is refused", "/reason")]


def last_review(state: Placement, requested_on: date) -> date | None:
    """T4: the latest review held in the ten weeks before the day of a request; with one there is no duty."""
    earliest = requested_on - timedelta(days=figures_of(state).requested_review_bar_days)
    held = [review.held.held_on for review in state.reviews.opened if review.held is not None]
    return max((on for on in held if earliest <= on < requested_on), default=None)


def binding_from(last: date, bound: Figures) -> date:
    """From which day a request binds again after a review."""
    return last + timedelta(days=bound.requested_review_bar_days + 1)


def request_due(requested_on: date, calendar: SchoolCalendar, bound: Figures) -> date:
    """T4: as soon as reasonably practicable, which leaves time to invite; the day is our own target."""
    target = calendar.nth_after(requested_on, bound.requested_review_school_days)
    return max(target, requested_on + timedelta(days=bound.invitation_days))


def answer_due(asked: ReviewRequested, calendar: SchoolCalendar) -> date:
    """When a request that demands no review is to be granted or refused."""
    return calendar.nth_after(asked.requested_on, figures(asked.requested_on).request_answer_school_days)


def opened(state: Placement, request_id: RequestId, opened_on: date, facts: Facts) -> ReviewDue:
    return ReviewDue(
        review_id=ReviewId(derived_id(facts.command_id, "review")),
        opened_on=opened_on,
        due=request_due(opened_on, facts.calendar, figures_of(state)),
        source=ReviewSource.REQUESTED,
        rule=RuleId.T4,
        request_id=request_id,
    )


def _entitled(state: Placement, command: RequestReview, facts: Facts) -> RequesterNotEntitled | None:
    role = facts.actor.role
    if command.by is ReviewRequester.LA:
        return _authority(state, command, facts)
    if role in _AUTHORITY:
        return RequesterNotEntitled("In your role you can ask for a review only as the council.", pointer="/by")
    if role not in {Role.PARENT, Role.PUPIL} or relevant_person(state, command.requested_on) in {None, role}:
        return None
    return RequesterNotEntitled("A parent can ask until the pupil is 18. After that the pupil can ask.", pointer="/by")


def _authority(state: Placement, command: RequestReview, facts: Facts) -> RequesterNotEntitled | None:
    """The council that maintained the plan on the day asks itself, or by a letter that the school records."""
    role, council = facts.actor.role, organisation(facts.actor.org_id)
    maintains = state.referral.plan_la_code_on(command.requested_on)
    if council is not None and council.kind is OrgKind.LA and maintains not in {None, council.name}:
        return RequesterNotEntitled(f"Council {maintains} maintains the EHC plan and can ask.", pointer="/by")
    if role in {Role.PARENT, Role.PUPIL}:
        return RequesterNotEntitled("You can ask only as the parent or the pupil.", pointer="/by")
    return None


def grant(state: Placement, command: GrantReviewRequest, facts: Facts) -> tuple[ReviewDue, ...]:
    waiting = _waiting(state, command.request_id)
    return (opened(state, waiting.request_id, facts.today, facts),)


def refuse_request(state: Placement, command: RefuseReviewRequest, facts: Facts) -> tuple[ReviewRequestRefused, ...]:
    waiting = _waiting(state, command.request_id)
    # Looked at again: the day on which a review was held may have been corrected since.
    last = last_review(state, waiting.requested_on)
    refuse(
        None
        if last is not None
        else DutyToReview(
            f"No review was held in the ten weeks before {words.on(waiting.requested_on)}. Grant the request."
        ),
        written(command.reason, "why the request is refused", "/reason"),
    )
    assert last is not None
    return (
        ReviewRequestRefused(
            request_id=waiting.request_id,
            refused_on=facts.today,
            last_review_on=last,
            binding_from=binding_from(last, figures_of(state)),
            reason=command.reason,
        ),
    )


def _waiting(state: Placement, request_id: RequestId) -> ReviewRequested:
    """The request, if it still waits for an answer.

    Raises:
        Rejections: there is none such, or it was answered.
    """
    found = next((each for each in state.reviews.requests_waiting if each.request_id == request_id), None)
    if found is None:
        raise Rejections(
            (RequestUnknown("No open request has this id. The record lists the open requests.", pointer="/request_id"),)
        )
    return found


def _why_held(day: DueDay) -> str:
    after = words.count(figures_of(day.state).requested_review_school_days, "school day")
    return f"{after} after it was asked for on {words.on(day.review.opened_on)}"


def _held_by(state: Placement, review: Review, calendar: SchoolCalendar) -> date:
    return request_due(review.opened_on, calendar, figures_of(state))


def _to_answer(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage in RUNNING:
        for asked in state.reviews.requests_waiting:
            yield Owed(answer_due(asked, calendar), asked.request_id, since=asked.requested_on)


def _answered(event: Any, state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    if isinstance(event, ReviewRequestRefused):
        of_it = (each for each in state.reviews.requests if each.request_id == event.request_id)
        yield from (Done(answer_due(each, calendar), event.refused_on, event.request_id) for each in of_it)


def _why_answered(day: DueDay) -> str:
    assert day.owed.since is not None
    after = words.count(figures(day.owed.since).request_answer_school_days, "school day")
    return f"{after} after it was made on {words.on(day.owed.since)}"


REVIEW = review_duty(RuleId.T4, "Hold the review that was asked for", _why_held, due_by=_held_by)
ANSWER = Duty(
    rule=RuleId.ANSWER,
    what="Answer the request for a review",
    owed=_to_answer,
    explain=_why_answered,
    done_by=_answered,
    ends_with_placement=True,
)
