"""The access log, comparisons and jobs as they are answered."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from services.gateway.http.schemas import Shape
from services.gateway.placements.schemas import WhoShown


class ReadingListed(Shape):
    """One reading of a child's record, or of the log itself."""

    access_id: int
    read_at: datetime
    person_id: UUID
    org_id: str | None
    by: WhoShown
    placement_id: UUID | None = Field(description="None for a reading of the log, or of the whole record")
    reference: str | None = Field(description="Of the placement, to read it out by")
    what: str = Field(description="The page, as a code")
    page: str = Field(description="The page, in words")
    why: str | None = Field(description="The reason, where one was asked for")
    asked: str | None = Field(description="Of a reading of the log: what was asked for")


class AccessLog(Shape):
    readings: list[ReadingListed]
    next: str | None = Field(description="The address of the next page")


class EventOfDifference(Shape):
    event_id: UUID
    type: str
    version: int
    occurred_at: datetime
    recorded_at: datetime


class FieldChanged(Shape):
    field: str
    before: list[str]
    after: list[str]


class PlacementDifference(Shape):
    """`came` counts at the second moment alone, `went` at the first. Fields that name a child stay sealed."""

    placement_id: UUID
    came: list[EventOfDifference]
    went: list[EventOfDifference]
    changed: list[FieldChanged]


class JobAsked(Shape):
    """What was asked for: of a comparison, of another judgement, or of an export."""

    by: Literal["known-at", "as-at"] | None = None
    since: datetime | None = Field(default=None, alias="from")
    until: datetime | None = Field(default=None, alias="to")
    regime: str | None = None
    rule: str | None = None
    placement: UUID | None = Field(default=None, description="None for the whole record")


class JobShown(Shape):
    """Something that you asked for and a worker carries out. What comes of it is fetched once, and kept for a day."""

    job_id: UUID
    kind: Literal["diff", "what_if", "export"]
    asked: JobAsked
    status: Literal["waiting", "running", "done", "failed", "fetched", "expired"]
    reached: int = Field(description="How many placements, or lines of the file, are done")
    asked_at: datetime
    finished_at: datetime | None
    failure: str | None = Field(description="In words, where it could not be carried out")
    kept_hours: int
    href: str
    result: str | None = Field(description="Where to fetch it, once it is done")
