"""The bare floor of a command: a Temporal update whose local activity runs three single-row statements.

Runs as a process of its own (`python -m bench.floor`), as the worker that it represents does.
"""

import asyncio
import os
from datetime import timedelta
from uuid import UUID

import uvloop
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

# The sandbox imports this module again for the workflow, and asyncpg's compiled part crashes when it is loaded twice.
with workflow.unsafe.imports_passed_through():
    import asyncpg

QUEUE = "bench-floor"

SCHEMA = """
CREATE TABLE IF NOT EXISTS bench_command (id uuid PRIMARY KEY, done boolean NOT NULL DEFAULT false);
CREATE TABLE IF NOT EXISTS bench_stream (id uuid PRIMARY KEY, version integer NOT NULL);
CREATE TABLE IF NOT EXISTS bench_event (id uuid PRIMARY KEY, stream uuid NOT NULL, data text NOT NULL);
"""
_DATA = '{"bench":true}' + " " * 400


@workflow.defn(name="Floor")
class FloorWorkflow:
    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def handle(self, command_id: str) -> str:
        async with self._lock:
            done: str = await workflow.execute_local_activity(
                "floor", command_id, result_type=str, start_to_close_timeout=timedelta(seconds=10)
            )
            return done


class Floor:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @activity.defn(name="floor")
    async def floor(self, command_id: str) -> str:
        identity = UUID(command_id)
        stream = UUID(activity.info().workflow_id)
        async with self._pool.acquire() as conn, conn.transaction():
            await conn.execute("INSERT INTO bench_command (id, done) VALUES ($1, true)", identity)
            await conn.execute("UPDATE bench_stream SET version = version + 1 WHERE id = $1", stream)
            await conn.execute(
                "INSERT INTO bench_event (id, stream, data) VALUES ($1, $2, $3)", identity, stream, _DATA
            )
        return "done"


async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], min_size=10, max_size=20) as pool:
        worker = Worker(
            client,
            task_queue=QUEUE,
            workflows=[FloorWorkflow],
            activities=[Floor(pool).floor],
            max_cached_workflows=1000,
        )
        await worker.run()


if __name__ == "__main__":
    uvloop.run(main())
