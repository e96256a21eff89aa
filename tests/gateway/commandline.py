"""`placements` as a process of its own, against the gateway's database and keys."""

import asyncio
import os
import tempfile
from pathlib import Path

from tests.conftest import Database
from tests.gateway.driving import Driver
from tests.gateway.forked import forks, run


async def placements(driver: Driver, database: Database, *arguments: str) -> tuple[int, str]:
    """Its exit code, and what it printed."""
    settings = driver.gateway.settings
    environment = {
        **os.environ,
        "COLUMNS": "240",
        "PLACEMENTS_DATABASE_URL": database.app_url,
        "PLACEMENTS_OWNER_DATABASE_URL": database.owner_url,
        "PLACEMENTS_KEYS_DIRECTORY": str(settings.keys_directory),
        "PLACEMENTS_KMS_KEY_ID": settings.kms_key_id,
        "PLACEMENTS_ISSUER": settings.issuer,
        "PLACEMENTS_JWKS_URL": settings.jwks_url,
        "PLACEMENTS_DEMONSTRATION_CLOCK": str(settings.demonstration_clock),
        "PLACEMENTS_RECORD_ORIGIN": settings.record_origin,
        "PLACEMENTS_CHECKPOINT_KEY": str(settings.checkpoint_key),
        "PLACEMENTS_CHECKPOINTS_DIRECTORY": str(settings.checkpoints_directory),
    }
    folder = settings.keys_directory.parent
    with tempfile.NamedTemporaryFile(prefix="printed-") as printed:
        process = forks.Process(target=run, args=(arguments, environment, folder, Path(printed.name)))
        process.start()
        await asyncio.to_thread(process.join)
        assert process.exitcode is not None
        return process.exitcode, printed.read().decode()
