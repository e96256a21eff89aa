"""The servers that every other test needs."""

import asyncpg
import pytest
from temporalio.client import Client

from tests.conftest import Database, Temporal


async def test_a_test_database_has_an_owner_and_an_app_that_may_not_create(database: Database) -> None:
    owner = await asyncpg.connect(database.owner_url)
    app = await asyncpg.connect(database.app_url)

    try:
        await owner.execute("CREATE TABLE mine (id int)")

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("CREATE TABLE theirs (id int)")
        assert await app.fetchval("SHOW timezone") == "UTC"
        assert await app.fetchval("SHOW server_encoding") == "UTF8"
    finally:
        await owner.close()
        await app.close()


async def test_temporal_knows_the_search_attributes(temporal_server: Temporal) -> None:
    client = await Client.connect(temporal_server.address, namespace=temporal_server.namespace)

    found = client.list_workflows("PlacementStage = 'Active' AND PlacementNextDeadline IS NOT NULL")

    assert [workflow async for workflow in found] == []
