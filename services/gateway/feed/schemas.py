"""The feed of what happened as it is answered."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.gateway.http.schemas import Shape


class NotificationData(Shape):
    placement_id: UUID | None
    detail_url: str
    event_version: int
    position: int


class Notification(Shape):
    """CloudEvents 1.0 with opaque ids only."""

    id: UUID
    source: str
    specversion: Literal["1.0"]
    type: str
    time: datetime
    subject: str
    datacontenttype: Literal["application/json"]
    dataschema: str
    data: NotificationData


class Feed(Shape):
    events: list[Notification]
    next: int = Field(description="Where to go on from: the highest position looked at")
    mark: str | None = Field(
        description="Tells the event at `next` from any other; send it back, and a restored record is noticed"
    )
