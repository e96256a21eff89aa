"""What is answered to a command, for the OpenAPI document. Tests hold the answers to it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.gateway.http.schemas import PROVISIONAL, REFERENCE, ProblemDetails, Shape


class EventMade(Shape):
    event_id: UUID
    type: str
    position: int


class DeadlineShown(Shape):
    rule: str
    due_on: date
    severity: str
    legal_ref: str
    provisional: bool = Field(default=False, description=PROVISIONAL)


class WarningShown(Shape):
    code: str
    detail: str
    pointer: str | None = Field(description="The field of the body that it is about, where there is one")


class Accepted(Shape):
    """Done. `events` are what came of it, `deadlines` what is due now, `warnings` what may want another look."""

    command_id: UUID
    version: int
    events: list[EventMade]
    placement_id: UUID | None = None
    reference: str | None = Field(default=None, description=REFERENCE)
    stage: str | None = None
    deadlines: list[DeadlineShown] | None = None
    warnings: list[WarningShown] | None = Field(
        default=None, description="Not in answers that were kept before there were warnings"
    )


class StillRecorded(Shape):
    """Kept, and carried out later, once; Location says where to ask."""

    command_id: UUID
    status: Literal["recorded"]


class CommandStatus(Shape):
    command_id: UUID
    kind: str
    status: Literal["recorded", "accepted", "refused"]
    issued_at: datetime
    decided_at: datetime | None
    http_status: int | None
    outcome: Accepted | ProblemDetails | None = Field(description="The final answer, once there is one")


class WhyNot(Shape):
    code: str
    detail: str


class CommandOffered(Shape):
    command: str
    summary: str
    href: str
    allowed: bool
    why_not: list[WhyNot]


class CommandsOffered(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    version: int
    stage: str
    commands: list[CommandOffered]
