"""Following the feed: one page, waited for or not, and the stream that sends each event as it settles."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import msgspec
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from domain.access.roles import RIGHTS
from domain.placement.provider_sight.phases import ProviderPart
from events.ids import ProviderId
from infra.event_store.lookup import hash_at
from infra.event_store.read import horizon
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow, find_many
from services.application import authorisation
from services.application.authorisation import Sights
from services.application.feed.feed import FeedEntry, FeedFilter, FeedPage, FeedPosition, page
from services.application.feed.in_part import shown_in_part
from services.application.feed.notifications import EVENT_TYPES
from services.gateway.feed.places import require_known
from services.gateway.http.problems import FieldError, Problem, malformed
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway

# A stream ends after this long, if its token is good for longer, and its client comes back with Last-Event-ID.
STREAM_SECONDS = 3_600.0
_BATCH = 100
_HEARTBEAT_SECONDS = 15
_SLOWEST_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.05
# A process that stops closes the tail, and each stream then ends by itself. The library would rather cut it off in
# the middle, at once, and its client would see a broken answer: it waits for this long, within the process's grace.
_ENDING_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """One of a group of readers that divide the feed between them; counted from 0."""

    number: int
    of: int


def member(number: int | None, of: int | None) -> GroupMember | None:
    """None for a reader by itself. Raises Problem."""
    if number is None and of is None:
        return None
    if number is None or of is None:
        pointer = "/query/group_member" if number is None else "/query/group_size"
        raise malformed([FieldError(pointer=pointer, detail="group_member and group_size are given together.")])
    if number >= of:
        detail = "Members are counted from 0 to one below group_size."
        raise malformed([FieldError(pointer="/query/group_member", detail=detail)])
    return GroupMember(number=number, of=of)


def wanted(gateway: Gateway, person: Person, types: list[str], member: GroupMember | None) -> FeedFilter:
    """Which events this person is to get. Raises NotAllowed: the feed is not for them. Raises Problem: no such type."""
    roles = [role for role, rights in RIGHTS.items() if rights.feed]
    authorisation.acting(person, authorisation.sights(person), roles, "Read what happened, event by event.")
    unknown = [name for name in types if name not in EVENT_TYPES]
    if unknown:
        raise malformed([FieldError(pointer="/query/type", detail="There is no such type of event.")])
    stored = frozenset(EVENT_TYPES[name] for name in types)

    async def left_of(batch: Sequence[FeedEntry]) -> Sequence[FeedEntry]:
        asked = [
            entry
            for entry in batch
            if (member is None or entry.share % member.of == member.number) and (not stored or entry.type in stored)
        ]
        return await _seen(gateway, (await gateway.seeing(person)).following, asked)

    return left_of


async def _seen(gateway: Gateway, among: Sights, entries: Sequence[FeedEntry]) -> Sequence[FeedEntry]:
    """Those that one of the roles sees by what is true now: a placement may have been restricted, or moved on to
    another provider, since its entry was kept.

    An event of a school or a provider concerns no child; those who see everything see it.
    """
    if among.everything:
        return entries
    about = {entry.placement_id for entry in entries if entry.placement_id is not None}
    if not about:
        return ()
    async with connection(gateway.engine) as conn:
        rows = await find_many(conn, about)
        seen = {placement_id: row for placement_id, row in rows.items() if among.of(row)}
        parts = {placement_id: part for placement_id, row in seen.items() if (part := _part(among, row)) is not None}
        in_part = await shown_in_part(conn, parts, [entry for entry in entries if entry.placement_id in parts])
    return [
        entry
        for entry in entries
        if entry.placement_id in seen and (entry.placement_id not in parts or entry.event_id in in_part)
    ]


def _part(among: Sights, row: PlacementRow) -> tuple[ProviderPart, ProviderId] | None:
    """What the placement's provider gets notifications of: none of others' offers, concerns and letters."""
    part = among.of(row).part(row)
    if part is None or row.provider_id is None:
        return None
    return part, ProviderId(row.provider_id)


async def committed(gateway: Gateway, person: Person, position: int | None) -> None:
    """Wait until a position is committed, for as long as a command is waited for: the lists then show what it brought.

    Whoever has it from an answer or the feed does not wait. Raises Problem: it is not committed in time, or the record
    has never come to it.
    """
    if position is None:
        return
    await require_known(gateway, FeedPosition(position, None))
    ends = _ends(person, gateway.settings.command_wait_seconds)
    while not await _is_committed(gateway, position):
        left = ends - time.monotonic()
        if left <= 0:
            raise Problem("not_there_yet", f"Position {position} is not committed yet.")
        await asyncio.sleep(min(left, _LOOK_AGAIN_SECONDS))


async def _is_committed(gateway: Gateway, position: int) -> bool:
    """Or rolled back: then it will never be."""
    if position <= gateway.tail.recent.looked_at:
        return True
    async with connection(gateway.engine) as conn:
        return await hash_at(conn, position) is not None or (await horizon(conn)).limit >= position


def _ends(person: Person, seconds: float) -> float:
    """When a wait is over, by the monotonic clock: after so long, or when the token that it was asked with ends."""
    return time.monotonic() + max(0.0, min(seconds, person.expires_at - time.time()))


async def feed(
    gateway: Gateway, person: Person, wants: FeedFilter, *, after: FeedPosition, limit: int, wait_seconds: float
) -> Response:
    """One page; with nothing to tell yet, waits for it up to `wait_seconds`, or until the reader's token ends."""
    found = await _page(gateway, wants, after, limit)
    if not found.entries and wait_seconds:
        with gateway.tail.followed():
            found = await _waited_for(gateway, wants, found.next, limit, _ends(person, wait_seconds))
    events = [msgspec.Raw(entry.json.encode()) for entry in found.entries]
    return json_response({"events": events, "next": found.next.position, "mark": found.next.mark or None})


async def _waited_for(gateway: Gateway, wants: FeedFilter, after: FeedPosition, limit: int, ends: float) -> FeedPage:
    while time.monotonic() < ends and not gateway.tail.closing.is_set():
        moved = gateway.tail.moved
        found = await _page(gateway, wants, after, limit)
        if found.entries:
            return found
        after = found.next
        await gateway.tail.wait(moved, ends - time.monotonic())
    return FeedPage(entries=(), next=after)


async def _page(gateway: Gateway, wants: FeedFilter, after: FeedPosition, limit: int) -> FeedPage:
    tail = gateway.tail
    return await page(gateway.engine, tail.recent, attended=tail.attended, after=after, limit=limit, wanted=wants)


def stream(
    gateway: Gateway, person: Person, wants: FeedFilter, after: FeedPosition, *, tells_place: bool = False
) -> Response:
    """Server-sent events, their ids with marks for a reader that keeps them. They end when the reader's token does.

    A client that takes nothing for long is let go; it comes back where it stopped. `tells_place` is for one that does
    not know it: cut off before its first event, it would begin at a later present.
    """
    return EventSourceResponse(
        _sent(gateway, wants, after, _ends(person, STREAM_SECONDS), tells_place=tells_place),
        ping=_HEARTBEAT_SECONDS,
        send_timeout=_SLOWEST_SECONDS,
        shutdown_grace_period=_ENDING_SECONDS,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _sent(
    gateway: Gateway, wants: FeedFilter, after: FeedPosition, ends: float, *, tells_place: bool
) -> AsyncIterator[ServerSentEvent]:
    marked = after.mark is not None
    tail = gateway.tail
    gateway.metrics.feed_readers.inc()
    try:
        with tail.followed():
            if tells_place:
                yield ServerSentEvent(id=_id(after, marked=marked))
            while time.monotonic() < ends and not tail.closing.is_set():
                moved = tail.moved
                found = await _page(gateway, wants, after, _BATCH)
                for entry in found.entries:
                    if time.monotonic() >= ends:  # a client that takes its time does not read on beyond its token
                        return
                    yield ServerSentEvent(entry.json, event="event", id=_id(entry.place, marked=marked))
                last = found.entries[-1].place if found.entries else after
                if found.next != last:
                    # Nothing for this client, yet it should not come back to look at all that again: an id without
                    # data moves its Last-Event-ID on and shows it no event.
                    yield ServerSentEvent(id=_id(found.next, marked=marked))
                if found.next == after:
                    await tail.wait(moved, ends - time.monotonic())
                after = found.next
                await asyncio.sleep(0)
    finally:
        gateway.metrics.feed_readers.dec()


def _id(place: FeedPosition, *, marked: bool) -> str:
    return str(place) if marked else str(place.position)
