"""The returns to the department and the council as they are answered."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.gateway.http.schemas import Shape


class FaultShown(Shape):
    """What is missing, wrong, erased or odd about one field of a row."""

    code: str
    field: str
    words: str
    kind: Literal["missing", "wrong", "erased", "odd"]


class CensusNote(Shape):
    code: str
    words: str
    certainty: Literal["confirmed", "unconfirmed"]


class CensusRow(Shape):
    """One placement. What the record does not say is null, and is among the faults."""

    placement_id: UUID
    upn: str | None
    urn: str | None
    ukprn: str | None
    setting_type: str | None
    primary_reason: str | None
    entered_on: date
    left_on: date | None
    attends: Literal["full_time", "part_time"] | None
    sessions_a_week: int | None
    on_roll: bool | None = Field(description="On the home school's roll on the day of the census")
    erased: bool
    complete: bool
    faults: list[FaultShown]
    href: str


class CensusReturn(Shape):
    """`notes` says what of the return as a whole is unsure."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "term": "spring",
                "year": 2027,
                "from": "2026-10-02",
                "census_on": "2027-01-21",
                "returned_by": "school",
                "complete": 0,
                "incomplete": 1,
                "notes": [
                    {
                        "code": "census_day",
                        "words": "The day follows from custom: check it against the day that the department has named.",
                        "certainty": "unconfirmed",
                    }
                ],
                "rows": [
                    {
                        "placement_id": "0190a1b2-0000-7000-8000-000000000007",
                        "upn": "B801200005001",
                        "urn": None,
                        "ukprn": None,
                        "setting_type": "OTH",
                        "primary_reason": "BEHAVIOUR",
                        "entered_on": "2026-12-08",
                        "left_on": None,
                        "attends": None,
                        "sessions_a_week": None,
                        "on_roll": True,
                        "erased": False,
                        "complete": False,
                        "faults": [
                            {
                                "code": "sessions_missing",
                                "field": "sessions_a_week",
                                "words": "No weekly pattern says which sessions are at the provider.",
                                "kind": "missing",
                            }
                        ],
                        "href": "/api/v1/placements/0190a1b2-0000-7000-8000-000000000007",
                    }
                ],
            }
        }
    )

    term: Literal["autumn", "spring", "summer"]
    year: int
    census_on: date
    returned_by: Literal["school", "la"]
    complete: int
    incomplete: int
    notes: list[CensusNote]
    rows: list[CensusRow]


class RegisterEntry(Shape):
    """One pupil at one provider. Personal fields are null once the pupil's data were erased."""

    placement_id: UUID
    upn: str | None
    legal_name: str | None
    born_on: date | None
    address: str | None
    parents: list[str]
    home_school_urn: str
    provider_id: UUID
    provider_name: str
    arranged_by: Literal["school", "la"]
    legal_basis: str
    since: date
    absent: Literal["some", "all"] | None = Field(description="From the home school, for how much of the week")
    sessions_a_week: int | None
    erased: bool
    faults: list[FaultShown]
    href: str


class RegisterFeed(Shape):
    """`in_force`: the section that demands the register binds on this day; none was seen so far."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "la_code": "831",
                "on": "2026-12-08",
                "clause": "Education Act 1996 s 436B",
                "source": "2026 c. 21 s 38, not known to be commenced",
                "in_force": False,
                "certainty": "unconfirmed",
                "entries": [],
            }
        }
    )

    la_code: str
    on: date
    clause: str
    source: str
    in_force: bool
    certainty: Literal["confirmed", "unconfirmed"]
    entries: list[RegisterEntry]
