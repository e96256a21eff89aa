"""Once a pupil's key is gone no address shows who the pupil was, and what counts pupils counts on."""

from typing import Any

import asyncpg
import pytest

from services.gateway.examples import PLACEMENT_ID, PROVIDER_ID, SCHOOL_URN
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver
from tests.gateway.test_lists import told

RECORD = f"/placements/{PLACEMENT_ID}"
TEXTS = ("Rowan", "Tester", "Marlow", "B801200005001", "2 Example Row")
_LISTS: tuple[tuple[str, dict[str, Any]], ...] = (
    (RECORD, {}),
    (RECORD, {"as_at": "2026-12-01"}),
    (f"{RECORD}/timeline", {}),
    (f"{RECORD}/deadlines", {}),
    (f"{RECORD}/evidence", {}),
    (f"{RECORD}/documents", {}),
    (f"{RECORD}/full-record", {}),
    (f"{RECORD}/attendance", {}),
    (f"{RECORD}/commands", {}),
    ("/placements", {"opened": True}),
    ("/today", {"date": "2026-12-08"}),
    ("/deadlines", {}),
    ("/reviews", {}),
    ("/outcomes", {}),
    ("/letters", {}),
    ("/events", {}),
    ("/returns/census", {"term": "spring", "year": 2027}),
    (f"/schools/{SCHOOL_URN}", {}),
    (f"/providers/{PROVIDER_ID}", {}),
)


async def _shown(driver: Driver) -> dict[str, str]:
    """What each address answers, with every event and every document by itself."""
    answers = {f"{path} {query}": await driver.get(path, **query) for path, query in _LISTS}
    events = (await driver.get(f"{RECORD}/timeline")).json()["events"]
    documents = (await driver.get(f"{RECORD}/documents")).json()["documents"]
    paths = [
        *(f"/events/{each['event_id']}" for each in events),
        *(each["href"].removeprefix("/api/v1") for each in documents),
    ]
    answers |= {path: await driver.get(path) for path in paths}
    assert {answer.status_code // 100 for answer in answers.values()} <= {2, 4}
    return {path: answer.text for path, answer in answers.items()}


def _found(shown: dict[str, str]) -> dict[str, list[str]]:
    return {path: held for path, text in shown.items() if (held := [each for each in TEXTS if each in text])}


@pytest.mark.obligation("C6")
async def test_after_the_key_is_gone_no_address_and_no_export_shows_the_pupil(
    whole: Driver, database: Database
) -> None:
    await told(whole, "start-placement")
    before = _found(await _shown(whole))
    assert {RECORD + " {}", f"{RECORD}/full-record {{}}", "/today {'date': '2026-12-08'}"} <= set(before)
    assert any("/documents/" in path for path in before)
    conn = await asyncpg.connect(database.owner_url)
    pupil_id = await conn.fetchval("SELECT pupil_id FROM placement WHERE placement_id = $1", PLACEMENT_ID)
    await conn.close()

    await whole.gateway.keys.destroy(pupil_id)

    assert _found(await _shown(whole)) == {}
    code, replayed = await placements(whole, database, "audit", "replay", str(PLACEMENT_ID), "--personal")
    assert (code, [each for each in TEXTS if each in replayed]) == (0, [])
    census = (await whole.get("/returns/census", term="spring", year=2027)).json()
    assert [row["erased"] for row in census["rows"]] == [True], "it is counted all the same"
