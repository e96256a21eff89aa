"""Notifications are few, on a connection of their own, and nobody depends on them."""

import asyncio

import asyncpg

from infra.event_store.wake import Notifier, Waker
from tests.conftest import Database


async def until_sent(notifier: Notifier, at_least: int) -> None:
    async with asyncio.timeout(60):
        while notifier.sent < at_least:  # noqa: ASYNC110 - the notifier tells nobody
            await asyncio.sleep(0.005)


async def test_many_wakes_become_few_notifications(store: Database) -> None:
    async with Notifier(lambda: asyncpg.connect(store.app_url)) as notifier:
        for _ in range(1000):
            notifier.wake()

        await until_sent(notifier, 1)
        await asyncio.sleep(0.05)

        assert notifier.sent == 1


async def _hears(waker: Waker) -> None:
    """In the end: on a busy machine a notification may take longer than one wait."""
    while not await waker.wait(behind=False):
        pass


async def test_a_waker_is_woken_by_another_processs_notifier(store: Database) -> None:
    async with (
        Notifier(lambda: asyncpg.connect(store.app_url)) as notifier,
        Waker(lambda: asyncpg.connect(store.app_url)) as waker,
    ):
        await waker.listening.wait()
        await waker.wait(behind=False)
        notifier.wake()

        await _hears(waker)


async def test_a_waker_that_hears_nothing_looks_for_itself(store: Database) -> None:
    async with Waker(lambda: asyncpg.connect(store.app_url)) as waker:
        await waker.listening.wait()
        await waker.wait(behind=False)

        assert not await waker.wait(behind=True)
        assert not await waker.wait(behind=False)


async def test_what_comes_while_a_paced_reader_rests_is_heard_after_it(store: Database) -> None:
    async with (
        Notifier(lambda: asyncpg.connect(store.app_url)) as notifier,
        Waker(lambda: asyncpg.connect(store.app_url), pace_seconds=0.2) as waker,
    ):
        await waker.listening.wait()
        await waker.wait(behind=False)
        resting = asyncio.create_task(waker.wait(behind=False))
        notifier.wake()
        await until_sent(notifier, 1)

        # What was lost while it rested would never be heard.
        if not await resting:
            await _hears(waker)


async def test_both_come_back_after_their_connections_are_lost(store: Database) -> None:
    opened: list[asyncpg.Connection] = []

    async def opening() -> asyncpg.Connection:
        opened.append(await asyncpg.connect(store.app_url))
        return opened[-1]

    async with Notifier(opening) as notifier, Waker(opening) as waker:
        await waker.listening.wait()
        while len(opened) < 2:  # noqa: ASYNC110 - the notifier says nothing when it has connected
            await asyncio.sleep(0.01)
        for conn in opened:
            conn.terminate()

        while len(opened) < 3:
            notifier.wake()
            await asyncio.sleep(0.05)
        notifier.wake()

        await until_sent(notifier, 1)


async def test_an_unreachable_database_stops_neither() -> None:
    async def refused() -> asyncpg.Connection:
        raise ConnectionRefusedError

    async with Notifier(refused) as notifier, Waker(refused) as waker:
        notifier.wake()

        assert not await waker.wait(behind=True)
        assert notifier.sent == 0
