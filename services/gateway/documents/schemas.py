"""Documents and letters as they are answered."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.gateway.http.schemas import REFERENCE, Shape
from services.gateway.placements.schemas import WhoShown


class LetterFate(Shape):
    """What became of a letter, in codes."""

    status: Literal["waiting", "sent", "by_hand", "to_hand_over", "handed_over", "not_sendable"]
    method: str | None = Field(description="How the step that brought it says that it is given")
    why: str | None = Field(description="Why it cannot be sent")
    sent_by: str | None
    sent_at: datetime | None
    fate: Literal["dispatched", "delivered", "failed", "unheard"] | None = Field(
        description="What its sender said of it last"
    )
    fate_at: datetime | None


class Signature(Shape):
    event_id: UUID
    party: str
    signed_on: date
    by: WhoShown = Field(description="Who recorded it")


class DocumentShown(Shape):
    """Fingerprints are HMAC-SHA256 under the pupil's key, of the PDF and of the page."""

    document_id: UUID
    kind: str
    version: int
    cause: UUID = Field(description="The event that it was made of")
    subject: UUID | None
    recipient: str | None
    recipient_number: int | None
    fingerprint: str
    page_fingerprint: str
    produced_at: datetime
    by: WhoShown | None = Field(description="Who decided what it tells of")
    letter: LetterFate | None = Field(description="None where it goes to nobody, or has just been made")
    signed: list[Signature] = Field(description="The signatures under it, where it is an agreement")
    href: str


class LetterListed(LetterFate):
    document_id: UUID
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    kind: str
    recipient: str
    recipient_number: int | None
    queued_at: datetime
    href: str


class LetterList(Shape):
    letters: list[LetterListed]
    next: str | None


class DocumentList(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    documents: list[DocumentShown]
