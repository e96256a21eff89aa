"""Whoever opens Temporal's own pages sees the lifecycle there: stage, deadlines, timers and commands by name."""

import asyncio

import pytest
from temporalio.api.enums.v1 import EventType

from services.gateway.commands import examples
from tests.workflow.driving import Driver
from tests.workflow.seeing import details, summaries
from tests.workflow.storytelling import tell
from tests.workflow.test_placement_workflow import renewed_after

_SOON = 0.02
VIEW = examples.EXAMPLES["record-parent-view"] | {"given_on": "2026-11-20"}


async def found(driver: Driver, query: str) -> None:
    """Returns once the list of workflows finds the placement so; the list follows a moment behind."""
    query = f"{query} AND WorkflowId = '{driver.workflow.id}'"
    while not [run async for run in driver.setting.client.list_workflows(query)]:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(_SOON)


async def another_run(driver: Driver, *, than: str) -> None:
    while (await driver.workflow.describe()).run_id == than:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(_SOON)


@pytest.mark.obligation("C4")
async def test_a_placement_is_found_by_its_stage_and_its_next_deadline(driver: Driver) -> None:
    await tell(driver, until="draft-referral")
    await found(driver, "PlacementStage = 'draft' AND PlacementNextDeadline IS NULL")

    await tell(driver, after="draft-referral", until="determine")

    # Between two instants: the development server's own database finds no instant by being equal to it.
    due = "PlacementNextDeadline > '2026-12-01T00:00:00Z' AND PlacementNextDeadline < '2026-12-03T00:00:00Z'"
    await found(driver, f"PlacementStage = 'determined' AND {due}")


async def test_its_details_say_how_it_stands(driver: Driver) -> None:
    await tell(driver, until="determine")

    told = await details(driver)

    assert told.startswith("**Stage** determined\n\n**Version** ")
    assert "**Next deadline** T1, 2026-12-02: Give notice by" in told
    assert "**Wakes for** Give notice before the start: overdue after" in told
    assert "Rowan" not in told


async def test_each_timer_names_its_rule_and_date_and_each_activity_its_command(driver: Driver) -> None:
    await tell(driver, until="determine")

    history = await driver.workflow.fetch_history()

    (timer,) = summaries(history, EventType.EVENT_TYPE_TIMER_STARTED)
    assert timer.startswith("Give notice before the start: overdue after")
    markers = summaries(history, EventType.EVENT_TYPE_MARKER_RECORDED)
    # Moving the clock on wakes a placement, with nothing due yet.
    assert [each for each in markers if each != "read the record"] == [
        "draft-referral",
        "submit-referral",
        "propose-provider",
        "record-consultation",
        "convene-professionals-meeting",
        "record-professionals-meeting",
        "determine",
    ]
    assert summaries(history, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED) == ["Alternative provision placement"]


async def test_nobody_is_named_in_its_history(driver: Driver) -> None:
    await tell(driver)

    told = (await driver.workflow.fetch_history()).to_json()

    names = ("Rowan", "Marlow", "Tester", "B801200005001", "Example Row")
    assert not [name for name in names if name in told]


async def test_a_renewed_run_shows_the_same(driver: Driver) -> None:
    await tell(driver, until="sign-agreement")
    await renewed_after(driver, commands_per_run=2)
    first = (await driver.workflow.describe()).run_id
    for _ in range(2):
        await driver.accepted("record-parent-view", VIEW)

    await another_run(driver, than=first)

    told = await details(driver)
    assert told.startswith("**Stage** ready to start")
    assert "**Next deadline** T1, 2026-12-02" in told
    await found(driver, f"PlacementStage = 'ready_to_start' AND RunId != '{first}'")
    history = await driver.workflow.fetch_history()
    (timer,) = summaries(history, EventType.EVENT_TYPE_TIMER_STARTED)
    assert timer.startswith("Give notice before the start")
