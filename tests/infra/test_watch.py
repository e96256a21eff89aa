"""What holds the feed or a follower back is named, with figures, for as long as it lasts and no longer."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infra import watch
from infra.event_store.append import append
from infra.event_store.types import ANY, NewEvent, StoredEvent, StreamAppend
from infra.event_store.writers import open_writers
from infra.ids import uuid7
from infra.postgres.db import connection, transaction
from infra.settings import Settings
from infra.subscriptions.subscription import Apply, SubscriptionStopped, run_batch
from infra.watch import Lag, Watch
from services.commands import doctor
from tests.conftest import Database
from tests.infra.event_store.conftest import new_event, new_stream, put
from tests.infra.test_subscriptions import NOW, store


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def watching(engine: AsyncEngine, registry: CollectorRegistry) -> Watch:
    return Watch(engine, registry)


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A transaction that has appended one event and stays open, without the limits of our own connections."""
    conn = await asyncpg.connect(database.app_url, server_settings={"application_name": "a-stuck-writer"})
    await conn.execute("BEGIN")
    new = NewEvent(event_id=uuid7(), type="Late", schema_version=1, data="{}", personal=None, meta="{}")
    await append(conn, StreamAppend(stream_id=f"test-{uuid7()}", expected=ANY, events=(new,)), recorded_at=NOW)
    yield conn
    await conn.close()


def figure(registry: CollectorRegistry, name: str, follower: str | None = None) -> float | None:
    return registry.get_sample_value(f"placements_{name}", {"follower": follower} if follower else {})


async def nothing(_conn: AsyncConnection, _events: Sequence[StoredEvent]) -> None:
    """Follows, and does nothing."""


async def to_the_end(engine: AsyncEngine, name: str, apply: Apply) -> None:
    while (await run_batch(engine, name, apply)).seen:
        pass


async def test_a_writer_that_stays_open_is_named_until_it_ends(
    engine: AsyncEngine,
    watching: Watch,
    registry: CollectorRegistry,
    writer: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "WRITER_OPEN_SECONDS", 0.0)
    await store(engine, 2)
    pid = await writer.fetchval("SELECT pg_backend_pid()")

    await watching.look()

    (warned,) = watching.warnings
    since = await writer.fetchval("SELECT now()")
    assert (warned.code, warned.about) == (
        "writer_open",
        {
            "pid": pid,
            "process": "a-stuck-writer",
            "prepared": None,
            "since": since.isoformat(timespec="seconds"),
            "position": 0,
        },
    )
    assert f"Process {pid} (a-stuck-writer)" in warned.detail
    assert (figure(registry, "open_writers"), figure(registry, "feed_held")) == (1, 3)
    assert (figure(registry, "open_writer_seconds") or 0) > 0

    await writer.execute("ROLLBACK")
    await watching.look()

    assert watching.warnings == []
    assert (figure(registry, "open_writers"), figure(registry, "feed_held")) == (0, 0)


async def test_prepared_transactions_are_named_each_by_its_name_with_its_age(
    engine: AsyncEngine, watching: Watch, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have no process, and no limit ends them."""
    monkeypatch.setattr(watch, "WRITER_OPEN_SECONDS", 0.0)
    names = [f"held-{uuid7()}" for _ in range(2)]
    async with connection(engine) as conn:
        if await conn.fetchval("SELECT current_setting('max_prepared_transactions')") == "0":
            pytest.skip("the server that was named for the tests keeps no prepared transactions")
        for name in names:
            await conn.execute("BEGIN")
            new = NewEvent(event_id=uuid7(), type="Late", schema_version=1, data="{}", personal=None, meta="{}")
            await append(conn, StreamAppend(stream_id=f"test-{uuid7()}", expected=ANY, events=(new,)), recorded_at=NOW)
            await conn.execute(f"PREPARE TRANSACTION '{name}'")
        await watching.look()
        for name in names:  # before anything is asserted: a database with one cannot be dropped
            await conn.execute(f"ROLLBACK PREPARED '{name}'")

    assert [(each.code, each.about["prepared"], each.about["pid"]) for each in watching.warnings] == [
        ("writer_open", names[0], None),
        ("writer_open", names[1], None),
    ]
    assert f"The prepared transaction {names[0]} has appended" in watching.warnings[0].detail
    assert (figure(registry, "open_writers"), figure(registry, "feed_held")) == (2, 2)
    assert (figure(registry, "open_writer_seconds") or 0) > 0


async def test_a_writer_of_an_ordinary_length_is_counted_and_not_warned_of(
    watching: Watch, registry: CollectorRegistry, writer: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "WRITER_OPEN_SECONDS", 3_600.0)
    assert writer.is_in_transaction()

    await watching.look()

    assert watching.warnings == []
    assert figure(registry, "open_writers") == 1


async def test_a_transaction_that_only_reads_or_writes_elsewhere_is_no_writer(engine: AsyncEngine) -> None:
    async with transaction(engine) as other, connection(engine) as conn:
        await other.execute("INSERT INTO access_log (person_id, placement_id, what) VALUES ($1, $1, 'test')", uuid7())

        assert await open_writers(conn) == []


async def test_a_follower_at_a_poisonous_event_is_named_and_the_others_go_on(
    engine: AsyncEngine, watching: Watch, registry: CollectorRegistry
) -> None:
    positions = await store(engine, 7)
    async with connection(engine) as conn:
        poison = await conn.fetchval("SELECT event_id FROM event_store.event WHERE position = $1", positions[4])
    seen: list[int] = []

    async def refusing(_conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        if poison in {event.event_id for event in events}:
            raise ZeroDivisionError("Planted Name")
        seen.extend(event.position for event in events)

    with pytest.raises(SubscriptionStopped, match=str(poison)):
        await to_the_end(engine, "refusing", refusing)
    await run_batch(engine, "other", nothing)
    await watching.look()

    (warned,) = watching.warnings
    assert warned.code == "follower_stopped"
    assert warned.about == {
        "subscription": "refusing",
        "position": positions[4],
        "event_id": str(poison),
        "error_type": "ZeroDivisionError",
    }
    assert "Planted" not in warned.detail
    assert seen == positions[:4]
    assert [figure(registry, "follower_stopped", name) for name in ("refusing", "other")] == [1, 0]
    assert [figure(registry, "follower_behind", name) for name in ("refusing", "other")] == [
        positions[-1] - positions[3],
        0,
    ]

    poison = None  # the mend
    await run_batch(engine, "refusing", refusing)
    await watching.look()

    assert seen == positions
    assert watching.warnings == []
    assert figure(registry, "follower_stopped", "refusing") == 0


async def test_a_follower_that_is_long_behind_is_warned_of(
    engine: AsyncEngine, watching: Watch, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions = await store(engine, 3)
    await run_batch(engine, "slow", nothing, limit=1)
    await watching.look()
    assert watching.warnings == []
    monkeypatch.setattr(watch, "BEHIND_SECONDS", 0.0)

    await watching.look()

    (warned,) = watching.warnings
    assert (warned.code, warned.about["subscription"], warned.about["count"]) == (
        "follower_behind",
        "slow",
        positions[-1] - positions[0],
    )
    assert (figure(registry, "follower_behind_seconds", "slow") or 0) > 0


def test_lag_counts_from_the_target_that_is_not_reached() -> None:
    lag = Lag()
    told = [
        lag.seconds(position=position, settled=settled, now=now)
        for now, position, settled in (
            (0.0, 0, 0),  # an empty store
            (10.0, 0, 5),  # five events come
            (12.0, 0, 5),
            (13.0, 3, 9),  # it moves, and they grow
            (14.0, 5, 9),  # it reaches the five: now the target is nine
            (16.0, 8, 9),
            (17.0, 9, 9),
            (99.0, 9, 9),
        )
    ]

    assert told == [0.0, 0.0, 2.0, 3.0, 0.0, 2.0, 0.0, 0.0]


ORIGIN = "council.example/record"
SIGNING = (
    "INSERT INTO signing (origin, looked_at, stopped_at, why) VALUES ($1, clock_timestamp() - $2::interval, $3, $4)"
)


@pytest.mark.parametrize(
    ("origin", "ago", "stopped", "events", "code"),
    [
        ("", None, False, 1, "signing_not_set_up"),
        (ORIGIN, None, False, 0, None),
        (ORIGIN, timedelta(minutes=1), False, 1, None),
        (ORIGIN, timedelta(minutes=10), False, 0, None),
        (ORIGIN, timedelta(minutes=10), False, 1, "signing_behind"),
        (ORIGIN, timedelta(minutes=1), True, 0, "signing_stopped"),
        (ORIGIN, timedelta(minutes=10), True, 1, "signing_stopped"),
    ],
)
async def test_signing_absent_stopped_or_behind_is_a_warning_a_figure_and_a_row(
    settings: Settings,
    engine: AsyncEngine,
    database: Database,
    *,
    origin: str,
    ago: timedelta | None,
    stopped: bool,
    events: int,
    code: str | None,
) -> None:
    """Signing not set up, stopped or behind is a warning, a figure and a row of doctor."""
    async with connection(engine) as conn:
        for _ in range(events):
            await put(conn, new_stream(), ANY, new_event())
    if ago is not None:
        owner = await asyncpg.connect(database.owner_url)
        at = datetime(2026, 12, 1, 9, tzinfo=UTC) if stopped else None
        await owner.execute(SIGNING, origin, ago, at, "a fork" if stopped else None)
        await owner.close()
    registry = CollectorRegistry()
    watching = Watch(engine, registry, origin=origin)

    await watching.look()
    (row,) = await doctor.signing(settings.model_copy(update={"record_origin": origin}))

    assert [each.code for each in watching.warnings] == ([] if code is None else [code])
    figures = {
        name: registry.get_sample_value(f"placements_signing_{name}")
        for name in ("set_up", "stopped", "behind", "behind_seconds")
    }
    assert figures["set_up"] == bool(origin)
    assert figures["stopped"] == stopped
    assert (figures["behind_seconds"] or 0) > 180 or code != "signing_behind"
    assert (row.part, row.well) == ("signing", code is None)
    assert not stopped or "2026-12-01T09:00:00+00:00: a fork" in row.found


async def test_doctor_says_where_the_services_role_signs(settings: Settings, database: Database) -> None:
    named = settings.model_copy(update={"record_origin": ORIGIN})
    owner = await asyncpg.connect(database.owner_url)
    assert [each.well for each in await doctor.signing(named)] == [True]

    await owner.execute("GRANT INSERT ON checkpoint TO placements_app")

    (row,) = await doctor.signing(named)
    assert (row.well, "placements_signer" in row.remedy) == (False, True)
    await owner.close()
