"""One command through gateway, workflow, store and back, beside the bare floor, in rounds that take turns."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import msgspec
from temporalio.client import Client, WorkflowHandle

from bench import floor, http
from bench.rig import FLOOR, Rig
from bench.sizes import IN_FLIGHT, Sizes
from bench.story import CASE_WORKER, COMMAND, Told
from infra.ids import uuid7
from services.local.postgres_data import OWNER

# What follows a round (the feed, the read models) is not to fall into the next side's time.
_SETTLE_SECONDS = 0.3
_WARM_UP = 3
# An update waits for its worker without end, so a worker that died would leave the run hanging.
_ROUND_SECONDS = 120
_OK = 200

Give = Callable[[int, int], Awaitable[None]]
"""Gives one command as client number so-and-so to placement number so-and-so, and waits for its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """In milliseconds. Ratios are the medians of each round's own; `p99` is of all rounds together."""

    in_flight: int
    commands: int
    p50: float
    p99: float
    a_second: float
    floor_p50: float
    floor_p99: float
    floor_a_second: float
    ratio_p50: float
    ratio_p99: float
    ratios_of_rounds: tuple[float, ...]
    floor_p50_of_rounds: tuple[float, ...]


@dataclass(slots=True, kw_only=True)
class _Side:
    """One of the two contestants. Placements are taken in turn, so that no two commands in flight meet on one."""

    give: Give
    turns: Iterator[int]
    rounds: list[list[float]] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    async def round(self, count: int, in_flight: int) -> tuple[list[float], float]:
        waiting = iter(range(count))
        took: list[float] = []

        async def client(number: int) -> None:
            for _ in waiting:
                placement = next(self.turns)
                began = time.perf_counter()
                await self.give(number, placement)
                took.append((time.perf_counter() - began) * 1000)

        began = time.perf_counter()
        async with asyncio.timeout(_ROUND_SECONDS):
            await asyncio.gather(*(client(number) for number in range(in_flight)))
        return took, count / (time.perf_counter() - began)

    async def keep(self, count: int, in_flight: int) -> None:
        took, rate = await self.round(count, in_flight)
        self.rounds.append(took)
        self.rates.append(rate)


async def run(rig: Rig, told: Told, sizes: Sizes) -> list[Row]:
    """Alone, then `IN_FLIGHT` at a time. Every command is accepted, or the run ends with an assertion."""
    async with AsyncExitStack() as ends:
        gives = _ours(rig, told, ends), await _floor(rig, len(told.active))
        rows = []
        for in_flight, count in ((1, sizes.alone), (IN_FLIGHT, sizes.together)):
            sides = tuple(_Side(give=give, turns=itertools.cycle(range(len(told.active)))) for give in gives)
            for side in sides:
                await side.round(max(in_flight, count // _WARM_UP), in_flight)
            for number in range(sizes.rounds):
                # Turn about, so that neither always follows the other.
                for side in sides if number % 2 == 0 else sides[::-1]:
                    await asyncio.sleep(_SETTLE_SECONDS)
                    await side.keep(count, in_flight)
            rows.append(_row(in_flight, *sides))
        return rows


def _ours(rig: Rig, told: Told, ends: AsyncExitStack) -> Give:
    address = urlsplit(rig.stack.url)
    assert address.hostname is not None
    assert address.port is not None
    connections = [http.Connection(address.hostname, address.port) for _ in range(IN_FLIGHT)]
    for each in connections:
        ends.callback(each.close)
    headers = {
        "Host": address.netloc,
        "Authorization": f"Bearer {rig.stack.token(CASE_WORKER)}",
        "Content-Type": "application/json",
    }
    body = msgspec.json.encode(told.body)

    async def give(client: int, placement: int) -> None:
        path = f"/api/v1/placements/{told.active[placement]}/commands/{COMMAND}"
        status, answer = await connections[client].post(path, {**headers, "Idempotency-Key": str(uuid7())}, body)
        assert status == _OK, answer

    return give


async def _floor(rig: Rig, placements: int) -> Give:
    client = await Client.connect(rig.temporal.address)
    ids = [uuid7() for _ in range(placements)]
    conn = await asyncpg.connect(rig.postgres.dsn(FLOOR, OWNER))
    await conn.executemany("INSERT INTO bench_stream VALUES ($1, 1)", [(each,) for each in ids])
    await conn.close()
    handles = [await _started(client, each) for each in ids]

    async def give(_client: int, placement: int) -> None:
        command_id = str(uuid7())
        assert await handles[placement].execute_update(floor.FloorWorkflow.handle, command_id, id=command_id) == "done"

    return give


async def _started(client: Client, identity: UUID) -> WorkflowHandle[floor.FloorWorkflow, None]:
    return await client.start_workflow(floor.FloorWorkflow.run, id=str(identity), task_queue=floor.QUEUE)


def _row(in_flight: int, ours: _Side, base: _Side) -> Row:
    ratios = tuple(_p50(mine) / _p50(theirs) for mine, theirs in zip(ours.rounds, base.rounds, strict=True))
    mine, theirs = list(itertools.chain(*ours.rounds)), list(itertools.chain(*base.rounds))
    return Row(
        in_flight=in_flight,
        commands=len(mine),
        p50=_p50(mine),
        p99=_p99(mine),
        a_second=statistics.median(ours.rates),
        floor_p50=_p50(theirs),
        floor_p99=_p99(theirs),
        floor_a_second=statistics.median(base.rates),
        ratio_p50=statistics.median(ratios),
        ratio_p99=_p99(mine) / _p99(theirs),
        ratios_of_rounds=ratios,
        floor_p50_of_rounds=tuple(map(_p50, base.rounds)),
    )


def _p50(took: Sequence[float]) -> float:
    return statistics.median(took)


def _p99(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=100, method="inclusive")[-1]
