"""How soon a subscriber has an event after its commit, beside what LISTEN/NOTIFY takes alone.

One clock: the writer, the listener and the reader of the stream are this process. An event is committed when its
append has answered; the writer then tells as a service does, at most once in 5 ms.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import quantiles
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from bench.append import DATA, META
from bench.rig import Rig
from bench.sizes import Sizes
from infra.event_store.append import append
from infra.event_store.types import ANY, NewEvent, StreamAppend
from infra.event_store.wake import Notifier
from infra.ids import uuid7

RATE = 200
"""Events a second."""
P99_AIM_MS = 50.0
_FOLLOWER = "aubrey-auditor"
_CHANNEL = "bench_following"
_WARM_UP = 20
_PATIENCE_SECONDS = 30.0
# Of a stream of no family: nothing but the feed follows it.
_TYPE = "ProviderRegistered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Milliseconds from the commit on; `floor` is from the sending of a NOTIFY to its listener."""

    events: int
    p50: float
    p99: float
    floor_p50: float
    floor_p99: float

    @property
    def ratio_p99(self) -> float:
        return self.p99 / self.floor_p99


async def run(rig: Rig, sizes: Sizes) -> Row:
    """Every event sent arrives, or the run ends with an error."""
    floors = await _notified(rig.stack_database.app, sizes.followed)
    ours = await _followed(rig, sizes.followed)
    (p50, p99), (floor_p50, floor_p99) = _percentiles(ours), _percentiles(floors)
    return Row(events=len(ours), p50=p50, p99=p99, floor_p50=floor_p50, floor_p99=floor_p99)


def _percentiles(milliseconds: Sequence[float]) -> tuple[float, float]:
    found = quantiles(milliseconds, n=100, method="inclusive")
    return found[49], found[98]


async def _at_rate(count: int, send: Callable[[int], Awaitable[None]]) -> None:
    begins = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, begins + number / RATE - time.perf_counter()))
        await send(number)


async def _notified(dsn: str, count: int) -> list[float]:
    """Milliseconds from the sending of each NOTIFY to its arrival: it may be there before its sender is answered."""
    sender, listener = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    sent: dict[str, float] = {}
    heard: dict[str, float] = {}
    all_heard = asyncio.Event()

    def hear(_conn: object, _pid: int, _channel: str, payload: object) -> None:
        heard[str(payload)] = time.perf_counter()
        if len(heard) == count:
            all_heard.set()

    async def send(number: int) -> None:
        sent[str(number)] = time.perf_counter()
        await sender.execute("SELECT pg_notify($1, $2)", _CHANNEL, str(number))

    try:
        await listener.add_listener(_CHANNEL, hear)
        await _at_rate(count, send)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await all_heard.wait()
    finally:
        await sender.close()
        await listener.close()
    return [(heard[each] - sent[each]) * 1000 for each in sent]


async def _followed(rig: Rig, count: int) -> list[float]:
    """Milliseconds from the commit of each event to its arrival over HTTP."""
    dsn = rig.stack_database.app
    stream = f"bench-{uuid7()}"
    committed: dict[UUID, float] = {}
    arrived: dict[UUID, float] = {}
    conn = await asyncpg.connect(dsn)
    try:
        async with Notifier(lambda: asyncpg.connect(dsn)) as notifier:

            async def send(_number: int) -> None:
                event = NewEvent(event_id=uuid7(), type=_TYPE, schema_version=1, data=DATA, personal=None, meta=META)
                one = StreamAppend(stream_id=stream, expected=ANY, events=(event,))
                await append(conn, one, recorded_at=datetime.now(UTC))
                committed[event.event_id] = time.perf_counter()
                notifier.wake()

            begun = asyncio.Event()
            reading = asyncio.create_task(_read(rig, stream, count + _WARM_UP, arrived, begun))
            await begun.wait()
            await _at_rate(count + _WARM_UP, send)
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await reading
    finally:
        await conn.close()
    # The first ones find connections that are still being made.
    measured = [*committed][_WARM_UP:]
    return [max(0.0, arrived[each] - committed[each]) * 1000 for each in measured]


async def _read(rig: Rig, stream: str, count: int, arrived: dict[UUID, float], begun: asyncio.Event) -> None:
    subject = f'"subject":"{stream}"'.encode()
    async for line in _lines(rig, begun):
        now = time.perf_counter()
        if line.startswith(b"data:") and subject in line:
            arrived[UUID(line.partition(b'"id":"')[2][:36].decode())] = now
            if len(arrived) == count:
                return


async def _lines(rig: Rig, begun: asyncio.Event) -> AsyncIterator[bytes]:
    """The stream's lines; a bare socket, so that no client's own time is measured as the service's."""
    address = urlsplit(rig.stack.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        head = (
            f"GET /api/v1/events/stream HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Authorization: Bearer {rig.stack.token(_FOLLOWER)}\r\nLast-Event-ID: {await _now(rig)}\r\n\r\n"
        )
        writer.write(head.encode("ascii"))
        status = await reader.readline()
        assert b" 200 " in status, status
        begun.set()
        while line := await reader.readline():
            yield line
    finally:
        writer.close()


async def _now(rig: Rig) -> int:
    conn = await asyncpg.connect(rig.stack_database.app)
    try:
        return int(await conn.fetchval("SELECT coalesce(max(position), 0) FROM event_store.event"))
    finally:
        await conn.close()
