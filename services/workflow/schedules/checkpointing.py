"""The record's checkpoints as periodic work: one a minute, where anything was recorded since the last."""

import asyncio

import httpx2
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from infra.clock import clock_for
from infra.proof.checkpoints import Checkpointer, Outside, signer
from infra.proof.signed import RecordRolledBack
from infra.proof.witnesses import Cosigning, witnesses_of
from infra.settings import Settings
from infra.temporal.workflow_contract import MAKE_CHECKPOINT
from services.workflow.activities import named_only

log = structlog.get_logger()


class CheckpointActivities:
    def __init__(self, checkpointer: Checkpointer, cosigning: Cosigning) -> None:
        self._checkpointer = checkpointer
        self._cosigning = cosigning
        # The minute's and one that was asked for may come together.
        self._at_work = asyncio.Lock()

    @activity.defn(name=MAKE_CHECKPOINT)
    async def make(self) -> int:
        """How many events the new checkpoint covers; 0 where nothing was new."""
        async with self._at_work:
            return await self._make()

    async def _make(self) -> int:
        with named_only():
            try:
                made = await self._checkpointer.checkpoint()
            except RecordRolledBack as stopped:
                log.exception("record_rolled_back", error_type=type(stopped).__name__)
                raise
            await self._cosigning.cosign()
        if made is None:
            return 0
        log.info("checkpoint_made", count=made.checkpoint.size)
        return made.checkpoint.size


def cosigning_for(settings: Settings, engine: AsyncEngine, http: httpx2.AsyncClient) -> Cosigning:
    """Raises NoteInvalid: a witness is not named as it should be."""
    witnesses = witnesses_of(settings.witnesses)
    return Cosigning(engine, clock_for(settings), settings.record_origin, witnesses, http)


def checkpointer_for(settings: Settings, engine: AsyncEngine) -> Checkpointer:
    """`engine` is the signer's own. Raises KeyUnusable: without its key a record that has a name is not served."""
    return Checkpointer(
        engine,
        clock_for(settings),
        signer(settings.record_origin, settings.checkpoint_key),
        Outside(settings.checkpoints_directory),
    )
