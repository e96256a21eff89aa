"""One answer for all who ask within a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Asks at most once in so many seconds, and once for however many wait for it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._asked_at = 0.0
        self._asking: asyncio.Task[T] | None = None

    async def get(self, ask: Callable[[], Awaitable[T]]) -> T:
        now = time.monotonic()
        if self._asking is None or (self._asking.done() and self._is_old(now)):
            self._asking = asyncio.create_task(_awaited(ask))
            self._asked_at = now
        # Whoever stops waiting does not end it for the others.
        return await asyncio.shield(self._asking)

    def _is_old(self, now: float) -> bool:
        assert self._asking is not None
        failed = self._asking.cancelled() or self._asking.exception() is not None
        return failed or now - self._asked_at >= self._seconds


async def _awaited(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()
