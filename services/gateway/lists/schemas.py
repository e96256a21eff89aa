"""The lists over many placements as they are answered."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.placement.time.turns import EscalationStatus
from domain.shared.views import View
from events.codes import Role, RuleId, Severity
from services.gateway.http.schemas import PROVISIONAL, REFERENCE, Shape

PUPIL_NAME = "For those who read names; null where access is restricted, and once the pupil's data were erased"


class PlacementSummary(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    pupil_name: str | None = Field(default=None, description=PUPIL_NAME)
    year_group: int | None = Field(default=None, description="As the name")
    restricted: bool = Field(default=False, description="Access is restricted: no list shows the name")
    version: int
    stage: str
    home_school_urn: str
    legal_basis: str
    provider_id: UUID | None
    assigned_to: UUID | None
    next_deadline_on: date | None
    next_deadline_rule: str | None
    next_deadline_severity: Literal["BREACH", "ADVISORY"] | None
    next_deadline_provisional: bool | None = Field(description=PROVISIONAL)
    next_review_on: date | None
    started_on: date | None
    proposed_end_on: date | None
    ended_on: date | None
    updated_at: datetime
    days_to_period_end: int | None = Field(description="Calendar days while it runs; below zero once they are over")
    href: str
    flags: list[str] | None = Field(default=None, description="Where asked for; null once the data were erased")
    rag: Literal["R", "A", "G"] | None = Field(default=None, description="Where asked for: the last report's gravest")


class Caseload(Shape):
    placements: list[PlacementSummary]
    next: str | None = Field(description="The address of the next page")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineListed(View):
    """Something due of a placement, or about a provider: then `org_id` is the school or council whose it is."""

    rule: RuleId
    due_on: date
    due_at: datetime
    severity: Severity
    legal_ref: str
    words: str
    provisional: bool
    placement_id: UUID | None
    reference: str | None
    pupil_name: str | None
    subject: UUID | None
    assigned_to: UUID | None
    provider_id: UUID | None
    org_id: str | None
    owner: Role
    remind_on: date
    escalate_to: Role
    standing: EscalationStatus
    turn_of: Role | None
    overdue: bool
    href: str


class DeadlineList(Shape):
    deadlines: list[DeadlineListed]
    next: str | None


class LetterShown(Shape):
    """An invitation or an outcome: by when it is due, and when it was deemed given."""

    standing: Literal["not_yet", "open", "met", "late", "missed"]
    by: date | None
    given_on: date | None


class ReviewShown(Shape):
    """`day`: held then, or to meet then, or due then where no meeting is arranged."""

    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    pupil_name: str | None = Field(default=None, description=PUPIL_NAME)
    review_id: UUID
    day: date
    meets_at: datetime | None
    due_on: date
    status: str
    source: str
    rule: str
    missed: bool
    provisional: bool = Field(description=PROVISIONAL)
    invitation: LetterShown
    outcome: LetterShown
    href: str


class ReviewDiary(Shape):
    reviews: list[ReviewShown]
    next: str | None


class PlacementOfTask(Shape):
    placement_id: UUID
    reference: str | None = Field(default=None, description=REFERENCE)
    home_school_urn: str
    stage: str
    href: str


class CouncilTask(Shape):
    """It goes when its ground goes: a placement is closed, a number was put right, or the sessions changed."""

    task_id: UUID
    kind: str
    detail: str
    found_on: date
    placements: list[PlacementOfTask]


class CouncilTasks(Shape):
    tasks: list[CouncilTask]
    next: str | None = Field(description="The address of the next page")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAsked:
    """One of the three. `name`: the beginnings of any of its parts, three letters at least."""

    name: Annotated[str | None, Field(max_length=200)] = None
    upn: Annotated[str | None, Field(max_length=40)] = None
    reference: Annotated[str | None, Field(max_length=64)] = None


class SearchMade(Shape):
    """Kept for an hour, for the person who searched."""

    id: UUID
    href: str = Field(description="The list of what is found")
