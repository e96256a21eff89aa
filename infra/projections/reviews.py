"""The reviews of all placements by their day, with the state of invitation and outcome.

Written in the transaction that moves a placement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Table, Text, Uuid, false, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.placement.reviews.diary import ReviewLetter, diary
from infra.postgres.db import metadata
from infra.projections.derived import PlacementSources, ReadModel, RowsOfSource
from infra.projections.placements import placement
from infra.projections.visibility import Visibility, visible

NAME: Final = "reviews"

review = Table(
    "review_diary",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("review_id", Uuid, primary_key=True),
    # The day it was held, or of the meeting, or where none is arranged the day it is due: the order of the list.
    Column("day", Date, nullable=False),
    Column("meets_at", DateTime(timezone=True)),
    Column("due_on", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("missed", Boolean, nullable=False),
    # Of the day it is due.
    Column("provisional", Boolean, nullable=False, server_default=false()),
    Column("invite_by", Date),
    Column("invited_on", Date),
    Column("invited_timely", Boolean),
    Column("notify_by", Date),
    Column("notified_on", Date),
    Column("notified_timely", Boolean),
)
Index("review_diary_day_idx", review.c.day, review.c.placement_id, review.c.review_id)

ReviewCursor = tuple[date, UUID, UUID]
"""The position of a row in the list: (day, placement_id, review_id)."""
_PLACE: Final = (review.c.day, review.c.placement_id, review.c.review_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    placement_id: UUID
    review_id: UUID
    day: date
    meets_at: datetime | None
    due_on: date
    status: str
    source: str
    rule: str
    missed: bool
    provisional: bool
    invite_by: date | None
    invited_on: date | None
    invited_timely: bool | None
    notify_by: date | None
    notified_on: date | None
    notified_timely: bool | None
    reference: str | None

    @property
    def invitation(self) -> ReviewLetter:
        return ReviewLetter(by=self.invite_by, given_on=self.invited_on, timely=self.invited_timely)

    @property
    def outcome(self) -> ReviewLetter:
        return ReviewLetter(by=self.notify_by, given_on=self.notified_on, timely=self.notified_timely)


def rows(seen: PlacementSources) -> list[dict[str, Any]]:
    """The reviews of a placement."""
    return [
        {
            "review_id": each.review_id,
            "day": each.on,
            "meets_at": each.meets_at,
            "due_on": each.due_on,
            "status": each.status,
            "source": each.source,
            "rule": each.rule,
            "missed": each.missed,
            "provisional": seen.calendar.is_provisional(each.due_on),
            "invite_by": each.invitation.by,
            "invited_on": each.invitation.given_on,
            "invited_timely": each.invitation.timely,
            "notify_by": each.outcome.by,
            "notified_on": each.outcome.given_on,
            "notified_timely": each.outcome.timely,
        }
        for each in diary(seen.state)
    ]


MODEL: Final = ReadModel(name=NAME, part=RowsOfSource(table=review), rows=rows)


async def listing(
    conn: AsyncConnection,
    visibility: Visibility,
    *,
    first: date | None,
    last: date | None,
    statuses: Sequence[str],
    after: ReviewCursor | None,
    limit: int,
) -> list[ReviewRow]:
    """Reviews by day, both days included, from the place after `after`; no status means any."""
    query = (
        select(*(review.c[name] for name in ReviewRow.__slots__ if name != "reference"), placement.c.reference)
        .join(placement, placement.c.placement_id == review.c.placement_id)
        .where(visible(visibility))
        .order_by(*_PLACE)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(*_PLACE) > tuple_(*(literal(part) for part in after)))
    if first is not None:
        query = query.where(review.c.day >= first)
    if last is not None:
        query = query.where(review.c.day <= last)
    if statuses:
        query = query.where(review.c.status.in_(statuses))
    return [ReviewRow(**row) for row in (await conn.execute(query)).mappings()]
