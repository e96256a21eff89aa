"""Grants and triggers of a database held against what the migrations make, and each way to take a guard off."""

import asyncpg
import pytest

from infra.postgres.migrations.guards import expected_grants, expected_triggers
from infra.settings import Settings
from services.commands.doctor import guards
from tests.conftest import Database


async def test_a_database_as_the_migrations_make_it_is_well(settings: Settings) -> None:
    assert [(each.well, each.found) for each in await guards(settings)] == [
        (True, "grants and triggers are as the migrations make them")
    ]


def test_what_guards_the_record_is_expected() -> None:
    assert ("placements_app", "INSERT", "command", "") in expected_grants()
    assert ("placements_app", "INSERT", "checkpoint", "") not in expected_grants()
    assert set(expected_triggers().values()) == {"A"}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("GRANT INSERT ON event_store.event TO placements_app", "INSERT on event_store.event to placements_app is gra"),
        ("GRANT UPDATE (body) ON command TO placements_app", "UPDATE on command (body) to placements_app is granted"),
        ("GRANT DELETE ON document TO PUBLIC", "DELETE on document to PUBLIC is granted"),
        ("GRANT SELECT ON placement TO placements", "SELECT on placement to placements is granted"),
        ("GRANT EXECUTE ON FUNCTION event_store.detach TO placements_app", "EXECUTE on event_store.detach to placem"),
        ("GRANT USAGE ON SEQUENCE event_store.event_position_seq TO placements_app", "USAGE on event_store.event_pos"),
        ("REVOKE SELECT ON command FROM placements_app", "SELECT on command to placements_app is not granted"),
        ("ALTER TABLE event_store.event DISABLE TRIGGER event_unchanged", "trigger event_unchanged on event_store.eve"),
        ("ALTER TABLE event_store.event ENABLE TRIGGER event_appended", "event_appended on event_store.event is off"),
        ("DROP TRIGGER event_detached ON event_store.event", "event_detached on event_store.event is missing"),
        (
            "CREATE OR REPLACE FUNCTION event_store.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
            "the function event_store.refuse is another",
        ),
    ],
)
async def test_each_guard_that_was_taken_off_is_named(
    settings: Settings, database: Database, statement: str, told: str
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute(statement)
    await owner.close()

    found = await guards(settings)

    assert not any(each.well for each in found)
    assert any(told in each.found for each in found), [each.found for each in found]
