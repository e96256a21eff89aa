"""The ways round `append`, each tried as the services' role and as the owner."""

import asyncpg
import pytest

from infra.event_store.read import horizon
from infra.event_store.types import NO_STREAM
from tests.infra.event_store.conftest import count, new_event, new_stream, put

Conn = asyncpg.Connection
REFUSED = "ES006"
INSERT = (
    "INSERT INTO event_store.event"
    " ({column}stream_id, version, event_id, type, schema_version, data, meta, recorded_at, hash)"
    " {overriding} VALUES ({value}'s', 1, gen_random_uuid(), 'T', 1, '{{}}', '{{}}', now(), '\\x')"
)
INSERTS = [
    INSERT.format(column="", overriding="", value=""),
    INSERT.format(column="position, ", overriding="OVERRIDING SYSTEM VALUE", value="1000000, "),
]
CHANGES = [
    "UPDATE event_store.event SET data = '{}'",
    "DELETE FROM event_store.event",
    "TRUNCATE event_store.event",
    "DELETE FROM event_store.stream",
    "TRUNCATE event_store.stream",
    "UPDATE event_store.event SET data = '{}' WHERE false",
    "DELETE FROM event_store.event WHERE false",
    "UPDATE event_store.event_archived SET hash = '\\x'",
    "DELETE FROM event_store.event_archived",
    "TRUNCATE event_store.event_archived",
    "DELETE FROM event_store.archive",
]


@pytest.mark.parametrize("statement", [*CHANGES, *INSERTS, "UPDATE event_store.stream SET version = 9"])
async def test_the_services_role_may_change_nothing(app: Conn, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT nextval('event_store.event_position_seq')",
        "SELECT setval('event_store.event_position_seq', 1)",
        "ALTER TABLE event_store.event DISABLE TRIGGER ALL",
        "SELECT event_store.conflict('s', 0, 0)",
        "SELECT event_store.lock_streams('{s}', '{0}', '{1}', now())",
        "SET session_replication_role = replica",
        "CREATE TABLE event_store.other ()",
    ],
)
async def test_the_services_role_reaches_nothing_behind_append(app: Conn, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(statement)


async def test_the_services_role_may_not_copy_into_the_table(app: Conn) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.copy_records_to_table("event", schema_name="event_store", records=[])


@pytest.mark.parametrize("statement", [*CHANGES, *INSERTS])
async def test_the_owner_is_refused_as_well(owner: Conn, statement: str) -> None:
    with pytest.raises(asyncpg.PostgresError) as refused:
        await owner.execute(statement)

    assert refused.value.sqlstate == REFUSED


async def test_the_owner_may_not_copy_events_in(owner: Conn) -> None:
    stream = new_stream()
    await put(owner, stream, NO_STREAM, new_event())
    rows = await owner.fetch("SELECT * FROM event_store.event WHERE stream_id = $1", stream)

    with pytest.raises(asyncpg.PostgresError) as refused:
        await owner.copy_records_to_table("event", schema_name="event_store", records=[tuple(row) for row in rows])

    assert refused.value.sqlstate == REFUSED


@pytest.mark.parametrize("statement", INSERTS)
async def test_an_append_opens_no_door_for_the_rest_of_its_transaction(owner: Conn, statement: str) -> None:
    stream = new_stream()
    transaction = owner.transaction()
    await transaction.start()
    await put(owner, stream, NO_STREAM, new_event())

    with pytest.raises(asyncpg.PostgresError) as refused:
        await owner.execute(statement)

    await transaction.rollback()
    assert refused.value.sqlstate == REFUSED
    assert await count(owner, stream) == 0


async def test_a_position_drawn_before_the_fence_is_refused(owner: Conn) -> None:
    """What an `append` written in another order would do: draw, then fence, then insert."""
    transaction = owner.transaction()
    await transaction.start()
    drawn = await owner.fetchval("SELECT nextval('event_store.event_position_seq')")
    await owner.execute("SELECT set_config('event_store.fence', $1, true)", str((drawn << 13) | 3))
    statement = INSERT.format(column="position, ", overriding="OVERRIDING SYSTEM VALUE", value=f"{drawn}, ")

    with pytest.raises(asyncpg.PostgresError) as refused:
        await owner.execute(statement)

    await transaction.rollback()
    assert refused.value.sqlstate == REFUSED


@pytest.mark.parametrize("forged", [(1 << 47) << 13, -(1 << 40), 0])
async def test_a_forged_fence_never_lets_readers_pass(app: Conn, forged: int) -> None:
    """The setting can be written by anyone; the lock that follows from it is never above the last value."""
    stream = new_stream()
    before = await horizon(app)
    async with app.transaction():
        await app.execute("SELECT set_config('event_store.fence', $1, true)", str(forged))
        appended = await put(app, stream, NO_STREAM, new_event())

        during = await horizon(app)

        assert during.limit < appended.positions[0]
        assert during.limit <= before.high


async def test_the_sequence_caches_nothing(owner: Conn) -> None:
    cache = await owner.fetchval(
        "SELECT cache_size FROM pg_sequences WHERE schemaname = 'event_store' AND sequencename = 'event_position_seq'"
    )

    assert cache == 1
