"""The Temporal client, and the schedules that this service keeps there."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    WorkflowFailureError,
)
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from infra.ids import uuid7
from infra.temporal.workflow_contract import (
    CHECKPOINT_WORKFLOW,
    PLACEMENTS_QUEUE,
    SWEEP_WORKFLOW,
)

log = structlog.get_logger()

_SWEEP_EVERY = timedelta(minutes=5)
_CHECKPOINT = "checkpoint"
_CHECKPOINT_EVERY = timedelta(minutes=1)


async def connect(**options: Any) -> Client:
    """A client configured by the TOML file and `TEMPORAL_*` variables of Temporal's own tools.

    It connects on first use, so a process starts while Temporal is away; a worker asks for `lazy=False`.
    """
    found = ClientConfig.load_client_connect_config()
    if "target_host" not in found:
        found["target_host"] = "localhost:7233"
    return await Client.connect(**{**found, "lazy": True, **options})


async def sweep_due(client: Client) -> None:
    """Look now at what is due on records without a workflow, and wait for it."""
    await client.execute_workflow(SWEEP_WORKFLOW, id=f"sweep-due-{uuid7()}", task_queue=PLACEMENTS_QUEUE)


async def schedule_sweep(client: Client) -> None:
    """Have that looked at every few minutes, unless it is already."""
    await _schedule(client, SWEEP_WORKFLOW, "sweep-due", _SWEEP_EVERY)


async def schedule_checkpoints(client: Client) -> None:
    """Have the record signed every minute, unless it is already."""
    await _schedule(client, CHECKPOINT_WORKFLOW, _CHECKPOINT, _CHECKPOINT_EVERY)


async def sign_record(client: Client) -> None:
    """Sign the record now and not at the next minute, and wait for it; nothing where no worker signs this record.

    Signing that is stopped is no failure of the caller's: `audit verify`, `doctor` and the metrics say it.
    """
    try:
        await client.get_schedule_handle(_CHECKPOINT).describe()
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return
    with suppress(WorkflowFailureError):
        await client.execute_workflow(CHECKPOINT_WORKFLOW, id=f"{_CHECKPOINT}-{uuid7()}", task_queue=PLACEMENTS_QUEUE)


async def _schedule(client: Client, workflow: str, name: str, every: timedelta) -> None:
    action = ScheduleActionStartWorkflow(workflow, id=name, task_queue=PLACEMENTS_QUEUE)
    spec = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)])
    # One at a time; those that were missed are made good by the next.
    policy = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=every)
    with suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(name, Schedule(action=action, spec=spec, policy=policy))
