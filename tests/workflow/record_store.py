"""Records the store that `test_earlier_stores` reads: `python -m pytest tests/workflow/record_store.py`.

Record one with each release that changes how anything is stored, under the month of the release; never again. The
second of a month has a letter behind it: 2026-11b is the first with checkpoints.
"""

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.event_store.read import read_all
from infra.postgres.db import create_signing_engine
from infra.proof.checkpoints import Checkpointer, kept
from infra.proof.notes import Signer
from services.gateway.commands.examples import PROVIDER_ID
from services.workflow.handlers.document_producer import BATCH, DocumentProducer
from tests.conftest import Database
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.handling import handle
from tests.workflow.stored import STORES, KeptCheckpoint, Store, write
from tests.workflow.storytelling import tell

MONTH = "2026-11b"
ORIGIN = "council.example/placements"


async def test_record_a_whole_story(setup: Setup, driver: Driver, database: Database) -> None:
    path = STORES / f"{MONTH}.jsonl"
    assert not path.exists(), "what an earlier release wrote is always read, and not written again"
    # The private key is kept nowhere: nobody is to sign under it again.
    signer = Signer(name=ORIGIN, key=Ed25519PrivateKey.generate())
    checkpointer = Checkpointer(create_signing_engine(setup.settings), setup.clock, signer, None)
    await tell(driver, until="determine")
    await checkpointer.checkpoint()
    await tell(driver, after="determine")
    await checkpointer.checkpoint()
    producer = DocumentProducer(setup.keys, setup.clock, setup.client, setup.renderer)
    while (await handle(setup, producer, limit=BATCH)).more:
        pass
    await checkpointer.checkpoint()

    conn = await asyncpg.connect(database.app_url)
    page = await read_all(conn, after=0, limit=1000)
    checkpoints = [
        KeptCheckpoint(
            size=each.size,
            position=each.position,
            note=each.note,
            verifier_key=each.verifier_key,
            made_at=each.made_at,
        )
        for each in await kept(conn, ORIGIN)
    ]
    await conn.close()
    keys = {key_id: (await setup.keys.get(key_id)).secret for key_id in (driver.pupil_id, PROVIDER_ID)}
    write(Store(events=page.events, keys=keys, checkpoints=checkpoints), path)
