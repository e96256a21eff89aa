"""How a recorded command reaches its placement's workflow, and how workflows are started and woken.

Only ids and the kind of a command go through here, never what it says.
"""

import asyncio
from collections.abc import AsyncIterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from infra.temporal.workflow_contract import (
    PLACEMENT_WORKFLOW,
    PLACEMENTS_QUEUE,
    SIGNAL_WAKE,
    UPDATE_HANDLE,
    PlacementInput,
    first_search_attributes,
    placement_workflow_id,
)

log = structlog.get_logger()

# Short, so that a command in flight on a worker that dies is taken up by another within seconds.
_TASK_TIMEOUT = timedelta(seconds=3)

# What a server that is away, restarting or overloaded answers. The command stays recorded; the sweeper sends it again.
_AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.ABORTED,
    # A run that ends as something reaches it takes the answers of its last updates with it.
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.UNKNOWN,
}


async def dispatch(
    client: Client,
    *,
    placement_id: UUID,
    command_id: UUID,
    kind: str,
    attempt: int,
    starts: bool,
    wait_seconds: float,
) -> bool:
    """Give a recorded command to its placement's workflow and wait for it.

    True once the command is decided; False when that is not known, because Temporal is away, slow, or
    has no worker: never that it failed. `starts` says that the command begins the placement.
    """
    update_id = f"{command_id}/{attempt}"
    try:
        async with asyncio.timeout(wait_seconds):
            if starts:
                await _update_with_start(client, placement_id, str(command_id), kind, update_id)
            else:
                await _update(client, placement_id, str(command_id), kind, update_id)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        _pass_on_cancellation()
        return False
    except WorkflowUpdateFailedError:
        log.exception("update_failed", command_id=str(command_id), placement_id=str(placement_id), attempt=attempt)
        return False
    except RPCError as error:
        if error.status not in _AWAY:
            raise
        return False
    except RuntimeError as error:
        # The lazy client reports a server that it has never reached in this way.
        if "connect" not in str(error).lower():
            raise
        return False
    return True


def _pass_on_cancellation() -> None:
    """The client turns the cancellation of its caller into an error of its own: whoever asks again would never end."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _update(client: Client, placement_id: UUID, command_id: str, kind: str, update_id: str) -> None:
    handle = client.get_workflow_handle(placement_workflow_id(placement_id))
    try:
        await handle.execute_update(UPDATE_HANDLE, args=[command_id, kind], id=update_id)
    except RPCError as error:
        # Closed, or lost with Temporal's own state: a fresh run reads the stream and carries on.
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        await _update_with_start(client, placement_id, command_id, kind, update_id)


async def _update_with_start(client: Client, placement_id: UUID, command_id: str, kind: str, update_id: str) -> None:
    start: WithStartWorkflowOperation[Any, None] = WithStartWorkflowOperation(
        PLACEMENT_WORKFLOW,
        PlacementInput(placement_id=str(placement_id)),
        **_start_options(placement_id),
    )
    await client.execute_update_with_start_workflow(
        UPDATE_HANDLE, args=[command_id, kind], id=update_id, start_workflow_operation=start
    )


def _start_options(placement_id: UUID) -> dict[str, Any]:
    return {
        "id": placement_workflow_id(placement_id),
        "task_queue": PLACEMENTS_QUEUE,
        "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
        "task_timeout": _TASK_TIMEOUT,
        "static_summary": "Alternative provision placement",
        "search_attributes": first_search_attributes(),
    }


async def ensure_running(client: Client, placement_id: UUID) -> None:
    """Start the placement's workflow unless it runs; it reads its stream and arms its timers."""
    await client.start_workflow(
        PLACEMENT_WORKFLOW, PlacementInput(placement_id=str(placement_id)), **_start_options(placement_id)
    )


async def wake(client: Client, placement_ids: AsyncIterable[UUID]) -> int:
    """Tell each placement's workflow to look again at what is due; starts those that are missing. Returns how many."""
    woken = 0
    async for placement_id in placement_ids:
        try:
            await client.get_workflow_handle(placement_workflow_id(placement_id)).signal(SIGNAL_WAKE)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
            await ensure_running(client, placement_id)
        woken += 1
    return woken
