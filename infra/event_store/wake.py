"""Telling readers that there is something new, without making writers wait for each other.

NOTIFY inside an append's transaction would take one lock over the whole cluster at commit. So a process tells
after its commits, on a connection of its own and seldom; and a reader that hears nothing looks for itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self

import asyncpg

CHANNEL = "event_store"
NOTIFY_EVERY_SECONDS = 0.005
POLL_BEHIND_SECONDS = 0.010
POLL_IDLE_SECONDS = 1.0
"""A reader that is listening looks for itself as well: a notification may be lost, and some writers send none."""
POLL_DEAF_SECONDS = 0.250
"""While its listening connection is lost."""
_RETRY_SECONDS = 1.0
_LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresError, TimeoutError)

Connect = Callable[[], Awaitable[asyncpg.Connection]]


class Notifier:
    """At most one NOTIFY per 5 ms and process. Call `wake()` after a commit: it returns at once and never fails.

    While the database cannot be reached there are no notifications, and readers rely on their own polling.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._dirty = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.sent = 0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="event_store.notifier")
        return self

    async def __aexit__(self, *_: object) -> None:
        await _end(self._task)

    def wake(self) -> None:
        self._dirty.set()

    async def _run(self) -> None:
        while True:
            with suppress(*_LOST):
                await self._serve(await self._connect())
            await asyncio.sleep(_RETRY_SECONDS)

    async def _serve(self, conn: asyncpg.Connection) -> None:
        try:
            while True:
                await self._dirty.wait()
                self._dirty.clear()
                await conn.execute(f"NOTIFY {CHANNEL}")
                self.sent += 1
                await asyncio.sleep(NOTIFY_EVERY_SECONDS)
        finally:
            conn.terminate()


class Waker:
    """For the readers of one process: `wait` ends when a notification comes, or when it is time to look again.

    One waker serves one reader; make one for each. A reader that need not be prompt rests for `pace_seconds` first:
    under load each of its looks then finds the events of many writers.
    """

    def __init__(self, connect: Connect, *, pace_seconds: float = 0.0) -> None:
        self._connect = connect
        self._pace_seconds = pace_seconds
        self._woken = asyncio.Event()
        self.listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="event_store.waker")
        return self

    async def __aexit__(self, *_: object) -> None:
        await _end(self._task)

    async def wait(self, *, behind: bool) -> bool:
        """Whether something was heard, rather than time passing.

        `behind`: the reader's horizon is below the last position drawn, so a commit is near.
        """
        if self._pace_seconds:
            await asyncio.sleep(self._pace_seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_BEHIND_SECONDS if behind else self._idle_seconds):
                await self._woken.wait()
        heard = self._woken.is_set()
        self._woken.clear()
        return heard

    @property
    def _idle_seconds(self) -> float:
        return POLL_IDLE_SECONDS if self.listening.is_set() else POLL_DEAF_SECONDS

    async def _run(self) -> None:
        while True:
            with suppress(*_LOST):
                await self._listen(await self._connect())
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self, conn: asyncpg.Connection) -> None:
        closed = asyncio.Event()

        def heard(*_: Any) -> None:
            self._woken.set()

        try:
            conn.add_termination_listener(lambda _: closed.set())
            await conn.add_listener(CHANNEL, heard)
            # Something may have come between the last look and the first LISTEN.
            self._woken.set()
            self.listening.set()
            await closed.wait()
        finally:
            self.listening.clear()
            conn.terminate()


async def _end(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
