"""One placement as a durable workflow: the only writer of its stream and the keeper of its time.

It holds no rule and no personal data. What a command means is decided in a local activity, so a rule may
change while workflows that began under the old one run on.
"""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

# Our own modules are pure here; importing them again for each workflow would cost half a second.
with workflow.unsafe.imports_passed_through():
    from domain.placement.messages import Handled, PlacementStatus
    from infra.temporal.workflow_contract import (
        HANDLE_COMMAND,
        PASS_TIME,
        PLACEMENT_WORKFLOW,
        SIGNAL_WAKE,
        UPDATE_HANDLE,
        PlacementInput,
        placement_details,
        search_attributes,
    )

_ACTIVITY_TIMEOUT = timedelta(seconds=10)
# Without a maximum number of attempts: while the database is away a command waits for it. The pause grows with
# the time that this takes. From a minute on it is a timer: a retry within the worker's own task adds events to
# the history every two seconds, and one that never succeeds would bring it to its limit within a day.
_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=50), backoff_coefficient=1.5, maximum_interval=timedelta(minutes=5)
)
_LONGEST_RUN = timedelta(days=365)


@workflow.defn(name=PLACEMENT_WORKFLOW)
class PlacementWorkflow:
    # In __init__ and not in run: the update that starts a workflow is handled before run begins.
    @workflow.init
    def __init__(self, given: PlacementInput) -> None:
        self._placement_id = given.placement_id
        self._commands_per_run = given.commands_per_run
        self._standing = given.standing
        self._shown: PlacementStatus | None = None
        # One command or timer at a time; without it two activities would race for one version.
        self._one_at_a_time = asyncio.Lock()
        self._woken = False
        self._handled = 0

    @workflow.run
    async def run(self, _given: PlacementInput) -> None:
        if self._standing is not None:
            # Of what people see, the search attributes come over from the run before, and this does not.
            workflow.set_current_details(placement_details(self._standing))
        async with self._one_at_a_time:
            if self._standing is None:
                await self._pass_time()
        while True:
            if self._over:
                # Returning while a handler is at work would lose its answer; and what it does may begin the placement.
                await workflow.wait_condition(workflow.all_handlers_finished)
                if self._over:
                    return
            if self._run_is_long():
                await self._start_afresh()
            await self._sleep_until_due()

    @workflow.update(name=UPDATE_HANDLE)
    async def handle(self, command_id: str, kind: str) -> str:
        """Carry out one recorded command. Doing it again changes nothing: the command's row remembers."""
        async with self._one_at_a_time:
            handled: Handled = await workflow.execute_local_activity(
                HANDLE_COMMAND,
                args=[self._placement_id, command_id],
                result_type=Handled,
                start_to_close_timeout=_ACTIVITY_TIMEOUT,
                retry_policy=_RETRY,
                summary=kind,
            )
            self._take(handled.standing)
            self._handled += 1
        return handled.status

    @workflow.signal(name=SIGNAL_WAKE)
    def wake(self) -> None:
        """The clock was moved or a calendar revised: look again at what is due."""
        self._woken = True

    @property
    def _over(self) -> bool:
        """Nothing more will come of itself: the placement has ended, or its draft was refused and never began it."""
        return self._standing is not None and (self._standing.terminal or self._standing.version == 0)

    async def _sleep_until_due(self) -> None:
        standing = self._standing
        assert standing is not None, "read before the first sleep"
        seconds = standing.wake_in_seconds
        try:
            await workflow.wait_condition(
                lambda: self._woken or self._standing is not standing,
                timeout=None if seconds is None else timedelta(seconds=seconds),
                timeout_summary=standing.wake_because,
            )
        except TimeoutError:
            self._woken = True
        if self._woken:
            self._woken = False
            async with self._one_at_a_time:
                await self._pass_time()

    async def _pass_time(self) -> None:
        because = self._standing.wake_because if self._standing else None
        self._take(
            await workflow.execute_local_activity(
                PASS_TIME,
                self._placement_id,
                result_type=PlacementStatus,
                start_to_close_timeout=_ACTIVITY_TIMEOUT,
                retry_policy=_RETRY,
                summary=because or "read the record",
            )
        )

    def _take(self, standing: PlacementStatus) -> None:
        self._standing = standing
        before, self._shown = self._shown, standing
        if before is None or before.stage != standing.stage or before.next_deadline != standing.next_deadline:
            workflow.upsert_search_attributes(search_attributes(standing))
        workflow.set_current_details(placement_details(standing))

    def _run_is_long(self) -> bool:
        began = workflow.info().start_time
        return (
            workflow.info().is_continue_as_new_suggested()
            or self._handled >= self._commands_per_run
            or workflow.now() - began >= _LONGEST_RUN
        )

    async def _start_afresh(self) -> None:
        # Only right before continue-as-new: an unfinished handler would be cut off by it.
        await workflow.wait_condition(workflow.all_handlers_finished)
        # A wake that has not been answered yet is: without a standing, the next run begins by reading the record.
        standing = None if self._woken else self._standing
        workflow.continue_as_new(
            PlacementInput(placement_id=self._placement_id, standing=standing, commands_per_run=self._commands_per_run)
        )
