"""A placement's workflow on Temporal's own server: one writer, once each, and nothing lost when a run ends."""

import asyncio
from datetime import UTC, datetime

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowHistory

from events.codes import Role, RuleId
from events.placement.deadlines import DeadlineMissed
from events.placement.record import RecordCorrected
from events.placement.referral import ReferralDrafted
from infra.ids import derived, uuid7
from infra.temporal.workflow_contract import (
    PLACEMENT_WORKFLOW,
    PLACEMENTS_QUEUE,
    UPDATE_HANDLE,
    PlacementInput,
    placement_workflow_id,
)
from services.application.dispatch import ensure_running
from services.gateway.commands import examples
from services.workflow.worker import placements_worker
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.seeing import details_with
from tests.workflow.storytelling import pass_to, tell

DRAFT = examples.EXAMPLES["draft-referral"]
VIEW = examples.EXAMPLES["record-parent-view"] | {"given_on": "2026-11-20"}
CONSULTED = examples.EXAMPLES["record-consultation"]


async def runs(driver: Driver) -> list[str]:
    """The ids of the workflow's runs, the newest first, once the list has caught up with the newest."""
    newest = (await driver.workflow.describe()).run_id
    query = f"WorkflowId = '{driver.workflow.id}'"
    while True:
        found = [run.run_id async for run in driver.setting.client.list_workflows(query)]
        if newest in found:
            return found
        await asyncio.sleep(0.02)


def accepted_updates(told: WorkflowHistory) -> list[str]:
    kind = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
    return [
        event.workflow_execution_update_accepted_event_attributes.accepted_request.meta.update_id
        for event in told.events
        if event.event_type == kind
    ]


@pytest.mark.obligation("C4")
async def test_commands_sent_at_once_are_decided_one_after_the_other(driver: Driver) -> None:
    await tell(driver, until="submit-referral")
    ids = [await driver.record("record-consultation", CONSULTED) for _ in range(10)]

    rows = await asyncio.gather(*(driver.decided(each, "record-consultation") for each in ids))

    assert {row.status for row in rows} == {"accepted"}
    records = await driver.events()
    assert [record.version for record in records] == list(range(1, 13))
    assert {record.metadata.command_id for record in records[2:]} == set(ids)


async def test_of_commands_that_looked_at_one_version_one_is_accepted(driver: Driver) -> None:
    await tell(driver, until="submit-referral")
    ids = [await driver.record("record-consultation", CONSULTED, expected_version=2) for _ in range(3)]

    rows = await asyncio.gather(*(driver.decided(each, "record-consultation") for each in ids))

    assert sorted(row.status for row in rows) == ["accepted", "refused", "refused"]


async def test_a_repeated_attempt_is_the_same_update_and_another_changes_nothing(
    driver: Driver,
) -> None:
    await tell(driver, until="draft-referral")
    command_id = driver.first_id

    assert await driver.hand_over(command_id, "draft-referral", attempt=0)
    assert await driver.hand_over(command_id, "draft-referral", attempt=1)

    assert accepted_updates(await driver.workflow.fetch_history()) == [f"{command_id}/0", f"{command_id}/1"]
    assert [type(record.event) for record in await driver.events()] == [ReferralDrafted]


async def test_a_command_that_nobody_recorded_changes_nothing(driver: Driver) -> None:
    await tell(driver, until="draft-referral")
    unknown = uuid7()

    status = await driver.workflow.execute_update(UPDATE_HANDLE, args=[str(unknown), "submit-referral"])

    assert status == "unknown"
    assert len(await driver.events()) == 1
    await tell(driver, after="draft-referral", until="submit-referral")


async def test_a_command_of_another_placement_is_unknown_here(driver: Driver) -> None:
    await tell(driver, until="draft-referral")
    other = Driver(setting=driver.setting)
    await tell(other, until="draft-referral")
    command_id = await other.record("submit-referral", examples.EXAMPLES["submit-referral"])

    status = await driver.workflow.execute_update(UPDATE_HANDLE, args=[str(command_id), "submit-referral"])

    assert status == "unknown"
    assert (await other.row(command_id)).status == "recorded"
    await other.gone()


async def test_a_refused_draft_leaves_no_workflow_behind(driver: Driver) -> None:
    row = await driver.give("draft-referral", {**DRAFT, "home_school_urn": "999999"})

    assert row.status == "refused"
    await driver.workflow.result()
    assert await driver.events() == []


@pytest.mark.obligation("C8")
async def test_a_wake_makes_it_look_at_what_is_due(driver: Driver) -> None:
    await tell(driver, until="sign-agreement")

    await pass_to(driver, datetime(2026, 12, 4, 12, tzinfo=UTC))

    missed = (await driver.events())[-1]
    assert isinstance(missed.event, DeadlineMissed)
    assert missed.event.rule is RuleId.T1
    assert missed.metadata.actor.role is Role.SYSTEM


async def test_a_fresh_run_that_ends_serves_a_correction_of_a_closed_placement(driver: Driver) -> None:
    await tell(driver)
    await driver.workflow.result()
    before = await driver.state()
    first = (await driver.workflow.describe()).run_id
    example = examples.EXAMPLES["correct-record"]
    step = derived(driver.given["record-reintegration-step"], 0)

    await driver.accepted("correct-record", {**example, "corrects_event_id": str(step), "value": "9700"})

    await driver.workflow.result()
    assert (await driver.workflow.describe()).run_id != first
    assert isinstance((await driver.events())[-1].event, RecordCorrected)
    assert (await driver.state()).stage == before.stage


async def test_a_run_that_is_lost_is_begun_again_from_the_record(driver: Driver) -> None:
    await tell(driver, until="sign-agreement")
    await driver.workflow.terminate("lost")

    await ensure_running(driver.setting.client, driver.placement_id)

    await details_with(driver, "**Next deadline** T1, 2026-12-02")


async def test_a_command_finds_a_lost_placement_by_itself(driver: Driver) -> None:
    await tell(driver, until="draft-referral")
    await driver.workflow.terminate("lost")

    await tell(driver, after="draft-referral", until="submit-referral")

    assert [record.version for record in await driver.events()] == [1, 2]


async def test_a_run_that_is_reset_does_nothing_twice(driver: Driver) -> None:
    await tell(driver, until="propose-provider")
    before = [record.event_id for record in await driver.events()]
    first_task = next(
        event.event_id
        for event in (await driver.workflow.fetch_history()).events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    )
    client = driver.setting.client

    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=driver.workflow.id),
            reason="the test resets it",
            workflow_task_finish_event_id=first_task,
            request_id=str(uuid7()),
        )
    )

    await tell(driver, after="propose-provider", until="record-consultation")
    records = await driver.events()
    assert [record.event_id for record in records[:-1]] == before
    assert [record.version for record in records] == [1, 2, 3, 4]


@pytest.mark.obligation("C4")
async def test_a_long_run_is_renewed_and_keeps_what_it_knows(setup: Setup) -> None:
    driver = Driver(setting=setup)
    async with placements_worker(setup.client, setup.activities()):
        await tell(driver, until="sign-agreement")
        await renewed_after(driver, commands_per_run=4)
        ids = [await driver.record("record-parent-view", VIEW) for _ in range(9)]

        rows = await asyncio.gather(*(driver.decided(each, "record-parent-view") for each in ids))

        assert {row.status for row in rows} == {"accepted"}
        assert len(await runs(driver)) > 2
        await pass_to(driver, datetime(2026, 12, 4, 12, tzinfo=UTC))
        assert isinstance((await driver.events())[-1].event, DeadlineMissed), "its timer came along"
        await driver.gone()


async def renewed_after(driver: Driver, *, commands_per_run: int) -> None:
    """Begin the placement's workflow again, in runs that are renewed after a few commands."""
    await driver.workflow.terminate("begun again")
    given = PlacementInput(placement_id=str(driver.placement_id), commands_per_run=commands_per_run)
    await driver.setting.client.start_workflow(
        PLACEMENT_WORKFLOW,
        given,
        id=placement_workflow_id(driver.placement_id),
        task_queue=PLACEMENTS_QUEUE,
    )
