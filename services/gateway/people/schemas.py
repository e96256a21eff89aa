"""People as they are answered."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from events.codes import Role
from services.gateway.http.schemas import Shape


class ColleagueShown(Shape):
    person_id: UUID
    name: str | None = Field(description="As their sign-in gave it last; null where it gave none")
    roles: list[Role]
    holds_cases: bool = Field(description="A case can be assigned to them")
    open_placements: int = Field(description="How many open placements of your organisation are assigned to them")
    first_seen_at: datetime
    last_seen_at: datetime


class Colleagues(Shape):
    people: list[ColleagueShown]
    next: str | None = Field(description="The address of the next page")
