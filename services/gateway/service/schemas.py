"""Health as it is answered."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.gateway.http.schemas import Shape


class PartReady(Shape):
    ok: bool


class ReadinessWarning(Shape):
    """Who holds the feed back (`writer_open`), or which follower is stopped or behind, and by what."""

    code: Literal["writer_open", "follower_stopped", "follower_behind"]
    detail: str
    subscription: str | None = None
    position: int | None = None
    event_id: UUID | None = None
    error_type: str | None = None
    pid: int | None = None
    process: str | None = None
    prepared: str | None = None
    since: datetime | None = None
    count: int | None = None
    seconds: int | None = None


class Readiness(Shape):
    ready: bool
    parts: dict[str, PartReady]
    feed_unsettled_seconds: float
    warnings: list[ReadinessWarning]


class Alive(Shape):
    alive: bool
