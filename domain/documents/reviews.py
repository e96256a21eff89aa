"""The letters of a review: the invitation to its meeting, and its outcome."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.documents.addressees import addressees
from domain.documents.model import Addressee, Document, Section, item, item_if
from domain.documents.parts import asking_for_a_review, if_you_need_help, objectives, planned_reviews, reads_as_pupil
from domain.documents.phrases import code, listed, moment, within
from domain.documents.source import Source
from domain.placement.parts.reviews import Review
from domain.shared import words
from events.codes import DocumentKind, RecipientRole, ReviewDecision
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified

_REG_4 = "SI 2010/1156 reg 4(1)(b)"
_REG_5 = "SI 2010/1156 reg 5"
_REG_6 = "SI 2010/1156 reg 6"
_EXPLAINED: Mapping[RecipientRole, str] = MappingProxyType(
    {RecipientRole.BOARD_NOMINEE: "Nominee of the trust board: a person whom the board has chosen"}
)


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
        reference=source.reference,
        dated_on=event.given_on,
        addressee=to,
        subject=event.review_id,
        opening=(
            (
                f"You are invited to a meeting about {_whose(source, to)} placement at {source.provider_name}. A"
                " placement is a time of learning away from school. The meeting is called a review."
            ),
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
                        "The meeting decides if the placement should go on, and until when. Tell the school if you"
                        " cannot come on this date or to this place."
                    ),
                ),
                items=(
                    item("Come to the meeting", "You can come and say what you think.", clause=_REG_5),
                    item(
                        "Or write beforehand",
                        "You can send your views in writing before the meeting instead. Say what you think about the"
                        " placement and if it should go on. The meeting will read and think about what you write.",
                        clause=_REG_5,
                    ),
                ),
            ),
            _looked_at(source),
            *if_you_need_help(source, to),
        ),
    )


def _whose(source: Source, to: Addressee) -> str:
    return "your" if reads_as_pupil(source, to) else f"{source.pupil}'s"


def _looked_at(source: Source) -> Section:
    referral = source.state.referral.submitted
    return Section(
        heading="What the meeting looks at",
        paragraphs=(
            (
                "The meeting looks at attendance, behaviour and progress. It looks at each objective (goal) below. It"
                " also looks at what the pupil and the parents say."
            ),
        ),
        tables=(objectives(referral.objectives),) if referral else (),
    )


def _names(roles: tuple[RecipientRole, ...]) -> tuple[str, ...]:
    return tuple(_EXPLAINED.get(role, code(role)) for role in dict.fromkeys(roles))


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
        reference=source.reference,
        dated_on=event.given_on,
        addressee=to,
        subject=event.review_id,
        opening=(
            (
                f"A review is a meeting about how a placement is going. There was a review of {_whose(source, to)}"
                f" placement at {source.provider_name} on {words.on(held.held_on)}. This letter says what was decided,"
                " and why."
            ),
        ),
        sections=(
            Section(
                heading="The decision",
                items=(
                    item("What was decided", code(decided.decision), clause=_REG_4),
                    item("Ends on" if ends else "Goes on until", words.on(decided.until), clause=_REG_4),
                    item("Reasons", decided.reasons, clause=_REG_6),
                    item("How we thought about what people said", decided.views_considered),
                    *item_if("Who attended", *_attended(review)),
                ),
            ),
            *(() if ends else (_next(source),)),
            *if_you_need_help(source, to),
        ),
    )


def _next(source: Source) -> Section:
    return Section(
        heading="What happens next",
        items=(planned_reviews(source), asking_for_a_review(source)),
    )


def _attended(review: Review) -> tuple[str, ...]:
    roles = tuple(code(role) for role in review.held.attended_roles) if review.held else ()
    first, *others = roles or ("",)
    return (listed((first, *map(within, others))),) if roles else ()
