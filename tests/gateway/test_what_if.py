"""The caseload under another regime or reading, on the command line; and that looking changes nothing."""

import asyncpg
import pytest

from services.gateway.commands.examples import PLACEMENT_ID, STORY
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver, path_of
from tests.gateway.test_reading import told
from tests.resting import until_at_rest


async def _everything(owner_url: str) -> dict[str, str]:
    """A fingerprint of every row of the record, its rows and commands, and the last position drawn.

    What follows the record is left out.
    """
    conn = await asyncpg.connect(owner_url)
    tables = await conn.fetch(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables"
        " WHERE schemaname = 'event_store' OR tablename IN ('placement', 'command', 'access_log')"
    )
    found = {
        each["name"]: await conn.fetchval(
            f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {each['name']} t"  # noqa: S608 - names from the catalogue
        )
        for each in tables
    }
    found["position"] = str(await conn.fetchval("SELECT max(position) FROM event_store.event"))
    await conn.close()
    return found


@pytest.mark.obligation("C9")
async def test_a_late_notice_read_loosely_is_listed_and_nothing_is_written(whole: Driver, database: Database) -> None:
    await told(whole, "move-start-date")
    late = next(step for step in STORY if step.command == "give-notice")
    late = late._replace(day=late.day.replace(month=12, day=4), body={**late.body, "given_on": "2026-12-04"})
    await whole.move_clock(late)
    (await whole.give(path_of("give-notice"), late.body)).raise_for_status()
    await until_at_rest(database.owner_url)
    before = await _everything(database.owner_url)

    code, loose = await placements(whole, database, "audit", "what-if", "--rule", "T1=loose", "--json")
    other_code, table = await placements(whole, database, "audit", "what-if", "--regime", "MAINT-2013")
    wrong, words = await placements(whole, database, "audit", "what-if", "--rule", "T9=loose")
    nothing, _ = await placements(whole, database, "audit", "what-if")

    assert (code, other_code, wrong, nothing) == (0, 0, 2, 2), loose + table
    assert await _everything(database.owner_url) == before
    assert str(PLACEMENT_ID) in loose
    assert "1 placement is not concerned" in table
    assert "T1=loose" in words
