"""Periodic work as Temporal starts it: the sweep over what falls due, and the checkpoint of the record."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from infra.temporal.workflow_contract import CHECKPOINT_WORKFLOW, MAKE_CHECKPOINT, SWEEP_DUE, SWEEP_WORKFLOW

_TIMEOUT = timedelta(minutes=4)
# The next comes in any case: one that fails again and again does not pile up.
_RETRY = RetryPolicy(maximum_attempts=3)


@workflow.defn(name=SWEEP_WORKFLOW)
class SweepWorkflow:
    @workflow.run
    async def run(self) -> int:
        """How many events the sweep brought."""
        recorded: int = await workflow.execute_activity(
            SWEEP_DUE, result_type=int, start_to_close_timeout=_TIMEOUT, retry_policy=_RETRY
        )
        return recorded


@workflow.defn(name=CHECKPOINT_WORKFLOW)
class CheckpointWorkflow:
    @workflow.run
    async def run(self) -> int:
        """How many events the checkpoint covers; 0 where nothing was new."""
        size: int = await workflow.execute_activity(
            MAKE_CHECKPOINT, result_type=int, start_to_close_timeout=_TIMEOUT, retry_policy=_RETRY
        )
        return size
