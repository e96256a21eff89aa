"""`python -m bench.pages`: how long the server takes for a page, with a thousand placements and more.

One told placement is copied under new ids, pupils and keys, and the lists are rebuilt from the record. Pages are then
asked of the application itself in one process, in turns with a page that reads no record, so that a ratio is of times
taken side by side. The report gives the processor's time beside the clock's: on a machine with other work the clock
says more about that work. What is not the processor's is waiting: for PostgreSQL, and for a turn at the processor.
"""

import asyncio
import dataclasses
import gc
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

import asyncpg
import typer
import uvloop
from fastapi import FastAPI
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import create_async_engine

from bench import rig, story
from bench.rig import Rig
from bench.sizes import QUICK
from events.codec import PLACEMENT, PUPIL, Codec
from events.envelope import Recorded
from events.ids import PlacementId, PupilId, placement_stream, pupil_stream
from infra.collector import collect_seldom
from infra.encryption.key_store.provider import FileKeyProvider
from infra.event_store.append import append
from infra.event_store.types import NO_STREAM, NewEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import async_url
from infra.settings import Settings
from infra.streams.records import load, new_event
from services.application.rebuilding import LISTS, rebuild
from services.gateway.app import create_app
from services.gateway.pages.session.cookies import name_of
from services.local.people import find
from tests.sessions import session_of

_READER: Final = "amara-case-worker"
_FLOOR: Final = "/help"
_OK, _NOT_FOUND, _MOST = 200, 404, 0.95


@dataclass(frozen=True, slots=True)
class Timed:
    """One answer: its status, and what it took on the clock and of the processor, in seconds."""

    status: int
    clock: float
    processor: float
    size: int
    headers: Mapping[str, str]


async def asked(app: FastAPI, path: str, headers: Mapping[str, str], form: bytes | None = None) -> Timed:
    """Past sockets and a client, which would be measured as the service's own."""
    where, _, query = path.partition("?")
    sent = [{"type": "http.request", "body": form or b"", "more_body": False}]
    status, size, given = 0, 0, dict[str, str]()

    async def receive() -> dict[str, Any]:
        if sent:
            return sent.pop()
        await asyncio.Event().wait()
        raise AssertionError("nobody ends this wait")

    async def send(message: Any) -> None:
        nonlocal status, size
        if message["type"] == "http.response.start":
            status = message["status"]
            given.update({name.decode().lower(): value.decode() for name, value in message["headers"]})
        size += len(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET" if form is None else "POST",
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }
    processor, clock = time.process_time(), time.perf_counter()
    await app(scope, receive, send)
    return Timed(status, time.perf_counter() - clock, time.process_time() - processor, size, given)


class Copies:
    """The told placement, given to another pupil as often as is wanted."""

    def __init__(self, keys: FileKeyProvider, placement_id: str) -> None:
        self._keys = keys
        self._placement = placement_id
        self._events: dict[str, Sequence[Recorded[Any]]] = {}
        self._pupil = ""

    async def read(self, conn: asyncpg.Connection) -> None:
        found = "SELECT pupil_id FROM placement WHERE placement_id = $1"
        self._pupil = str(await conn.fetchval(found, UUID(self._placement)))
        stream = placement_stream(PlacementId(UUID(self._placement)))
        self._events["placement"] = await load(conn, stream, PLACEMENT, self._keys)
        self._events["pupil"] = await load(conn, pupil_stream(PupilId(UUID(self._pupil))), PUPIL, self._keys)

    async def add(self, conn: asyncpg.Connection) -> None:
        placement_id, pupil_id = PlacementId(uuid7()), PupilId(uuid7())
        key = await self._keys.create(pupil_id)
        ids = {self._placement: str(placement_id), self._pupil: str(pupil_id)}

        def copied(recorded: Recorded[Any], codec: Codec[Any], stream: str) -> NewEvent:
            encoded = codec.encode(recorded.event)
            personal = None if encoded.personal is None else _replaced(encoded.personal, ids)
            again = dataclasses.replace(encoded, data=_replaced(encoded.data, ids), personal=personal)
            return new_event(again, recorded.metadata, stream_id=stream, event_id=uuid7(), key=key)

        codecs = (
            ("placement", PLACEMENT, placement_stream(placement_id)),
            ("pupil", PUPIL, pupil_stream(pupil_id)),
        )
        for name, codec, stream in codecs:
            if told := self._events[name]:
                events = tuple(copied(each, codec, stream) for each in told)
                wanted = StreamAppend(stream_id=stream, expected=NO_STREAM, events=events)
                await append(conn, wanted, recorded_at=told[-1].recorded_at)


def _replaced(text: str, ids: Mapping[str, str]) -> str:
    for before, after in ids.items():
        text = text.replace(before, after)
    return text


async def _fill(servers: Rig, told: str, count: int, console: Console) -> None:
    keys = FileKeyProvider(servers.folder / "keys", cache_size=count + 100)
    conn = await asyncpg.connect(servers.stack_database.app)
    engine = create_async_engine(async_url(servers.stack_database.app))
    try:
        copies = Copies(keys, told)
        await copies.read(conn)
        for _ in range(count):
            async with conn.transaction():
                await copies.add(conn)
        for name in LISTS:
            console.print(f"Rebuilding {name} ...")
            rebuilt = await rebuild(name, engine, keys=keys, progress=lambda _done, _all: None)
            assert not rebuilt.failed, "a copy that cannot be read is no placement"
        await conn.execute("ANALYZE placement")
    finally:
        await engine.dispose()
        await conn.close()


async def _session(app: FastAPI) -> tuple[dict[str, str], str]:
    """What a browser sends that is signed in, and the token of its forms."""
    person = find(_READER)
    assert person is not None, "the example has its case worker"
    token, session = await session_of(app.state.gateway, person)
    headers = {
        "cookie": f"{name_of(app.state.gateway.settings, 'session')}={token}",
        "host": app.state.gateway.settings.pages_url.partition("//")[2],
        "sec-fetch-site": "same-origin",
    }
    return headers, session.csrf


async def _paths(app: FastAPI, conn: asyncpg.Connection, headers: Mapping[str, str], csrf: str) -> dict[str, str]:
    """What is measured, by name. A search is asked for once, and what it found opened again and again."""
    reference = await conn.fetchval("SELECT reference FROM placement ORDER BY placement_id DESC LIMIT 1")
    pages = {
        "My work": "/",
        "Caseload": "/placements",
        "Placement": f"/placements/{reference}",
        "Timeline": f"/placements/{reference}/timeline",
        "Evidence": f"/placements/{reference}/evidence",
        "Today": "/today",
        "A step's form": f"/placements/{reference}/do/log-contact",
    }
    form = f"csrf={csrf}&reference={reference}&search={reference}".encode()
    sent = {**headers, "content-type": "application/x-www-form-urlencoded", "content-length": str(len(form))}
    found = await asked(app, "/placements/search", sent, form)
    if "location" in found.headers:
        pages["Search"] = found.headers["location"]
    return pages


@dataclass(frozen=True, slots=True)
class PageFigure:
    """Milliseconds of one page: the middle and the slowest but one in twenty, and the same of the floor beside it."""

    name: str
    p50: float
    p95: float
    processor: float
    floor_p95: float
    kilobytes: float

    @property
    def bound(self) -> str:
        """What most of the time goes into."""
        share = self.processor / self.p50
        return f"processor {share:.0%}, waiting {max(0.0, 1 - share):.0%}"


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1_000


async def _measured(
    app: FastAPI, paths: Mapping[str, str], headers: Mapping[str, str], rounds: int, say: Callable[[str], None]
) -> list[PageFigure]:
    figures = []
    for name, path in paths.items():
        first = await asked(app, path, headers)
        if first.status == _NOT_FOUND or not first.headers.get("content-type", "").startswith("text/html"):
            say(f"{name}: there is no such page")
            continue
        ours, floors = list[Timed](), list[Timed]()
        gc.collect()
        for _ in range(rounds):
            floors.append(await asked(app, _FLOOR, headers))
            ours.append(await asked(app, path, headers))
        statuses = {each.status for each in ours}
        if statuses != {_OK}:
            say(f"{name}: answered {sorted(statuses)}, so it has no figure")
            continue
        clock = [each.clock for each in ours]
        figures.append(
            PageFigure(
                name,
                p50=_at(clock, 0.5),
                p95=_at(clock, _MOST),
                processor=_at([each.processor for each in ours], 0.5),
                floor_p95=_at([each.clock for each in floors], _MOST),
                kilobytes=ours[-1].size / 1_000,
            )
        )
    return figures


async def measure(placements: int, rounds: int, console: Console) -> list[PageFigure]:
    async with rig.running() as servers:
        console.print("Telling the story that is copied ...")
        told = await asyncio.to_thread(story.tell, servers.stack, dataclasses.replace(QUICK, placements=1))
        console.print(f"Copying it {placements:,} times ...")
        await _fill(servers, told.active[0], placements, console)
        os.environ.update(servers.stack.variables)
        app = create_app(Settings())
        async with app.router.lifespan_context(app):
            headers, csrf = await _session(app)
            conn = await asyncpg.connect(servers.stack_database.app)
            paths = await _paths(app, conn, headers, csrf)
            await conn.close()
            return await _measured(app, paths, headers, rounds, console.print)


def show(figures: Sequence[PageFigure], placements: int, console: Console) -> None:
    columns = ("page", "p50 ms", "p95 ms", "processor ms", f"p95 of {_FLOOR} ms", "times the floor", "kB", "bound by")
    table = Table(*columns, title=f"Pages with {placements:,} placements", title_justify="left")
    for each in figures:
        times = (each.p50, each.p95, each.processor, each.floor_p95, each.p95 / each.floor_p95, each.kilobytes)
        table.add_row(each.name, *(f"{time:,.1f}" for time in times), each.bound)
    console.print(table)


def main(
    placements: Annotated[int, typer.Option(min=1, help="How many placements the school has")] = 1_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each page is opened")] = 100,
) -> None:
    """Measure how long the server takes for each page."""
    console = Console(width=140)
    before = os.getloadavg()
    collect_seldom()  # as the gateway does
    figures = uvloop.run(measure(placements, rounds, console))
    show(figures, placements, console)
    console.print(f"Load of the machine before, and after: {before[0]:.1f}, {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    typer.run(main)
