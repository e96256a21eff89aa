"""What one person has to do now, over everything that they see: what is due, and what waits for them; by date.

The one table of what waits for whom, for pages and for whoever tells people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.access.roles import OrgKind
from domain.attendance.state import week_of
from domain.calendar.london import today as day_of
from domain.law.rules import RULES
from domain.placement.steps import STEPS as PLACEMENT
from domain.provider.steps import STEPS as PROVIDER
from domain.school.state import School
from domain.school.steps import STEPS as SCHOOL
from domain.shared.commands import kebab
from domain.work import deadline_steps, waits
from domain.work.deadline_steps import DeadlineStep, StepOn
from domain.work.waits import WaitKind
from events.codes import Role, RuleId
from events.ids import IsoWeek, Urn, school_stream
from infra.event_store.lookup import stream_versions
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import caseload, due_work, placements, waiting
from infra.projections.deadlines import DeadlineRow
from infra.projections.due_work import DueWork
from infra.projections.placements import PlacementRow
from infra.projections.waiting import WaitingRow
from infra.streams.reference import Reference
from services.application.authorisation import Sights

MOST: Final = 100
"""How much of each kind is looked at: more than anybody does in a day."""
_LISTED_AS_WAITING: Final = frozenset({RuleId.T16})
"""The proposed erasure waits for a person from the day on which it is proposed."""
_MAY_GIVE: Final = {command: step.people for table in (PLACEMENT, PROVIDER, SCHOOL) for command, step in table.items()}
_KEEPERS: Final = SCHOOL[waits.WORDS[WaitKind.CONFIRM_CORRECTION].command].people


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One thing to do. It is about a placement, a provider or a school.

    `command` is None where somebody else gives it and this person sees that it happens: then the record is opened.
    `taken_from` is the role whose task it was, where it came to this person because it is overdue.
    """

    words: str
    verb: str
    command: str | None
    due_on: date | None
    since: date | None = None
    overdue: bool = False
    explained: str = ""
    taken_from: Role | None = None
    placement: PlacementRow | None = None
    week: IsoWeek | None = None
    provider_id: UUID | None = None
    urn: Urn | None = None

    def place(self, today: date) -> tuple[int, date, str]:
        """Its place in the order of work: overdue, what waits without a day, then by date."""
        when = self.due_on or today
        late = self.overdue or when < today
        return (0 if late else 1 if self.due_on is None else 2, self.since or when, self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """`more`: there is more than is shown."""

    items: tuple[WorkItem, ...]
    today: date
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSources:
    """What work is read from."""

    engine: AsyncEngine
    reference: Reference
    now: datetime


async def work_of(sources: WorkSources, person: Person, seen: Sights, *, whole_team: bool = False) -> Work:
    """Everything that this person is to do, in order.

    A case worker has the cases assigned to them and those of nobody; `whole_team` adds those of colleagues.
    """
    roles = frozenset(each.role for each in seen)
    kind = next((each.standing.organisation.kind for each in seen if each.standing.organisation is not None), None)
    today = day_of(sources.now)
    if kind is None:
        return Work(items=(), today=today, more=False)
    mine = None if whole_team or roles != {Role.CASE_WORKER} else person.id
    asked = DueWork(
        roles=roles, kind=kind, now=sources.now, of_case_worker=mine, but=_LISTED_AS_WAITING, limit=MOST + 1
    )
    async with sources.engine.connect() as conn:
        due = await due_work.on_placements(conn, seen.visibility, asked)
        about = await due_work.on_providers(conn, seen.visibility, asked)
        steps = await waiting.on_placements(
            conn, seen.visibility, roles, person.id, of_case_worker=mine, limit=MOST + 1
        )
        applications = await waiting.on_providers(conn, person.org or "", roles, person.id, limit=MOST + 1)
        urns = await _calendars_kept(conn, seen) if roles & _KEEPERS else []
        unarranged = await due_work.not_arranged(conn, _reviews(due))
    async with connection(sources.engine) as driver:
        rows = await placements.find_many(driver, {row.placement_id for row in due if row.placement_id})
        schools = await _schools(driver, sources.reference, urns)
    found = [
        *(_of_deadline(row, roles, sources.now, rows, unarranged) for row in (*due, *about)),
        *(_of_waiting(row, roles) for row in (*steps, *applications)),
        *_corrections(schools, roles, person),
    ]
    found.sort(key=lambda each: each.place(today))
    return Work(items=tuple(found[:MOST]), today=today, more=len(found) > MOST)


def _reviews(due: Iterable[DeadlineRow]) -> set[tuple[UUID, UUID]]:
    return {
        (row.placement_id, row.subject)
        for row in due
        if row.placement_id is not None and row.subject is not None and row.rule in deadline_steps.REVIEWS
    }


def _of_deadline(
    row: DeadlineRow,
    roles: frozenset[Role],
    now: datetime,
    rows: dict[UUID, PlacementRow],
    unarranged: set[tuple[UUID, UUID]],
) -> WorkItem:
    rule = RULES[RuleId(row.rule)]
    step = deadline_steps.STEPS[rule.id]
    if step.before is not None and (row.placement_id, row.subject) in unarranged:
        step = step.before
    overdue = row.due_at < now
    owner = Role.LA_OFFICER if row.org_id is not None and row.org_id.startswith("la:") else rule.owner
    theirs = deadline_steps.concerned(rule.id, owner, overdue=False) & roles
    given = step.on is not StepOn.REGISTER and bool(roles & deadline_steps.people(step))
    return WorkItem(
        words=rule.words,
        verb=step.verb if given or step.on is StepOn.REGISTER else "Open",
        command=kebab(step.command) if given else None,
        due_on=row.due_on,
        overdue=overdue,
        explained=row.words,
        taken_from=None if theirs else owner,
        placement=None if row.placement_id is None else rows.get(row.placement_id),
        week=_week(step, row),
        provider_id=row.provider_id,
    )


def _week(step: DeadlineStep, row: DeadlineRow) -> IsoWeek | None:
    return week_of(row.due_on) if step.on is StepOn.REGISTER else None


def _of_waiting(row: WaitingRow, roles: frozenset[Role]) -> WorkItem:
    said = waits.WORDS[WaitKind(row.kind)]
    assert roles & _MAY_GIVE[said.command], "it waits for who may give it"
    return WorkItem(
        words=said.words,
        verb=said.verb,
        command=kebab(said.command),
        due_on=row.due_on,
        since=row.since,
        placement=row.placement,
        provider_id=row.provider_id,
    )


async def _calendars_kept(conn: AsyncConnection, seen: Sights) -> list[Urn]:
    """The schools whose calendar this person keeps: their own, or those of their council that have a placement."""
    own = seen.organisation(OrgKind.SCHOOL)
    if own is not None:
        return [Urn(own)]
    return [Urn(each) for each in await caseload.schools(conn, seen.held_by(_KEEPERS).visibility)]


async def _schools(conn: asyncpg.Connection, reference: Reference, urns: Sequence[Urn]) -> list[School]:
    versions = await stream_versions(conn, [school_stream(urn) for urn in urns])
    found = [(await reference.at(conn, urn, None, versions))[0] for urn in urns]
    return [each for each in found if each is not None]


def _corrections(schools: Sequence[School], roles: frozenset[Role], person: Person) -> Iterable[WorkItem]:
    for school in schools:
        for each in waits.of_school(school):
            if each.roles & roles and each.not_by != person.id:
                row = WaitingRow(kind=each.kind, roles=frozenset(each.roles), due_on=None, since=each.since)
                yield replace(_of_waiting(row, roles), urn=school.urn)
