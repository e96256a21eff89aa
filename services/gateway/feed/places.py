"""A reader's place in the feed, as it states it, and whether it is one of this record."""

import re
from typing import Final, Literal

from infra.event_store.lookup import hash_at, last_settled
from infra.event_store.read import horizon
from infra.postgres.db import connection
from services.application.feed.feed import FeedPosition, mark_of
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import FieldError, Problem, malformed
from services.gateway.http.runtime import Gateway

NOW: Final = "now"
MARK: Final = "^([0-9a-f]{16})?$"
_LAST_EVENT_ID: Final = re.compile("([0-9]{1,18})(?:-([0-9a-f]{16}))?")  # fits a bigint


async def begun(
    gateway: Gateway, after: int | Literal["now"], mark: str | None, last_event_id: str | None
) -> FeedPosition:
    """Where a reader goes on from, as `stated` and `require_known` have it, or the present. Raises Problem.

    Events acknowledged after the request are sent; those acknowledged just before it may be.
    """
    if after != NOW or comes_back(last_event_id):
        place = stated(0 if after == NOW else after, mark, last_event_id)
        await require_known(gateway, place)
        return place
    if mark:
        raise malformed([FieldError(pointer="/query/mark", detail="A mark goes with the position that it came with.")])
    async with connection(gateway.engine) as conn:
        position = await last_settled(conn, (await horizon(conn)).limit)
        found = await hash_at(conn, position)
    return FeedPosition(position, None if mark is None else "" if found is None else mark_of(found))


def comes_back(last_event_id: str | None) -> bool:
    return last_event_id is not None and bool(last_event_id.strip())


def stated(after: int, mark: str | None, last_event_id: str | None = None) -> FeedPosition:
    """Where a client goes on from; one that comes back says so by `Last-Event-ID`. Raises Problem."""
    if last_event_id is None or not comes_back(last_event_id):
        return FeedPosition(after, mark)
    found = _LAST_EVENT_ID.fullmatch(last_event_id.strip())
    if found is None:
        raise malformed(
            [FieldError(pointer="/header/Last-Event-ID", detail="This must be an id that the stream gave.")]
        )
    # Its address still says how it began: with marks or without.
    return FeedPosition(int(found[1]), found[2] or (None if mark is None else ""))


async def require_known(gateway: Gateway, place: FeedPosition) -> None:
    """Refuse a place that is not of this record: its reader would miss events in silence.

    A position alone is of another where the record has never come to it, one with a mark also where another event
    is, or none. Raises Problem.
    """
    await _require_reached(gateway, place.position)
    if place.mark and place.position and place.mark != await _mark_at(gateway, place.position):
        raise Problem("record_restored", OWN["record_restored"].words)


async def _require_reached(gateway: Gateway, position: int) -> None:
    if position <= gateway.tail.recent.looked_at:
        return
    async with connection(gateway.engine) as conn:
        drawn = (await horizon(conn)).high
    if position > drawn:
        raise Problem("position_unknown", OWN["position_unknown"].words)


async def _mark_at(gateway: Gateway, position: int) -> str | None:
    for entry in gateway.tail.recent.after(position - 1, 1) or ():
        if entry.position == position:
            return entry.mark
    async with connection(gateway.engine) as conn:
        found = await hash_at(conn, position)
    return None if found is None else mark_of(found)
