"""What is due over all placements and providers, from read models: they follow the record, though not at once."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.responses import Response

from domain.calendar.london import today as day_of
from domain.law.rules import RULES
from domain.placement.time.turns import turn
from domain.provider.deadlines import owner_of
from domain.shared.views import shown
from events.codes import Role, RuleId
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.deadlines import DeadlineRow, listing
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway
from services.gateway.lists.names import Named, named_by_id
from services.gateway.lists.schemas import DeadlineListed


@dataclass(frozen=True, slots=True, kw_only=True)
class DueQuery:
    """`due_within`: overdue, or due in so many days from today. `turn_of`: what the role is to see to now."""

    severity: str | None
    due_before: date | None
    due_within: int | None
    turn_of: Role | None
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueListing:
    """A page of what is due, with the cursor of the next one."""

    deadlines: tuple[DeadlineListed, ...]
    next: str | None


async def page(gateway: Gateway, person: Person, asked: DueQuery) -> Response:
    found = await listed(gateway, person, asked)
    following = None if found.next is None else link("deadlines", {**dataclasses.asdict(asked), "cursor": found.next})
    return json_response({"deadlines": found.deadlines, "next": following})


async def listed(gateway: Gateway, person: Person, asked: DueQuery, *, what: str = "deadlines_list") -> DueListing:
    """What is due of what this person may see, with the names that they may read; those are logged, as `what`.

    Raises Problem: a cursor of the wrong form.
    """
    after = cursors.DEADLINES.unpack(asked.cursor)
    now = await gateway.now()
    today = day_of(now)
    seen = await gateway.seeing(person)
    async with gateway.engine.connect() as conn:
        rows = await listing(
            conn,
            seen.visibility,
            severity=asked.severity,
            due_before=asked.due_before,
            due_by=None if asked.due_within is None else today + timedelta(days=asked.due_within),
            turn_of=None if asked.turn_of is None else (asked.turn_of, now),
            after=after,
            limit=asked.limit + 1,
        )
    following = cursors.DEADLINES.pack(rows[asked.limit - 1].place) if len(rows) > asked.limit else None
    rows = rows[: asked.limit]
    async with connection(gateway.engine) as conn:
        pupils = await named_by_id(conn, gateway.keys, person, (row.placement_id for row in rows), seen=seen, what=what)
    return DueListing(deadlines=tuple(_shown(row, now, pupils) for row in rows), next=following)


def _shown(row: DeadlineRow, now: datetime, pupils: Named) -> DeadlineListed:
    rule = RULES[RuleId(row.rule)]
    owner = rule.owner if row.org_id is None else owner_of(rule.id, row.org_id)
    whose = turn(rule, owner, row.due_on, row.due_at, now)
    pupil = None if row.placement_id is None else pupils.get(row.placement_id)
    record = f"placements/{row.placement_id}" if row.provider_id is None else f"providers/{row.provider_id}"
    return shown(
        DeadlineListed,
        row,
        pupil_name=None if pupil is None else pupil.name,
        owner=owner,
        remind_on=rule.remind_on(row.due_on),
        escalate_to=rule.escalate_to,
        standing=whose.standing,
        turn_of=whose.turn_of,
        overdue=row.due_at < now,
        href=f"/api/v1/{record}",
    )
