"""Whether the process is ready: each part that it needs is asked, and named, with no detail for strangers.

What a person should look at without the process being unready is a warning, which names it by ids.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
import sqlalchemy.exc
import structlog
from temporalio.service import RPCError

from infra.encryption.keys import KeyMissing
from infra.identity.tokens import IssuerUnavailable, NotAuthenticated
from infra.postgres.db import connection
from infra.postgres.migrations import current, head
from services.gateway.http.runtime import Gateway

_PART_SECONDS = 2.0
_UNSETTLED_MAX_SECONDS = 30.0
_NO_KEY = UUID(int=0)
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError, RPCError, RuntimeError)
_log = structlog.get_logger("gateway")


async def readiness(gateway: Gateway) -> dict[str, Any]:
    """As it was within the last second: each part is asked once for all who want to know."""
    return await gateway.readiness.get(lambda: _readiness(gateway))


async def _readiness(gateway: Gateway) -> dict[str, Any]:
    """Commands are kept while Temporal is away, so that alone does not make the gateway unready."""
    asked: dict[str, Callable[[Gateway], Awaitable[bool]]] = {
        "database": _database,
        "migrations": _migrations,
        "keys": _keys,
        "sign_in": _sign_in,
        "feed": _feed,
        "temporal": _temporal,
    }
    found = await asyncio.gather(*(_part(name, ask, gateway) for name, ask in asked.items()))
    parts = dict(zip(asked, found, strict=True))
    ready = all(ok for name, ok in parts.items() if name != "temporal")
    return {
        "ready": ready,
        "parts": {name: {"ok": ok} for name, ok in parts.items()},
        "feed_unsettled_seconds": round(gateway.tail.unsettled_seconds, 3),
        "warnings": [each.as_json() for each in gateway.watch.warnings],
    }


async def _part(name: str, ask: Callable[[Gateway], Awaitable[bool]], gateway: Gateway) -> bool:
    try:
        async with asyncio.timeout(_PART_SECONDS):
            return await ask(gateway)
    except _AWAY as error:
        _log.warning("part_not_ready", kind=name, error_type=type(error).__name__)
        return False


async def _database(gateway: Gateway) -> bool:
    async with connection(gateway.engine) as conn:
        return bool(await conn.fetchval("SELECT NOT pg_is_in_recovery()"))


async def _migrations(gateway: Gateway) -> bool:
    async with gateway.engine.connect() as conn:
        return await current(conn) == _head()


@cache
def _head() -> str:
    return head()


async def _keys(gateway: Gateway) -> bool:
    try:
        await gateway.keys.get(_NO_KEY)
    except KeyMissing:
        return True
    return False


async def _sign_in(gateway: Gateway) -> bool:
    """A token of nobody: once the issuer's keys are there, it is refused for what it is."""
    try:
        await gateway.verifier.verify(_NOBODY)
    except NotAuthenticated:
        return True
    except IssuerUnavailable:
        return False
    return False


_NOBODY = ".".join(
    base64.urlsafe_b64encode(part).rstrip(b"=").decode()
    for part in (b'{"alg":"RS256","kid":"readiness"}', b"{}", b"none")
)


async def _feed(gateway: Gateway) -> bool:
    return gateway.tail.unsettled_seconds < _UNSETTLED_MAX_SECONDS


async def _temporal(gateway: Gateway) -> bool:
    healthy: bool = await gateway.temporal.service_client.check_health(timeout=timedelta(seconds=1))
    return healthy
