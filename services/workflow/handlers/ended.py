"""Ends what kept the lists in the release before, so that no worker of it writes over rows that are written inline."""

import asyncio

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from infra.postgres.db import transaction
from infra.subscriptions.ended import ENDED, end_list_subscriptions

log = structlog.get_logger()

_PAUSE_SECONDS = 1.0
# Busy, away, or not migrated yet: a worker that starts first waits for the database, as it does for Temporal.
_LATER = (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, OSError, TimeoutError)


async def end_list_workflows(engine: AsyncEngine, client: Client, stopping: asyncio.Event) -> None:
    """Before the first command is decided here: from then on, what is written stays.

    A worker of the release before that is still there finds nothing to follow, and goes on with all else. Returns
    without having ended anything where `stopping` is set while the database is away.
    """
    ended = None
    while ended is None:
        if stopping.is_set():
            return
        try:
            async with transaction(engine) as conn:
                ended = await end_list_subscriptions(conn)
        except _LATER as error:
            log.warning("list_subscriptions_busy", error_type=type(error).__name__)
            await asyncio.sleep(_PAUSE_SECONDS)
    for name in ENDED:
        try:
            await client.get_workflow_handle(f"follower-{name}").terminate("its list is written with each placement")
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
    if ended:
        log.info("list_subscriptions_ended", count=ended)
