"""The access log as it is answered."""

from datetime import datetime
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
    what: str = Field(description="The page, as a code")
    page: str = Field(description="The page, in words")
    why: str | None = Field(description="The reason, where one was asked for")
    asked: str | None = Field(description="Of a reading of the log: what was asked for")


class AccessLog(Shape):
    readings: list[ReadingListed]
    next: str | None = Field(description="The address of the next page")
