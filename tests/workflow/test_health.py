"""The worker's health check against a real Temporal: a queue without a poller is named."""

import socket
from typing import Any
from uuid import uuid4  # noqa: TID251 - a name of its own for each run

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from infra.temporal.workflow_contract import PLACEMENTS_QUEUE, SUPERVISED_QUEUE
from services.workflow import health
from services.workflow.halves import Only


@workflow.defn
class Idle:
    @workflow.run
    async def run(self) -> None:
        """Does nothing: a worker must have one workflow."""


def polling(client: Client, queue: str, host: str) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        workflows=[Idle],
        workflow_runner=UnsandboxedWorkflowRunner(),
        identity=f"1@{host}",
    )


async def test_a_queue_is_silent_until_a_worker_of_this_host_polls_it(temporal_server: Any) -> None:
    client = await Client.connect(temporal_server.address, namespace=temporal_server.namespace)
    host = f"host-{uuid4()}"

    assert await health.silent_queues(client, host) == [PLACEMENTS_QUEUE, SUPERVISED_QUEUE]

    async with polling(client, PLACEMENTS_QUEUE, host):
        # The server lists a poller as soon as its first poll has arrived; each question is an answer to that.
        while PLACEMENTS_QUEUE in (silent := await health.silent_queues(client, host)):
            pass

        assert await health.silent_queues(client, host, Only.COMMANDS) == []

    assert silent == [SUPERVISED_QUEUE]
    assert await health.silent_queues(client, f"host-{uuid4()}", Only.SUBSCRIPTIONS) == [SUPERVISED_QUEUE]


async def test_another_hosts_worker_does_not_count(temporal_server: Any) -> None:
    client = await Client.connect(temporal_server.address, namespace=temporal_server.namespace)
    elsewhere, here = f"host-{uuid4()}", f"host-{uuid4()}"

    async with polling(client, PLACEMENTS_QUEUE, elsewhere):
        while PLACEMENTS_QUEUE in await health.silent_queues(client, elsewhere):
            pass

        assert PLACEMENTS_QUEUE in await health.silent_queues(client, here)


def test_with_temporal_away_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{taken.getsockname()[1]}")

        with pytest.raises(SystemExit) as ended:
            health.main()

    assert str(ended.value.code).startswith("Temporal cannot be asked")
    assert capsys.readouterr().out == ""
