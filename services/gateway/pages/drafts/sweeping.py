"""Removes forms that were sent, and those that nobody has touched for 30 days, whether or not anybody signs in."""

import asyncio
from typing import Final

import asyncpg
import sqlalchemy.exc
import structlog

from infra.identity import form_drafts
from infra.postgres.db import connection
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.pages.drafts.keeping import forget_key

_EVERY_SECONDS: Final = 3_600.0
_log = structlog.get_logger("gateway")


async def sweep(gateway: Gateway) -> int:
    """How many went."""
    async with connection(gateway.engine) as conn:
        gone = await form_drafts.sweep(conn)
    for command_id, key_id in gone:
        await forget_key(gateway, command_id, key_id)
    return len(gone)


async def keep_swept(gateway: Gateway, every_seconds: float = _EVERY_SECONDS) -> None:
    """Until it is cancelled. Each gateway does it: a second one finds nothing left."""
    while True:
        try:
            await sweep(gateway)
        except (OSError, Problem, asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError) as why:
            _log.warning("drafts_not_swept", error_type=type(why).__name__)
        await asyncio.sleep(every_seconds)
