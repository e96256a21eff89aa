"""`python -m services.workflow.health`: whether the worker of this host polls its task queues; for a container's check.

Of a worker that runs with `--only`, the same word is given here: `python -m services.workflow.health subscriptions`.

The worker serves no HTTP, so Temporal is asked who has polled lately. Exit code 1 says why on one line.
"""

import asyncio
import os
import socket
import sys
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from infra.temporal import client as temporal
from infra.temporal.workflow_contract import PLACEMENTS_QUEUE, SUPERVISED_QUEUE
from services.workflow.halves import Only

# A poll that finds nothing is held open for a minute, and counts from when it began.
_LATELY = timedelta(minutes=2)
_SECONDS = 8.0
_QUEUES = {Only.COMMANDS: PLACEMENTS_QUEUE, Only.SUBSCRIPTIONS: SUPERVISED_QUEUE}


async def silent_queues(client: Client, host: str, only: Only | None = None) -> list[str]:
    """The task queues that no worker of this host has polled lately. Raises RPCError when Temporal is away."""
    since = datetime.now(UTC) - _LATELY
    queues = [queue for half, queue in _QUEUES.items() if only in {None, half}]
    return [queue for queue in queues if not await _polled(client, queue, host, since)]


async def _polled(client: Client, queue: str, host: str, since: datetime) -> bool:
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    # The identity of a worker is its process id and host, unless it is given another.
    return any(
        poller.identity.endswith(f"@{host}") and poller.last_access_time.ToDatetime(tzinfo=UTC) >= since
        for poller in answer.pollers
    )


async def _check(only: Only | None) -> str | None:
    try:
        async with asyncio.timeout(_SECONDS):
            silent = await silent_queues(await temporal.connect(), socket.gethostname(), only)
    except (OSError, TimeoutError, RPCError, RuntimeError) as error:
        # The lazy client tells of a server that it has never reached as a RuntimeError.
        return f"Temporal cannot be asked: {type(error).__name__}"
    return f"no worker of this host polls {', '.join(silent)}" if silent else None


def main(only: Only | None = None) -> None:
    sys.exit(asyncio.run(_check(only)))


if __name__ == "__main__":
    try:
        main(Only(sys.argv[1]) if sys.argv[1:] else None)
    except SystemExit as ended:
        if ended.code:
            sys.stderr.write(f"{ended.code}\n")
            sys.stderr.flush()
        # Temporal's client has threads of its own: one that wakes while Python ends aborts the process with code 134.
        os._exit(1 if ended.code else 0)
