"""A placement's row held against its record, column by column; and what is beside the record and has nothing in it."""

import asyncpg
import pytest

from services.application import replay
from tests.conftest import Database
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell

CHANGES = {
    "version": "version + 1",
    "stage": "'closed'",
    "is_open": "NOT is_open",
    "pupil_id": "gen_random_uuid()",
    "home_school_urn": "'900002'",
    "la_code": "'830'",
    "commissioner": "'other'",
    "legal_basis": "'other'",
    "regime_id": "'other'",
    "provider_id": "gen_random_uuid()",
    "assigned_to": "gen_random_uuid()",
    "readers": "ARRAY['auditor']",
    "next_deadline_on": "date '2030-01-01'",
    "next_deadline_rule": "'other'",
    "next_deadline_severity": "'other'",
    "next_deadline_provisional": "NOT next_deadline_provisional",
    "next_review_on": "date '2030-01-01'",
    "started_on": "date '2030-01-01'",
    "proposed_end_on": "date '2030-01-01'",
    "ended_on": "date '2030-01-01'",
    "provider_phase": "'other'",
}
# `councils` follows from what is sealed, and a replay opens nothing. `rows_version` and `rows_basis` say when and by
# which release the lists were written: what is older is written again by the sweep.
NOT_DERIVED = {"placement_id", "next_wake_at", "updated_at", "councils", "rows_version", "rows_basis", "reference"}


async def test_each_column_that_follows_from_the_record_is_compared(
    setup: Setup, driver: Driver, database: Database
) -> None:
    await tell(driver, until="determine")
    replayed = await replay.placement(setup.engine, driver.placement_id)
    assert await replay.disagreement(setup.engine, replayed, setup.keys) is None
    owner = await asyncpg.connect(database.owner_url)
    columns = {
        row[0]
        for row in await owner.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'placement'"
        )
    }
    assert columns == CHANGES.keys() | NOT_DERIVED
    before = await owner.fetchrow("SELECT * FROM placement")
    assert before is not None

    for column, value in CHANGES.items():
        await owner.execute(f"UPDATE placement SET {column} = {value}")  # noqa: S608 - a test's own words
        found = await replay.disagreement(setup.engine, replayed, setup.keys)
        assert found is not None, column
        assert f"{column} " in found
        await owner.execute(f"UPDATE placement SET {column} = $1", before[column])  # noqa: S608 - the same
    assert await replay.disagreement(setup.engine, replayed, setup.keys) is None
    await owner.close()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("INSERT INTO subscription (name, position) VALUES ('x', 1000000)", "follower x is at position 1000000"),
        ("UPDATE placement SET placement_id = gen_random_uuid()", "has a row and no record"),
    ],
)
async def test_what_the_record_has_nothing_of_is_named(
    setup: Setup, driver: Driver, database: Database, statement: str, told: str
) -> None:
    await tell(driver, until="determine")
    assert await replay.strays(setup.engine) == []
    owner = await asyncpg.connect(database.owner_url)

    await owner.execute(statement)

    (found,) = await replay.strays(setup.engine)
    assert told in found
    await owner.close()
