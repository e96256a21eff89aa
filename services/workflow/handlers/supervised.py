"""Endless work under Temporal's supervision: one workflow over one long activity that heartbeats.

When a worker dies, another takes its work over; nothing here keeps a thread or a queue of its own.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from infra.temporal.workflow_contract import FOLLOW, SUPERVISED_WORKFLOW

# The activity ends only with its worker; ten years stand for "no limit", which Temporal does not offer.
_ENDLESS = timedelta(days=3650)
_HEARTBEAT = timedelta(seconds=10)
_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=15))


@workflow.defn(name=SUPERVISED_WORKFLOW)
class SupervisedWorkflow:
    @workflow.run
    async def run(self, name: str) -> None:
        workflow.set_current_details(f"Follows the record for **{name}**")
        await workflow.execute_activity(
            FOLLOW,
            name,
            start_to_close_timeout=_ENDLESS,
            heartbeat_timeout=_HEARTBEAT,
            retry_policy=_RETRY,
            summary=name,
        )
