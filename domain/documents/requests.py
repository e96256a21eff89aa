"""The answer to a request for a review within ten weeks of the last: why none is held, and what comes next."""

from domain.documents.addressees import addressees
from domain.documents.model import Addressee, Document, Section, item
from domain.documents.parts import if_you_need_help, planned_reviews, reads_as_pupil
from domain.documents.source import Source
from domain.placement.binding import figures_of
from domain.shared import words
from events.codes import DocumentKind, RecipientRole
from events.placement.reviews import ReviewRequested, ReviewRequestRefused

_REG_4A = "SI 2010/1156 reg 4A"


def refusal(source: Source) -> tuple[Document, ...]:
    """A letter to whoever asked; parents share what they ask for, so each of them has one."""
    event: ReviewRequestRefused = source.event
    asked = next(each for each in source.state.reviews.requests if each.request_id == event.request_id)
    to = RecipientRole(asked.by.value)
    return tuple(_refusal(source, event, asked, each) for each in addressees(source, to, event.refused_on))


def _refusal(source: Source, event: ReviewRequestRefused, asked: ReviewRequested, to: Addressee) -> Document:
    whose = "your" if reads_as_pupil(source, to) else f"{source.pupil}'s"
    weeks = figures_of(source.state).requested_review_bar_days // 7
    return Document(
        kind=DocumentKind.REVIEW_REFUSAL,
        title="Your request for a review meeting",
        sender=source.school_name,
        about=source.pupil,
        reference=source.reference,
        dated_on=event.refused_on,
        addressee=to,
        subject=event.request_id,
        opening=(
            (
                f"On {words.on(asked.requested_on)} you asked for a review of {whose} placement at"
                f" {source.provider_name}. A review is a meeting about how the placement is going. The school will not"
                " hold a meeting because of this request. This letter says why, and when the next review is."
            ),
        ),
        sections=(
            _why_no_meeting(event, weeks),
            Section(
                heading="What happens next",
                items=(
                    planned_reviews(source),
                    item(
                        "Asking again",
                        f"You can ask again in writing on or after {words.on(event.binding_from)}. The school must"
                        " then hold a review, unless there has been another one by then.",
                        clause=_REG_4A,
                    ),
                    item(
                        "Your views",
                        "You can write to the school at any time to say what you think."
                        " The next review will look at it.",
                    ),
                ),
            ),
            *if_you_need_help(source, to),
        ),
    )


def _why_no_meeting(event: ReviewRequestRefused, weeks: int) -> Section:
    return Section(
        heading="Why there is no meeting",
        items=(
            item("Last review held on", words.on(event.last_review_on), clause=_REG_4A),
            item(
                "The rule",
                "The school must hold a review that you ask for. It does not have to if there was a review in"
                f" the {words.figure(weeks, 'week')} before the day you asked.",
                clause=_REG_4A,
            ),
            item("Reasons", event.reason),
        ),
    )
