"""What is due in somebody's work, by its date: of the roles that they have, as `domain.work.deadline_steps` says it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.access.roles import OrgKind
from domain.calendar.london import today
from domain.law.rules import RULES, Rule
from domain.work.deadline_steps import concerned
from events.codes import Role, RuleId
from infra.projections.deadlines import (
    OF_PLACEMENTS,
    OF_PROVIDERS,
    SHARED,
    DeadlineRow,
    deadline,
    own_of_providers,
    rules_for,
)
from infra.projections.placements import placement
from infra.projections.provider_deadlines import provider_deadline
from infra.projections.reviews import review
from infra.projections.visibility import Visibility, visible

AHEAD_DAYS: Final = 14
"""How far somebody's work looks ahead; further where the owner is reminded earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWork:
    """Whose work is asked for. `of_case_worker` keeps the cases of this person and those of nobody.

    `kind` is of the organisation that the roles are in; `but` are rules that are listed in another way.
    """

    roles: frozenset[Role]
    kind: OrgKind
    now: datetime
    of_case_worker: UUID | None = None
    but: frozenset[RuleId] = frozenset()
    limit: int


async def on_placements(conn: AsyncConnection, visibility: Visibility, asked: DueWork) -> list[DeadlineRow]:
    """What is due of placements: overdue, or soon; the earliest first."""
    query = (
        select(*(deadline.c[name] for name in SHARED), *OF_PLACEMENTS)
        .join(placement, placement.c.placement_id == deadline.c.placement_id)
        .where(visible(visibility), rules_for(visibility), _in_work(deadline, asked, asked.roles))
        .order_by(deadline.c.due_on, deadline.c.gravity, deadline.c.placement_id, deadline.c.number)
    )
    if asked.of_case_worker is not None:
        query = query.where(or_(placement.c.assigned_to.is_(None), placement.c.assigned_to == asked.of_case_worker))
    return [DeadlineRow(**row) for row in (await conn.execute(query.limit(asked.limit))).mappings()]


async def on_providers(conn: AsyncConnection, visibility: Visibility, asked: DueWork) -> list[DeadlineRow]:
    """What is due about providers, in the same order. Of a council's own checks its officer is the owner."""
    if asked.kind is OrgKind.LA and Role.LA_OFFICER not in asked.roles:
        return []
    roles = frozenset(Role) if asked.kind is OrgKind.LA else asked.roles
    query = (
        select(*(provider_deadline.c[name] for name in SHARED), *OF_PROVIDERS)
        .where(own_of_providers(visibility), _in_work(provider_deadline, asked, roles))
        .order_by(provider_deadline.c.due_on, provider_deadline.c.provider_id, provider_deadline.c.number)
    )
    return [DeadlineRow(**row) for row in (await conn.execute(query.limit(asked.limit))).mappings()]


def _in_work(of: Table, asked: DueWork, roles: Collection[Role]) -> ColumnElement[bool]:
    return or_(*_each_rule(of, asked, frozenset(roles)))


def _each_rule(of: Table, asked: DueWork, roles: frozenset[Role]) -> Iterator[ColumnElement[bool]]:
    own = [each for each in _rules(asked) if concerned(each.id, each.owner, overdue=False) & roles]
    taken = [each for each in _rules(asked) if concerned(each.id, each.owner, overdue=True) & roles]
    day = today(asked.now)
    yield and_(of.c.due_at < asked.now, of.c.rule.in_([each.id for each in taken]))
    yield and_(of.c.due_on <= day + timedelta(days=AHEAD_DAYS), of.c.rule.in_([each.id for each in own]))
    for each in own:
        if each.remind_days > AHEAD_DAYS:
            yield and_(of.c.rule == each.id, of.c.due_on <= day + timedelta(days=each.remind_days))


def _rules(asked: DueWork) -> list[Rule]:
    return [each for each in RULES.values() if each.id not in asked.but]


async def not_arranged(conn: AsyncConnection, reviews: Collection[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Of these reviews, each by its placement and its id, those whose meeting is not arranged."""
    if not reviews:
        return set()
    key = (review.c.placement_id, review.c.review_id)
    found = await conn.execute(select(*key).where(tuple_(*key).in_(reviews), review.c.meets_at.is_(None)))
    return {(each[0], each[1]) for each in found}
