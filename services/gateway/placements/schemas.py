"""One child's record as it is answered: whole, event by event, by deadline and by clause."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from domain.placement.record.placement_view import PlacementView
from domain.placement.time.deadline_view import DeadlineView
from services.gateway.http.schemas import PROVISIONAL, REFERENCE, Shape
from services.gateway.placements.provider_schemas import RecordForOffer, RecordForTeaching


class PlacementRecord(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    version: int
    stage: str
    as_at: datetime | None
    known_at: datetime | None
    record: PlacementView | RecordForTeaching | RecordForOffer


class ActorShown(Shape):
    kind: str
    id: UUID
    role: str
    org_id: str | None


class WhoShown(Shape):
    """Who did it, beside the id. Each event keeps the id alone; the name is the latest that they signed in under."""

    name: str | None = Field(description="None where it is withheld or not known")
    words: str = Field(description="The name; without one, who it was: a member of staff of the school, the service")
    withheld: bool = Field(description="There is a name, and you may not see it")


class EventShown(Shape):
    """One event in full. Personal fields stand in `data` for those who may see them, else in `withheld` by name."""

    event_id: UUID
    type: str
    summary: str = Field(description="What happened, in one sentence without names; to a provider, of what it is shown")
    version: int
    position: int
    occurred_at: datetime
    recorded_at: datetime
    actor: ActorShown
    by: WhoShown
    command_id: UUID
    legal_refs: list[str]
    data: dict[str, Any]
    withheld: list[str]


class PupilNamed(Shape):
    legal_name: str
    born_on: date


class OwnRecords(Shape):
    """What a provider wrote down of one placement: its marks, its reports, the concerns that it raised."""

    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    provider_id: UUID
    pupil: PupilNamed | None = Field(description="None where the personal data was erased, or no place was agreed")
    started_on: date | None
    ended_on: date | None
    seen_until: date | None = Field(
        description="The last day on which the provider sees the placement if it is not evaluated before; None while"
        " it runs, or while a concern is open"
    )
    marks: list[EventShown]
    reports: list[EventShown]
    concerns: list[EventShown]


class Timeline(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    version: int
    events: list[EventShown]


class Deadlines(Shape):
    placement_id: UUID | None = None
    reference: str | None = Field(default=None, description=REFERENCE)
    deadlines: list[DeadlineView]


class EventProving(Shape):
    """The event that proves a clause, or that recorded its miss, by its place in the store and its hash there."""

    event_id: UUID
    type: str
    version: int
    position: int
    recorded_at: datetime
    hash: str
    actor: ActorShown
    by: WhoShown


class EvidenceShown(Shape):
    """`binding`: the clause binds as law; elsewhere it is good practice."""

    clause_id: str
    clause: str
    demands: str
    rule: str | None
    mark: Literal["law", "guidance", "choice"]
    binding: bool
    standing: Literal[
        "satisfied", "outstanding", "overtaken", "breached", "advisory_missed", "not_applicable", "unknown"
    ]
    outcome: Literal["met", "outstanding", "overtaken", "missed"] | None = Field(
        description="What became of the duty; null where there is none, or nobody can say"
    )
    why: str
    due_on: date | None
    provisional: bool = Field(description=PROVISIONAL)
    event: EventProving | None


class EvidenceList(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    evidence: list[EvidenceShown]
