"""Runs a handler as a worker does, without the worker."""

from infra.postgres.db import connection
from infra.subscriptions.handler import Handler
from infra.subscriptions.runner import read_alone
from infra.subscriptions.subscription import BATCH_LIMIT, Batch
from tests.workflow.conftest import Setup


async def handle(setup: Setup, handler: Handler, *, limit: int = BATCH_LIMIT) -> Batch:
    """One batch, and then what it caused."""
    done = await read_alone(setup.engine, handler, limit=limit)
    await drain(setup, handler)
    return done


async def drain(setup: Setup, handler: Handler) -> None:
    async with connection(setup.engine) as conn:
        await handler.drain(conn)
