"""Documents are produced, letters sent, and what becomes of a letter moves what it serves."""

from datetime import date, datetime
from uuid import UUID

from events.codes import (
    DeliveryMethod,
    DocumentKind,
    LetterFate,
    RecipientRole,
    ServiceCause,
)
from events.definition import event, personal
from events.ids import (
    DocumentId,
    EventId,
    NoticeId,
    ReviewId,
)
from events.kinds import TEXT


@event()
class DocumentProduced:
    """A document was made of the record as it stood after the event `cause`, and is kept as it was made.

    `subject` is the notice, review, agreement or plan that it is about. The fingerprints, of its PDF and of its page,
    are HMAC-SHA256 under the pupil's key: they tell a changed document, and tell nobody anything once the key is gone.
    """

    document_id: DocumentId
    kind: DocumentKind
    version: int
    cause: EventId
    subject: UUID | None
    recipient: RecipientRole | None
    recipient_number: int | None
    fingerprint: str
    page_fingerprint: str


@event(occurred="on")
class LetterFateRecorded:
    """What the sender of a letter says of it: dispatched, delivered, failed and why, or unheard, each at most once.

    `cause` is the event that brought the letter. `at`: when it was dispatched. A letter that failed goes another way.
    """

    document_id: DocumentId
    cause: EventId
    recipient: RecipientRole
    recipient_number: int | None
    fate: LetterFate
    method: DeliveryMethod
    on: date
    at: datetime | None = None
    why: str | None = None


@event(occurred="returned_on")
class LetterReturned:
    """A letter came back, which rebuts that it was received."""

    document_id: DocumentId
    cause: EventId
    recipient: RecipientRole
    recipient_number: int | None
    returned_on: date
    note: str | None = personal(TEXT)


@event(occurred="on")
class NoticeServiceChanged:
    """A notice counts as given on another day, by what became of its letters; on none while all of them failed.

    Notice to one parent is enough. `on`: the day of what became of the letter.
    """

    notice_id: NoticeId
    document_id: DocumentId
    cause: ServiceCause
    deemed_on: date | None
    school_days_clear: int | None
    timely: bool
    calendar_version: int
    on: date | None = None


@event(occurred="on")
class ReviewServiceChanged:
    """A letter of a review counts as given on another day, by what became of it; on none while all of them failed.

    `given` is the event that gave the invitation, or told the outcome, and `kind` says which. One parent is enough.
    `days`: before the meeting, or after it. `on`: the day of what became of the letter.
    """

    review_id: ReviewId
    given: EventId
    kind: DocumentKind
    document_id: DocumentId
    cause: ServiceCause
    deemed_on: date | None
    days: int | None
    timely: bool
    on: date


LettersEvent = DocumentProduced | LetterFateRecorded | LetterReturned | NoticeServiceChanged | ReviewServiceChanged
