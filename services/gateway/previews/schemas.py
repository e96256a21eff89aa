"""A preview as it is answered, and as pages show it."""

from datetime import date
from typing import Literal

from pydantic import Field

from services.gateway.commands.schemas import WarningShown
from services.gateway.http.schemas import PROVISIONAL, Shape


class ReasonShown(Shape):
    """Why a command would be refused. `type` leads to a page that explains it."""

    code: str
    type: str
    title: str
    detail: str
    pointer: str | None = Field(description="The field of the body that it is about, where there is one")
    legal_refs: list[str]
    offers: list[str] = Field(description="Ids that the next try may name instead")


class EventForeseen(Shape):
    type: str
    summary: str = Field(description="What would happen, in one sentence without names")


class DeadlineForeseen(Shape):
    rule: str
    due_on: date
    was_on: date | None = Field(description="The day before, of a deadline that moved")
    severity: str
    legal_ref: str
    words: str
    provisional: bool = Field(description=PROVISIONAL)


class DeadlinesForeseen(Shape):
    created: list[DeadlineForeseen]
    moved: list[DeadlineForeseen]
    met: list[DeadlineForeseen]
    dropped: list[DeadlineForeseen] = Field(description="Due no more, though nobody did it")


class RecipientForeseen(Shape):
    role: str
    name: str | None = Field(description="Null without a right to names")


class DocumentForeseen(Shape):
    """A document as it would read. Where it shows what only a stored event has, it says Draft."""

    kind: str
    title: str
    recipients: list[RecipientForeseen] = Field(description="Empty for a document that is kept and sent to nobody")
    html: str | None = Field(description="Null without a right to names")


class Preview(Shape):
    """What a command would do now. Nothing of it is stored; the command itself is decided again when it is sent."""

    would: Literal["accept", "refuse"]
    version: int = Field(description="The version of the record that it was decided on; 0 for one that has not begun")
    reasons: list[ReasonShown]
    events: list[EventForeseen]
    deadlines: DeadlinesForeseen
    documents: list[DocumentForeseen]
    warnings: list[WarningShown]
