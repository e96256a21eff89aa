import asyncio

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from infra.postgres.db import async_url
from infra.postgres.migrations import current, head, upgrade
from infra.postgres.migrations.tables import differences
from infra.postgres.migrations.versions import r0081_archive
from tests.conftest import Database


async def test_an_empty_database_is_brought_up_and_going_again_changes_nothing(empty_database: Database) -> None:
    await upgrade(empty_database.owner_url)
    await upgrade(empty_database.owner_url)

    engine = create_async_engine(async_url(empty_database.owner_url), poolclass=NullPool)
    async with engine.connect() as conn:
        assert await current(conn) == head()
    await engine.dispose()


async def test_bringing_archives_to_an_older_store_leaves_a_newer_one_unchanged(empty_database: Database) -> None:
    guards = "SELECT tgname, tgenabled, tgtype FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    await upgrade(empty_database.owner_url)
    owner = await asyncpg.connect(empty_database.owner_url)
    before = await owner.fetch(guards)

    for statement in r0081_archive.sql():
        await owner.execute(statement)

    assert await owner.fetch(guards) == before
    await owner.close()


async def test_two_processes_may_migrate_at_once(empty_database: Database) -> None:
    await asyncio.gather(*(upgrade(empty_database.owner_url) for _ in range(3)))


async def test_the_tables_described_are_those_that_are_made(database: Database) -> None:
    engine = create_async_engine(async_url(database.owner_url), poolclass=NullPool)
    async with engine.connect() as conn:
        found = await conn.run_sync(differences)
    await engine.dispose()

    assert found == []


async def test_a_table_that_is_not_as_described_is_noticed(empty_database: Database) -> None:
    await upgrade(empty_database.owner_url)
    engine = create_async_engine(async_url(empty_database.owner_url), poolclass=NullPool)
    async with engine.connect() as conn:
        await conn.exec_driver_sql("DROP INDEX placement_pupil_id_idx")
        await conn.exec_driver_sql("ALTER TABLE event_store.event ALTER COLUMN personal SET NOT NULL")
        await conn.exec_driver_sql("ALTER TABLE command ADD COLUMN note text")
        found = await conn.run_sync(differences)
    await engine.dispose()

    assert len(found) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM command",
        "TRUNCATE command",
        "UPDATE command SET body = ''",
        "UPDATE command SET actor = '{}'",
        "DELETE FROM placement",
        "UPDATE access_log SET why = NULL",
        "DELETE FROM access_log",
        "DELETE FROM subscription",
        "INSERT INTO demonstration_clock VALUES (2, interval '0', now())",
        "CREATE TABLE own (id int)",
    ],
)
async def test_the_services_role_cannot_change_what_is_kept(database: Database, statement: str) -> None:
    conn = await asyncpg.connect(database.app_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute(statement)
    await conn.close()
