"""A clock for tests that skip time: the test environment's, told as if it had begun on a day of the story."""

from datetime import UTC, datetime, timedelta
from typing import Self

import asyncpg
from temporalio.testing import WorkflowEnvironment


class EnvironmentClock:
    """Reads what the environment read last; `now` asks it again, as each look of a timer does."""

    offset_sql = "interval '0'"

    def __init__(self, environment: WorkflowEnvironment, ahead: timedelta, reads: datetime) -> None:
        self._environment = environment
        self._ahead = ahead
        self._reads = reads

    @classmethod
    async def beginning(cls, environment: WorkflowEnvironment, at: datetime) -> Self:
        return cls(environment, at - (await environment.get_current_time()).astimezone(UTC), at)

    async def now(self, conn: asyncpg.Connection | None = None) -> datetime:  # noqa: ARG002 - other clocks need it
        self._reads = (await self._environment.get_current_time()).astimezone(UTC) + self._ahead
        return self._reads

    def reading(self, offset: timedelta) -> datetime:
        return self._reads + offset

    async def skip_to(self, at: datetime) -> None:
        """Let time pass until then; what falls due on the way is dealt with on the way."""
        wait = at - await self.now()
        if wait > timedelta(0):
            await self._environment.sleep(wait)
        await self.now()
