"""Who is expected where on one day, as it is answered."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.gateway.http.schemas import REFERENCE, Shape


class SiteShown(Shape):
    site_id: UUID
    name: str | None
    address: str | None


class SessionOfDay(Shape):
    """`where` is as far as register and pattern tell: `awaited` is expected at the provider, with nothing said yet.

    While the placement is paused, `interim` is where the pause or the school's entry has the pupil.
    """

    session: Literal["AM", "PM"]
    expected: Literal["provider", "school", "none"] | None
    starts_at: str | None
    said: Literal["nothing", "proposed", "confirmed"]
    mark: Literal["present", "late", "absent"] | None
    code: str | None
    where: Literal["provider", "awaited", "online", "interim", "school", "not_required", "absent", "unknown"]
    site: SiteShown | None
    unexplained: bool
    register_due_at: datetime | None
    overdue: bool = Field(description="Nothing was said by the time the register was due")
    code_owed: bool = Field(description="The placement is paused, and the home school has entered no code so far")
    whereabouts: str | None = Field(description="Where the pupil is in words, for those who read names")


class PlacementToday(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    pupil_name: str | None = Field(description="For those who read names, and not once the pupil's data were erased")
    home_school_urn: str
    provider_id: UUID | None
    provider_name: str | None
    school_day: bool
    paused: bool
    sessions: list[SessionOfDay] = Field(description="Empty on a day without school")
    href: str


class Today(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "date": "2026-12-09",
                "placements": [
                    {
                        "placement_id": "0190a1b2-0000-7000-8000-000000000007",
                        "pupil_name": "Rowan Tester-Field",
                        "home_school_urn": "900001",
                        "provider_id": "0190a1b2-0000-7000-8000-000000000001",
                        "provider_name": "Millrace Workshop",
                        "school_day": True,
                        "paused": False,
                        "sessions": [
                            {
                                "session": "AM",
                                "expected": "provider",
                                "starts_at": "09:00:00",
                                "said": "nothing",
                                "mark": None,
                                "code": None,
                                "where": "awaited",
                                "site": {
                                    "site_id": "0190a1b2-0000-7000-8000-000000000002",
                                    "name": "Canalside",
                                    "address": "1 Example Wharf, Derby, DE99 9ZZ",
                                },
                                "unexplained": False,
                                "register_due_at": "2026-12-09T09:30:00Z",
                                "overdue": False,
                                "code_owed": False,
                                "whereabouts": None,
                            }
                        ],
                        "href": "/api/v1/placements/0190a1b2-0000-7000-8000-000000000007",
                    }
                ],
                "next": None,
            }
        }
    )

    placements: list[PlacementToday]
    next: str | None
