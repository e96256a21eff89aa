"""Pages of the access log, newest first, by placement, person and time."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.identity.read_log import access_log
from infra.projections.placements import placement
from infra.projections.visibility import Everything, Visibility, within

AccessCursor = tuple[datetime, int]
"""When the last reading of a page was, and its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFilters:
    """Of which placement, by whom, from when and until when; None narrows nothing."""

    placement_id: UUID | None = None
    person_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedReading:
    """One row of the log. `placement_id` is None for a reading of the log itself, or of the whole record."""

    access_id: int
    read_at: datetime
    person_id: UUID
    org: str | None
    placement_id: UUID | None
    what: str
    why: str | None
    asked: str | None

    @property
    def place(self) -> AccessCursor:
        return self.read_at, self.access_id


_COLUMNS: Final = [access_log.c[each.name] for each in fields(LoggedReading)]


async def readings(
    conn: AsyncConnection,
    scope: Visibility,
    org: str | None,
    asked: AccessFilters,
    *,
    after: AccessCursor | None,
    limit: int,
) -> Sequence[LoggedReading]:
    """A page of the readings of the placements in `scope`, restricted ones too; those of no placement, by `org`."""
    row = access_log.c
    conditions: list[ColumnElement[bool]] = [_in_scope(scope, org)]
    if asked.placement_id is not None:
        conditions.append(row.placement_id == asked.placement_id)
    if asked.person_id is not None:
        conditions.append(row.person_id == asked.person_id)
    if asked.since is not None:
        conditions.append(row.read_at >= asked.since)
    if asked.until is not None:
        conditions.append(row.read_at <= asked.until)
    if after is not None:
        conditions.append(tuple_(row.read_at, row.access_id) < after)
    page = select(*_COLUMNS).where(and_(*conditions)).order_by(row.read_at.desc(), row.access_id.desc()).limit(limit)
    return [LoggedReading(**each) for each in (await conn.execute(page)).mappings()]


def _in_scope(scope: Visibility, org: str | None) -> ColumnElement[bool]:
    if isinstance(scope, Everything):
        return true()
    row = access_log.c
    of_placement = row.placement_id.in_(select(placement.c.placement_id).where(within(scope)))
    return or_(of_placement, and_(row.placement_id.is_(None), row.org == org))
