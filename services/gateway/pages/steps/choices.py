"""What the ids of a form are chosen from, as the record itself knows it. Everything here is pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any, Final

from domain.documents.phrases import code
from domain.placement.parts.reviews import ReviewStatus
from domain.placement.reviews.arranging import InviteToReview, RecordWrittenViews, ScheduleReview
from domain.placement.reviews.deciding import DecideReview, NotifyOutcome
from domain.placement.reviews.holding import HoldReview
from domain.placement.state import Placement
from domain.provider.state import Provider
from domain.school.state import School
from domain.shared import words
from events.ids import (
    AccessRequestId,
    ApplicationId,
    CalendarCorrectionId,
    ComplaintId,
    ConcernId,
    DelegationId,
    OfferId,
    OvertakenId,
    RequestId,
    ReviewId,
    SiteId,
)
from services.gateway.pages.forms.coded import ObjectiveOfPlacement
from services.gateway.pages.forms.options import Option

_TO_HOLD: Final = frozenset({ReviewStatus.DUE, ReviewStatus.SCHEDULED, ReviewStatus.INVITED})
_GOING_ON: Final = frozenset(ReviewStatus) - {ReviewStatus.NOTIFIED, ReviewStatus.LAPSED}
Chooser = Callable[[Any], Iterable[Option]]


def reviews(state: Placement, statuses: Collection[ReviewStatus] = _GOING_ON) -> Iterable[Option]:
    for review in state.reviews.opened:
        if review.status in statuses:
            yield Option(
                value=str(review.review_id),
                label=f"Review due by {words.on(review.due)}",
                hint=f"Opened {words.on(review.opened_on)}",
            )


def _review_requests(state: Placement) -> Iterable[Option]:
    for asked in state.reviews.requests_waiting:
        yield Option(value=str(asked.request_id), label=f"{code(asked.by)}, {words.on(asked.requested_on)}")


def _concerns(state: Placement) -> Iterable[Option]:
    for concern in state.running.concerns_open:
        yield Option(
            value=str(concern.concern_id), label=f"{code(concern.severity)}, raised {words.on(concern.raised_on)}"
        )


def _offers(state: Placement) -> Iterable[Option]:
    asked = state.proposal.asked
    if asked is not None:
        yield Option(value=str(asked.offer_id), label=f"Place wanted from {words.on(asked.wanted_from)}")


def _access_requests(state: Placement) -> Iterable[Option]:
    for each in state.around.requests:
        if each.answered is None:
            yield Option(
                value=str(each.request.request_id),
                label=f"Received {words.on(each.request.received_on)}",
                hint=f"Answer by {words.on(each.due)}",
            )


def _complaints(state: Placement) -> Iterable[Option]:
    for each in state.around.complaints:
        if each.answered is None:
            yield Option(value=str(each.received.complaint_id), label=f"Received {words.on(each.received.received_on)}")


def _overtaken(state: Placement) -> Iterable[Option]:
    done = {each.overtaken_id for each in state.duties.overtaken_dealt_with}
    for each in state.duties.overtaken:
        if each.overtaken_id not in done:
            yield Option(
                value=str(each.overtaken_id),
                label=f"{code(each.rule)}: done {words.on(each.met_on)}, now due by {words.on(each.due)}",
            )


def sites(state: Provider) -> Iterable[Option]:
    for site in state.sites:
        yield Option(value=str(site.site_id), label=f"{state.name}: {site.name}", hint=site.address)


def _applications(state: Provider) -> Iterable[Option]:
    for each in state.applications:
        if each.open:
            yield Option(
                value=str(each.submitted.application_id), label=f"Application to council {each.submitted.la_code}"
            )


def _provider_concerns(state: Provider) -> Iterable[Option]:
    for each in state.open_concerns:
        yield Option(value=str(each.concern_id), label=f"{code(each.kind)}, {code(each.severity)}")


def delegations(state: School) -> Iterable[Option]:
    for each in state.delegations:
        if each.revoked_on is None:
            until = "" if each.until_on is None else f" until {words.on(each.until_on)}"
            yield Option(
                value=str(each.delegation_id),
                label=f"{code(each.to_role)}, from {words.on(each.granted_on)}{until}",
            )


def _calendar_corrections(state: School) -> Iterable[Option]:
    for each in state.corrections_proposed:
        yield Option(value=str(each.correction_id), label=f"Correction of the calendar of {each.academic_year}")


def objectives(state: Placement) -> Iterable[Option]:
    submitted = state.referral.submitted
    for each in () if submitted is None else submitted.objectives:
        yield Option(value=each.id, label=each.text)


OF_PLACEMENT: Final[Mapping[Any, Chooser]] = {
    ObjectiveOfPlacement: objectives,
    ReviewId: reviews,
    RequestId: _review_requests,
    ConcernId: _concerns,
    OfferId: _offers,
    AccessRequestId: _access_requests,
    ComplaintId: _complaints,
    OvertakenId: _overtaken,
}
OF_STEP: Final[Mapping[type, Mapping[Any, Chooser]]] = {
    command: {ReviewId: partial(reviews, statuses=statuses)}
    for command, statuses in {
        ScheduleReview: _TO_HOLD,
        InviteToReview: _TO_HOLD,
        RecordWrittenViews: _TO_HOLD,
        HoldReview: _TO_HOLD,
        DecideReview: frozenset({ReviewStatus.HELD}),
        NotifyOutcome: frozenset({ReviewStatus.DECIDED}),
    }.items()
}
"""Choices of one command that are narrower than those of the placement."""
OF_PROVIDER: Final[Mapping[Any, Chooser]] = {
    SiteId: sites,
    ApplicationId: _applications,
    ConcernId: _provider_concerns,
}
OF_SCHOOL: Final[Mapping[Any, Chooser]] = {
    DelegationId: delegations,
    CalendarCorrectionId: _calendar_corrections,
}
