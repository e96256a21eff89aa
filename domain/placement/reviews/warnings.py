"""What the answer to a command of a review warns of."""

from collections.abc import Iterator

from domain.calendar.london import today as day_of
from domain.placement.binding import figures_of
from domain.placement.reviews import arranging, deciding, holding
from domain.placement.reviews.letter_days import meeting_day
from domain.placement.warnings import AcceptedCommand, NamedDay
from domain.shared import words
from domain.warnings import CommandWarning, WarningCode
from events.codes import PupilFlag, RecipientRole
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified


def scheduled(command: arranging.ScheduleReview) -> Iterator[NamedDay]:
    yield "The meeting is", day_of(command.at), "/at"


def held(command: holding.HoldReview) -> Iterator[NamedDay]:
    yield "The review was held", command.held_on, "/held_on"


def decided(command: deciding.DecideReview) -> Iterator[NamedDay]:
    yield "The period decided ends", command.until, "/until"
    if command.next_review_due is not None:
        yield "The next review is due", command.next_review_due, "/next_review_due"


def no_time_to_invite(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """T2: a meeting so near that no invitation from today on is in time."""
    days = (day_of(one.command.at) - one.facts.today).days
    if days < figures_of(one.after).invitation_days:
        yield CommandWarning(
            code=WarningCode.NO_TIME_FOR_INVITATION,
            detail=f"The meeting is {words.count(days, 'day')} away. An invitation is given at least"
            f" {words.count(figures_of(one.after).invitation_days, 'day')} before it.",
            pointer="/at",
        )


def late_invitation(one: AcceptedCommand) -> Iterator[CommandWarning]:
    for event in one.events:
        if isinstance(event, ReviewInvitationGiven) and not event.timely:
            yield CommandWarning(
                code=WarningCode.INVITATION_LATE,
                detail=f"This invitation is late: received on {words.on(event.deemed_on)}. It is given at least"
                f" {words.count(figures_of(one.after).invitation_days, 'day')} before the meeting.",
                pointer="/given_on",
            )


_CARE = frozenset({PupilFlag.LOOKED_AFTER, PupilFlag.SOCIAL_WORKER})
_SOCIAL_CARE = frozenset({RecipientRole.SOCIAL_WORKER, RecipientRole.VIRTUAL_SCHOOL})


def social_care_not_invited(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """Of a child who is looked after or has a social worker on the day of the meeting."""
    for event in one.events:
        review = one.after.reviews.by_id(event.review_id) if isinstance(event, ReviewInvitationGiven) else None
        if review is None or not _CARE & set(one.after.referral.flags_on(meeting_day(review))):
            continue
        assert isinstance(event, ReviewInvitationGiven)
        if not _SOCIAL_CARE & set(event.recipients):
            yield CommandWarning(
                code=WarningCode.SOCIAL_CARE_NOT_INVITED,
                detail="The pupil is looked after or has a social worker. Invite the virtual school or the social"
                " worker too.",
                pointer="/recipients",
            )


def late_outcome(one: AcceptedCommand) -> Iterator[CommandWarning]:
    for event in one.events:
        if isinstance(event, ReviewOutcomeNotified) and not event.timely:
            yield CommandWarning(
                code=WarningCode.OUTCOME_LATE,
                detail=f"The outcome is late: told on {words.on(event.deemed_on)},"
                f" {words.count(event.days_after, 'day')} after the meeting. The limit is"
                f" {words.count(figures_of(one.after).outcome_days, 'day')}.",
                pointer="/given_on",
            )
