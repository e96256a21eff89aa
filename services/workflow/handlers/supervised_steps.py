"""The activity behind each supervised workflow: keeps one step going for as long as its worker lives."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from temporalio import activity
from temporalio.exceptions import ApplicationError

from infra.subscriptions.ended import ENDED
from infra.temporal.workflow_contract import FOLLOW
from services.workflow.activities import named_only

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SupervisedStep = Callable[[], Awaitable[int]]
"""Takes the work that there is and returns its position; waits by itself where there is none."""

_HEARTBEAT_SECONDS = 2.0
_MOVES_IN = timedelta(milliseconds=100)


class SupervisedSteps:
    def __init__(self, steps: Mapping[str, SupervisedStep], *, end_waits: Callable[[], None] = lambda: None) -> None:
        """`end_waits`: called as the worker shuts down, so that no step waits on."""
        self._steps = steps
        self._end_waits = end_waits
        self._reached: dict[str, int] = {}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._steps)

    @activity.defn(name=FOLLOW)
    async def follow(self, name: str) -> None:
        """Never returns: ends when its worker shuts down, and is then taken up by another.

        Raises:
            ApplicationError: a step failed, named by its type alone; Temporal begins again after a pause.
        """
        if name in ENDED:
            # A worker of the release before began it again.
            raise ApplicationError("its list is written with each placement", type="Ended", non_retryable=True)
        step = self._steps[name]
        async with self._heartbeats(name):
            while not activity.is_worker_shutdown():
                with named_only(subscription=name):
                    self._reached[name] = await step()
        # At once, however often it has moved before: otherwise each release would make the next pause longer.
        raise ApplicationError("the worker is shutting down", type="WorkerShutdown", next_retry_delay=_MOVES_IN)

    @asynccontextmanager
    async def _heartbeats(self, name: str) -> "AsyncIterator[None]":
        async def beat() -> None:
            while True:
                activity.heartbeat(self._reached.get(name, 0))
                await asyncio.sleep(_HEARTBEAT_SECONDS)

        async def end_waits() -> None:
            await activity.wait_for_worker_shutdown()
            self._end_waits()

        tasks = [asyncio.create_task(each()) for each in (beat, end_waits)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
