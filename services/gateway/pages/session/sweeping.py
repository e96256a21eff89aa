"""Removes what is left of sessions that are over, whether or not anybody signs in."""

import asyncio
from typing import Final

import asyncpg
import sqlalchemy.exc
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.identity import sessions
from infra.postgres.db import connection

_EVERY_SECONDS: Final = 3_600.0
_log = structlog.get_logger("gateway")


async def keep_swept(engine: AsyncEngine, every_seconds: float = _EVERY_SECONDS) -> None:
    """Until it is cancelled. Each gateway does it: a second one finds nothing left."""
    while True:
        try:
            async with connection(engine) as conn:
                await sessions.sweep(conn)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError) as error:
            _log.warning("sessions_not_swept", error_type=type(error).__name__)
        await asyncio.sleep(every_seconds)
