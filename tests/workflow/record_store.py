"""Records the store that `test_earlier_stores` reads: `python -m pytest tests/workflow/record_store.py`.

Record one with each release that changes how anything is stored, under the month of the release; never anew.
"""

import asyncpg
import pytest

from infra.event_store.read import read_all
from services.gateway.examples import PROVIDER_ID
from services.workflow.producing import Producer
from tests.conftest import Database
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.stored import STORES, Store, write
from tests.workflow.storytelling import tell

MONTH = "2026-11"


@pytest.mark.timeout(300)
async def test_record_a_whole_story(setup: Setup, driver: Driver, database: Database) -> None:
    path = STORES / f"{MONTH}.jsonl"
    assert not path.exists(), "what an earlier release wrote is read for ever, and not written anew"
    await tell(driver)
    producer = Producer(setup.engine, setup.keys, setup.clock, setup.client)
    while (await producer.batch()).more:
        pass

    conn = await asyncpg.connect(database.app_url)
    page = await read_all(conn, after=0, limit=1000)
    await conn.close()
    keys = {key_id: (await setup.keys.get(key_id)).secret for key_id in (driver.pupil_id, PROVIDER_ID)}
    write(Store(events=page.events, keys=keys), path)
