"""The letters of a review: the invitation to its meeting, and its outcome."""

from domain.documents.addressees import addressees
from domain.documents.model import Addressee, Document, Section, item, item_if
from domain.documents.parts import RIGHT_TO_REQUEST, objectives, planned_reviews
from domain.documents.phrases import code, listed, moment
from domain.documents.source import Source
from domain.placement.parts.reviews import Review
from domain.shared import words
from events.codes import DocumentKind, RecipientRole, ReviewDecision
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified

_REG_4 = "SI 2010/1156 reg 4(1)(b)"
_REG_4A = "SI 2010/1156 reg 4A"
_REG_5 = "SI 2010/1156 reg 5"
_REG_6 = "SI 2010/1156 reg 6"


def invitations(source: Source) -> tuple[Document, ...]:
    event: ReviewInvitationGiven = source.event
    review = source.state.reviews.by_id(event.review_id)
    assert review is not None, "an invitation is to a review on record"
    return tuple(
        _invitation(source, event, review, to)
        for role in event.recipients
        for to in addressees(source, role, event.given_on)
    )


def _invitation(source: Source, event: ReviewInvitationGiven, review: Review, to: Addressee) -> Document:
    scheduled = review.scheduled
    assert scheduled is not None, "a review is scheduled before anybody is invited"
    return Document(
        kind=DocumentKind.REVIEW_INVITATION,
        title="Invitation to a review meeting",
        sender=source.school_name,
        about=source.pupil,
        reference=str(source.state.placement_id),
        dated_on=event.given_on,
        addressee=to,
        subject=event.review_id,
        opening=(
            f"You are invited to a meeting that reviews the placement of {source.pupil} at {source.provider_name}.",
        ),
        sections=(
            Section(
                heading="The meeting",
                items=(
                    item("Date and time", moment(scheduled.at), clause=_REG_5),
                    item("Place", scheduled.place, clause=_REG_5),
                    item("Who is invited", *_names(event.recipients), clause=_REG_5),
                ),
            ),
            Section(
                heading="How to take part",
                paragraphs=(
                    (
                        "The meeting decides whether the placement should go on, and if so until when. Tell the school"
                        " if the date or the place does not suit you."
                    ),
                ),
                items=(
                    item("Come to the meeting", "You may attend and say what you think.", clause=_REG_5),
                    item(
                        "Or write beforehand",
                        "You may instead send your views in writing before the meeting, on whether the placement"
                        " should go on. They are read out and considered.",
                        clause=_REG_5,
                    ),
                ),
            ),
            _looked_at(source),
        ),
    )


def _looked_at(source: Source) -> Section:
    referral = source.state.referral.submitted
    return Section(
        heading="What the meeting looks at",
        paragraphs=("Attendance, behaviour, progress against each objective, and what the pupil and the parents say.",),
        tables=(objectives(referral.objectives),) if referral else (),
    )


def _names(roles: tuple[RecipientRole, ...]) -> tuple[str, ...]:
    return tuple(code(role) for role in dict.fromkeys(roles))


def outcomes(source: Source) -> tuple[Document, ...]:
    event: ReviewOutcomeNotified = source.event
    review = source.state.reviews.by_id(event.review_id)
    assert review is not None, "an outcome is of a review on record"
    return tuple(
        _outcome(source, event, review, to)
        for role in event.recipients
        for to in addressees(source, role, event.given_on)
    )


def _outcome(source: Source, event: ReviewOutcomeNotified, review: Review, to: Addressee) -> Document:
    held, decided = review.held, review.decided
    assert held is not None, "a review is held before it is decided"
    assert decided is not None, "a letter gives an outcome only once it is decided"
    ends = decided.decision is ReviewDecision.END
    return Document(
        kind=DocumentKind.OUTCOME_NOTIFICATION,
        title="Outcome of the review meeting",
        sender=source.school_name,
        about=source.pupil,
        reference=str(source.state.placement_id),
        dated_on=event.given_on,
        addressee=to,
        subject=event.review_id,
        opening=(
            (
                f"The placement of {source.pupil} at {source.provider_name} was reviewed on {words.on(held.held_on)}."
                " This letter says what was decided, and why."
            ),
        ),
        sections=(
            Section(
                heading="The decision",
                items=(
                    item("What was decided", code(decided.decision), clause=_REG_4),
                    item("Ends on" if ends else "Goes on until", words.on(decided.until), clause=_REG_4),
                    item("Reasons", decided.reasons, clause=_REG_6),
                    item("How views were considered", decided.views_considered),
                    *item_if("Who attended", *_attended(review)),
                ),
            ),
            *(() if ends else (_next(source),)),
        ),
    )


def _next(source: Source) -> Section:
    return Section(
        heading="What comes next",
        items=(planned_reviews(source), item("Asking for a review", RIGHT_TO_REQUEST, clause=_REG_4A)),
    )


def _attended(review: Review) -> tuple[str, ...]:
    roles = tuple(code(role) for role in review.held.attended_roles) if review.held else ()
    return (listed(roles),) if roles else ()
