"""Handlers share the pages that their process reads, and each keeps its own position."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.event_store.types import StoredEvent
from infra.event_store.wake import Waker
from infra.postgres.db import connection
from infra.subscriptions import positions as saving
from infra.subscriptions import runner as running
from infra.subscriptions import shared_feed, subscription
from infra.subscriptions.positions import Positions
from infra.subscriptions.runner import Runner, read_alone
from infra.subscriptions.shared_feed import PageBeyond, SharedFeed, SharedPage
from infra.subscriptions.subscription import SubscriptionStopped
from tests.conftest import Database
from tests.infra.test_subscriptions import store

TYPES = ("ReferralDrafted",)
_PATIENCE_SECONDS = 60


@dataclass(slots=True, kw_only=True)
class Counting:
    """Takes events down, and keeps a row for each, as a letter sender keeps one in its list."""

    name: str
    types: tuple[str, ...] = TYPES
    fails: bool = False
    away: bool = False
    seen: list[int] = field(default_factory=list)
    drained: list[int] = field(default_factory=list)
    drains: int = 0

    async def handle(self, conn: asyncpg.Connection, events: Sequence[StoredEvent]) -> None:
        if self.fails:
            raise ZeroDivisionError("Planted Name")
        for event in events:
            await conn.execute(
                "INSERT INTO access_log (person_id, placement_id, what) VALUES ($1, $1, $2)", event.event_id, self.name
            )
        self.seen += [event.position for event in events]

    async def drain(self, conn: asyncpg.Connection) -> None:
        self.drains += 1
        if not self.away:
            self.drained.append(await conn.fetchval("SELECT count(*) FROM access_log WHERE what = $1", self.name))


@pytest.fixture
async def feed(engine: AsyncEngine, database: Database) -> AsyncIterator[SharedFeed]:
    """Read by hand: no task of its own."""
    async with Waker(lambda: asyncpg.connect(database.app_url)) as waker:
        yield SharedFeed(engine, waker, TYPES)


@pytest.fixture
def own_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the handlers that read for themselves, once for each time."""
    found: list[str] = []
    original = subscription.run_batch

    async def counting(engine: AsyncEngine, name: str, *arguments: object, **named: object) -> object:
        batch = await original(engine, name, *arguments, **named)  # type: ignore[arg-type]
        if not batch.shared:
            found.append(name)
        return batch

    monkeypatch.setattr(running, "run_batch", counting)
    return found


@asynccontextmanager
async def at_work(*runners: Runner) -> AsyncIterator[None]:
    async def keep(runner: Runner) -> None:
        while True:
            await runner.step()

    tasks = [asyncio.create_task(keep(each)) for each in runners]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: object, *handlers: Counting) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while [each.seen for each in handlers] != [condition] * len(handlers):  # noqa: ASYNC110 - handlers tell nobody
            await asyncio.sleep(0.01)


async def position(engine: AsyncEngine, name: str) -> int:
    async with engine.connect() as conn:
        return await subscription.position_of(conn, name)


def runner(
    engine: AsyncEngine, handler: Counting, feed: SharedFeed, positions: Positions | None = None, **named: float
) -> Runner:
    return Runner(engine, handler, feed, positions or Positions(engine), **named)  # type: ignore[arg-type]


async def test_a_page_is_read_once_for_all_handlers_of_a_process(
    engine: AsyncEngine, feed: SharedFeed, own_reads: list[str]
) -> None:
    handlers = [Counting(name=f"handler-{number}") for number in range(4)]
    runners = [runner(engine, each, feed) for each in handlers]
    await feed.read()
    for each in runners:
        await each.step()  # each finds its place by itself, once
    before = list(own_reads)
    positions = await store(engine, 3)

    await feed.read()
    for each in runners:
        await each.step()

    assert [each.seen for each in handlers] == [positions] * 4
    assert sorted(before) == [each.name for each in handlers]
    assert (own_reads, feed.reads) == (before, 2)
    assert [await position(engine, each.name) for each in handlers] == [positions[-1]] * 4


async def test_a_handler_that_is_behind_reads_for_itself_until_it_has_caught_up(
    engine: AsyncEngine, feed: SharedFeed, own_reads: list[str]
) -> None:
    early = await store(engine, 4)
    await feed.read()  # begins at the present
    late = await store(engine, 1)
    await feed.read()
    behind = Counting(name="behind")
    one = runner(engine, behind, feed, limit=2)

    while behind.seen != [*early, *late]:
        await one.step()
    alone = len(own_reads)
    last = await store(engine, 1)
    await feed.read()
    await one.step()

    assert behind.seen == [*early, *late, *last]
    assert alone >= 2, "it was behind"
    assert len(own_reads) == alone, "and is no more"


async def test_a_handler_that_falls_out_of_the_kept_pages_misses_nothing(
    engine: AsyncEngine, feed: SharedFeed, own_reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_feed, "_PAGES_KEPT", 2)
    handler = Counting(name="slow")
    one = runner(engine, handler, feed)
    await feed.read()
    await one.step()
    positions = []
    for _ in range(4):
        positions += await store(engine, 1)
        await feed.read()
    before = len(own_reads)

    while handler.seen != positions:
        await one.step()

    assert not feed.covers(0)
    assert len(own_reads) > before


def event(position: int, type_: str = TYPES[0]) -> StoredEvent:
    blank = dict.fromkeys(StoredEvent._fields)
    return StoredEvent(**{**blank, "position": position, "type": type_})  # type: ignore[arg-type]


PAGE = SharedPage(after=10, next=20, events=[event(12), event(14, "Other"), event(15), event(18)])


@pytest.mark.parametrize(
    ("position", "limit", "taken", "reaches"),
    [(10, 9, [12, 15, 18], 20), (12, 9, [15, 18], 20), (10, 2, [12, 15], 15), (18, 9, [], 20), (20, 9, [], 20)],
)
def test_a_handler_takes_what_lies_after_its_own_position(
    position: int, limit: int, taken: list[int], reaches: int
) -> None:
    part = PAGE.part(position, TYPES, limit)

    assert ([each.position for each in part.events], part.next) == (taken, reaches)


def test_a_page_that_begins_beyond_the_position_is_refused() -> None:
    with pytest.raises(PageBeyond):
        PAGE.part(9, TYPES, 9)


async def test_a_handler_that_fails_stops_alone_and_the_others_go_on(
    engine: AsyncEngine, feed: SharedFeed, own_reads: list[str]
) -> None:
    failing, fine = Counting(name="failing"), Counting(name="fine")
    first, second = runner(engine, failing, feed), runner(engine, fine, feed)
    await feed.read()
    for each in (first, second):
        await each.step()
    failing.fails = True
    positions = await store(engine, 2)
    await feed.read()

    with pytest.raises(SubscriptionStopped, match="ZeroDivisionError"):
        await first.step()
    await second.step()
    stopped = await _stopped(engine, "failing")
    failing.fails = False
    while failing.seen != positions:
        await first.step()

    assert fine.seen == positions
    assert stopped == ("ZeroDivisionError", positions[0])
    assert await _stopped(engine, "failing") == (None, None)
    assert "failing" in own_reads
    more = await store(engine, 1)
    await feed.read()
    read = len(own_reads)
    await first.step()
    assert (failing.seen, len(own_reads)) == ([*positions, *more], read), "it shares pages again"


async def _stopped(engine: AsyncEngine, name: str) -> tuple[str | None, int | None]:
    async with connection(engine) as conn:
        row = await conn.fetchrow("SELECT stopped_reason, stopped_position FROM subscription WHERE name = $1", name)
    assert row is not None
    return tuple(row)


async def test_a_position_that_was_put_back_is_read_from_again(engine: AsyncEngine, feed: SharedFeed) -> None:
    handler = Counting(name="put back")
    one = runner(engine, handler, feed)
    await feed.read()
    await one.step()
    first = await store(engine, 2)
    await feed.read()
    await one.step()
    async with connection(engine) as conn:
        await conn.execute("UPDATE subscription SET position = 0 WHERE name = 'put back'")
    second = await store(engine, 1)
    await feed.read()

    while len(handler.seen) < 5:
        await one.step()

    assert handler.seen == [*first, *first, *second]


async def test_of_two_processes_each_event_is_taken_once(engine: AsyncEngine, database: Database) -> None:
    handlers = [Counting(name="both") for _ in range(2)]
    async with Waker(lambda: asyncpg.connect(database.app_url)) as waker:
        feeds = [SharedFeed(engine, waker, TYPES) for _ in handlers]
        runners = [runner(engine, each, feed) for each, feed in zip(handlers, feeds, strict=True)]
        for number in range(6):
            await store(engine, 2)
            for feed in feeds:
                await feed.read()
            await runners[number % 2].step()
        for each in runners:
            await each.step()

    taken = sorted(handlers[0].seen + handlers[1].seen)
    assert len(taken) == len(set(taken)) == 12


async def test_events_of_other_types_move_the_position_within_moments(engine: AsyncEngine, database: Database) -> None:
    other = Counting(name="other", types=("PlacementStarted",))
    async with Waker(lambda: asyncpg.connect(database.app_url)) as waker:
        feed = SharedFeed(engine, waker, {*TYPES, *other.types})
        reading = asyncio.create_task(feed.run())
        async with at_work(runner(engine, other, feed)):
            positions = await store(engine, 3)
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while await position(engine, "other") != positions[-1]:  # noqa: ASYNC110 - a position tells nobody
                    await asyncio.sleep(0.01)
        reading.cancel()

    assert other.seen == []


async def test_rows_left_by_a_process_that_ended_are_drained_by_the_next(engine: AsyncEngine, feed: SharedFeed) -> None:
    ended = Counting(name="ended")
    await store(engine, 2)
    await read_alone(engine, ended)  # committed, and the process ended before its hint
    assert ended.drained == []

    successor = Counting(name="ended")
    await runner(engine, successor, feed, drain_seconds=0.01).step()

    assert (successor.seen, successor.drained) == ([], [2])


async def test_a_sender_that_was_away_is_tried_again_without_new_events(engine: AsyncEngine, feed: SharedFeed) -> None:
    sender = Counting(name="sender", away=True)
    await store(engine, 1)
    one = runner(engine, sender, feed, drain_seconds=0.01)
    await one.step()
    assert (len(sender.seen), sender.drained) == (1, [])
    sender.away = False

    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not sender.drained:
            await one.step()

    assert sender.drained == [1]
    assert len(sender.seen) == 1


async def test_a_feed_that_fails_begins_again_and_nothing_is_missed(
    engine: AsyncEngine, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = Counting(name="steady")
    async with Waker(lambda: asyncpg.connect(database.app_url)) as waker:
        feed = SharedFeed(engine, waker, TYPES)
        original, failures = feed.read, [ZeroDivisionError("Planted")]

        async def read() -> object:
            if feed.reads and failures:
                raise failures.pop()
            return await original()

        monkeypatch.setattr(feed, "read", read)
        reading = asyncio.create_task(feed.run())
        async with at_work(runner(engine, handler, feed)):
            positions = await store(engine, 3)
            await until(positions, handler)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            # A handler may have read for itself what the feed failed to, before the feed begins again.
            while feed.beginnings < 2:  # noqa: ASYNC110 # another task's
                await asyncio.sleep(0.01)
        reading.cancel()

    assert (failures, feed.beginnings) == ([], 2)


OTHER = ("PlacementStarted",)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A position is saved at the first look after it moved."""
    monkeypatch.setattr(saving, "SAVE_SECONDS", 0.0)


@pytest.fixture
async def wide_feed(engine: AsyncEngine, database: Database) -> AsyncIterator[SharedFeed]:
    async with Waker(lambda: asyncpg.connect(database.app_url)) as waker:
        yield SharedFeed(engine, waker, {*TYPES, *OTHER})


@pytest.mark.usefixtures("at_once")
async def test_handlers_that_take_nothing_have_their_positions_saved_together(
    engine: AsyncEngine, wide_feed: SharedFeed, own_reads: list[str]
) -> None:
    names = [f"other-{number}" for number in range(5)]
    positions = Positions(engine)
    handlers = [Counting(name=each, types=OTHER) for each in names]
    runners = [runner(engine, each, wide_feed, positions, drain_seconds=0.01) for each in handlers]
    await wide_feed.read()
    for each in runners:
        await each.step()
    before = list(own_reads)
    *_, last = await store(engine, 3)
    await wide_feed.read()
    for each in runners:
        await each.step()

    await runners[0].step()

    assert [await position(engine, each) for each in names] == [last] * 5
    async with connection(engine) as conn:
        assert await conn.fetchval("SELECT count(DISTINCT xmin::text) FROM subscription") == 1, "one transaction"
    assert own_reads == before


@pytest.mark.usefixtures("at_once")
async def test_a_position_that_somebody_moved_is_not_saved_over(
    engine: AsyncEngine, wide_feed: SharedFeed, own_reads: list[str]
) -> None:
    mine, moved = (Counting(name=each, types=OTHER) for each in ("mine", "moved"))
    positions = Positions(engine)
    first, second = (runner(engine, each, wide_feed, positions, drain_seconds=0.01) for each in (mine, moved))
    taken = await store(engine, 1, type_=OTHER[0])
    await wide_feed.read()
    for each in (first, second):
        await each.step()
    async with connection(engine) as conn:
        await conn.execute("UPDATE subscription SET position = 0 WHERE name = 'moved'")
    (last,) = await store(engine, 1)
    await wide_feed.read()
    for each in (first, second):
        await each.step()
    before = len(own_reads)

    await first.step()
    assert (await position(engine, "mine"), await position(engine, "moved")) == (last, 0)
    await second.step()

    assert (mine.seen, moved.seen) == (taken, taken * 2), "it reads from where it was put"
    assert own_reads[before:] == ["moved"]
    assert await position(engine, "moved") == last


@pytest.mark.usefixtures("at_once")
async def test_a_stopped_handler_keeps_its_position_and_the_event_that_stopped_it(
    engine: AsyncEngine, wide_feed: SharedFeed
) -> None:
    failing, fine = Counting(name="failing"), Counting(name="fine", types=OTHER)
    positions = Positions(engine)
    first, second = (runner(engine, each, wide_feed, positions, drain_seconds=0.01) for each in (failing, fine))
    await wide_feed.read()
    for each in (first, second):
        await each.step()
    began = await position(engine, "failing")
    await store(engine, 1, type_=OTHER[0])
    await wide_feed.read()
    await first.step()  # passes over it, and has not saved that
    failing.fails = True
    (faulty,) = await store(engine, 1)
    await wide_feed.read()
    with pytest.raises(SubscriptionStopped):
        await first.step()

    for _ in range(4):
        await second.step()
    await positions.save()

    assert await _stopped(engine, "failing") == ("ZeroDivisionError", faulty)
    assert await position(engine, "failing") == began
    assert await position(engine, "fine") == faulty


async def test_a_save_passes_over_a_handler_in_the_middle_of_its_batch(engine: AsyncEngine) -> None:
    await store(engine, 2)
    positions = Positions(engine)
    busy, idle = positions.add("busy"), positions.add("idle")
    for each in (busy, idle):
        await read_alone(engine, Counting(name=each.name), limit=1)
        each.reached(await position(engine, each.name))
        each.seen += 1

    async with positions.claiming(busy):
        await positions.save()
        during = (busy.unsaved, idle.unsaved)
    await positions.save()

    assert during == (True, False)
    assert not busy.unsaved
