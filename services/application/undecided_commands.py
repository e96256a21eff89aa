"""Hands over commands that were recorded but never decided: Temporal was away, or the gateway died in between."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.service import RPCError

from domain.placement.referral.drafting import DraftReferral
from domain.shared.commands import kebab
from events.ids import PLACEMENT_STREAMS, placement_id_of
from infra import commands
from infra.commands import CommandRow
from infra.postgres.db import connection
from services.application.dispatch import dispatch

log = structlog.get_logger()

# Longer than a request waits for its command, so that the sweeper does not race the gateway.
_OLDER_THAN = timedelta(seconds=8)
_BATCH = 100
_AT_ONCE = 8
_PAUSE_SECONDS = 2.0
_WAIT_SECONDS = 10.0
_HEALTH_SECONDS = timedelta(seconds=2)
_LONGEST_PAUSE_SECONDS = 60.0
# Schools and providers have no workflow: whoever repeats such a command carries it out.


class UndecidedCommands:
    def __init__(
        self,
        engine: AsyncEngine,
        client: Client,
        *,
        older_than: timedelta = _OLDER_THAN,
        wait_seconds: float = _WAIT_SECONDS,
    ) -> None:
        self._engine = engine
        self._client = client
        self._older_than = older_than
        self._wait_seconds = wait_seconds
        self._handed_over = 0
        # One that cannot be decided must not be sent every two seconds, nor keep the others waiting.
        self._not_before: dict[UUID, float] = {}

    async def step(self) -> int:
        """One sweep and a pause; returns how many commands it has brought to their end so far."""
        await self.sweep()
        await asyncio.sleep(_PAUSE_SECONDS)
        return self._handed_over

    async def sweep(self) -> None:
        """Hand over what waits: the commands of a placement in their order, several placements at once."""
        async with connection(self._engine) as conn:
            waiting = await commands.undecided(conn, self._older_than, _BATCH, of=PLACEMENT_STREAMS)
        self._forget_all_but(waiting)
        now = asyncio.get_running_loop().time()
        due = [row for row in waiting if now >= self._not_before.get(row.command_id, now)]
        placements = _by_placement(due)
        if not placements or not await self._temporal_answers():
            return
        slots = asyncio.Semaphore(_AT_ONCE)

        async def in_order(rows: Sequence[CommandRow]) -> None:
            async with slots:
                for row in rows:
                    await self._hand_over(row)

        async with asyncio.TaskGroup() as group:
            for rows in placements.values():
                group.create_task(in_order(rows))

    def _forget_all_but(self, waiting: Iterable[CommandRow]) -> None:
        still = {row.command_id for row in waiting}
        self._not_before = {each: at for each, at in self._not_before.items() if each in still}

    async def _temporal_answers(self) -> bool:
        """Ask once instead of letting each command run into its time-out, and count as tried."""
        try:
            return await self._client.service_client.check_health(timeout=_HEALTH_SECONDS)
        except (RPCError, RuntimeError):
            # The lazy client tells of a server that it has never reached as a RuntimeError.
            return False

    async def _hand_over(self, row: CommandRow) -> None:
        async with connection(self._engine) as conn:
            attempt = await commands.count_attempt(conn, row.command_id)
        if attempt is None:
            return
        decided = await self._decided(row, attempt)
        if decided:
            self._handed_over += 1
        else:
            pause = min(2.0 ** min(attempt, 10), _LONGEST_PAUSE_SECONDS)
            self._not_before[row.command_id] = asyncio.get_running_loop().time() + pause
        log.info(
            "command_swept",
            command_id=str(row.command_id),
            attempt=attempt,
            status="decided" if decided else "recorded",
        )

    async def _decided(self, row: CommandRow, attempt: int) -> bool:
        try:
            return await dispatch(
                self._client,
                placement_id=placement_id_of(row.stream_id),
                command_id=row.command_id,
                kind=row.kind,
                attempt=attempt,
                starts=row.kind == kebab(DraftReferral),
                wait_seconds=self._wait_seconds,
            )
        except RPCError as error:
            log.exception("hand_over_failed", command_id=str(row.command_id), error_type=str(error.status))
            return False


def _by_placement(rows: Iterable[CommandRow]) -> dict[str, list[CommandRow]]:
    found: defaultdict[str, list[CommandRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: each.received_at):
        found[row.stream_id].append(row)
    return found
