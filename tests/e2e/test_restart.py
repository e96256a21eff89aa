"""Time goes on while nothing runs: what fell due meanwhile is recorded after, even when Temporal has lost it all."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from examples.journey import CALENDAR, Journey
from infra import clock
from infra.clock import clock_for
from infra.postgres.db import create_engine, transaction
from infra.temporal.workflow_contract import placement_workflow_id
from services.application.supervision import SUPERVISED
from tests.e2e.site import Site, until

# Enough to stop everything before the timer fires, on a busy machine too; then it is waited for.
_BEFORE = timedelta(seconds=20)
_SOON_SECONDS = 60
_OPENED = """
SELECT count(*) FROM event_store.event
WHERE stream_id = 'placement-' || $1 AND type = 'ReviewDue' AND meta::jsonb -> 'actor' ->> 'kind' = 'system'
"""
_NEXT = "SELECT next_wake_at FROM placement WHERE placement_id = $1::uuid"
_OPEN = "SELECT count(*) FROM placement WHERE is_open"


@pytest.mark.obligation("C4", "C8")
async def test_a_timer_due_while_nothing_runs_opens_its_review_after_the_restart(whole_site: Site) -> None:
    journey = await _active(whole_site, "timer")
    due_at = await _next(whole_site, journey)
    await asyncio.to_thread(whole_site.office.advance, due_at - _BEFORE)
    await until(lambda: _is_armed(whole_site, journey), "the timer is armed")

    _kill_all(whole_site)
    await until(lambda: _has_passed(whole_site, due_at), "its time has come")
    opened_meanwhile = await _opened(whole_site, journey)
    await whole_site.servers.start_temporal()
    await _start_services(whole_site)

    assert opened_meanwhile == 0
    await until(lambda: _has_opened(whole_site, journey), "the review opens by itself")
    await whole_site.holds()


async def test_a_rebuild_catches_up_with_a_clock_moved_while_nothing_ran(whole_site: Site) -> None:
    journey = await _active(whole_site, "moved")
    _kill_all(whole_site)
    await _move_the_clock_alone(whole_site, await _next(whole_site, journey) + timedelta(hours=1))

    await whole_site.servers.start_temporal()
    await _start_services(whole_site)
    await _rebuild(whole_site)

    await until(lambda: _has_opened(whole_site, journey), "the review opens by itself")
    await whole_site.holds()


@pytest.mark.obligation("C4", "C6")
async def test_workflows_are_made_again_from_the_record_when_temporal_loses_all(whole_site: Site) -> None:
    journey = await _active(whole_site, "lost")
    whole_site.stack.kill(whole_site.servers.temporal.child)
    for file in (whole_site.servers.folder / "temporal").iterdir():
        file.unlink()
    await _move_the_clock_alone(whole_site, await _next(whole_site, journey) + timedelta(hours=1))

    await whole_site.servers.start_temporal()
    await _rebuild(whole_site)

    await until(lambda: _has_opened(whole_site, journey), "the review opens by itself")
    client = await Client.connect(whole_site.servers.temporal.address)
    expected = {placement_workflow_id(UUID(journey.placement_id)), *(f"follower-{each}" for each in SUPERVISED)}

    async def all_listed() -> bool:
        running = {each.id async for each in client.list_workflows("ExecutionStatus = 'Running'")}
        placements = sum(each.startswith("placement-") for each in running)
        return expected <= running and placements == await whole_site.store.value(_OPEN)

    # Temporal's list follows what it has started.
    await until(all_listed, "each open placement has its workflow, and what follows the record has too")
    await whole_site.holds()


async def _active(site: Site, case: str) -> Journey:
    """A placement that has begun, and whose planned review is not to be opened yet."""
    journey = site.journey(case)
    await asyncio.to_thread(_tell, journey)
    assert await _opened(site, journey) == 0
    return journey


def _tell(journey: Journey) -> None:
    journey.move(CALENDAR.nth_after(journey.office.now().date(), 1))
    for step in (journey.draft, journey.submit, journey.propose):
        step()
    meet_on = CALENDAR.nth_after(journey.day, 1)
    journey.convene(meet_on)
    journey.move(meet_on, 12)
    journey.meet()
    start = CALENDAR.nth_after(meet_on, 6)
    journey.determine(start, 40, CALENDAR.nth_after(start, 30))
    journey.agree()
    journey.notify()
    journey.move(start)
    journey.start()


def _kill_all(site: Site) -> None:
    for child in (site.stack.worker, site.stack.gateway, site.servers.temporal.child):
        site.stack.kill(child)


async def _start_services(site: Site) -> None:
    await site.stack.start_worker()
    await site.stack.start_gateway()


async def _rebuild(site: Site) -> None:
    await site.stack.services.run_once("rebuild", "services.cli", "rebuild", "workflows", seconds=60.0)


async def _move_the_clock_alone(site: Site, to: datetime) -> None:
    """Without waking anybody, as Temporal is not there to be told."""
    engine = create_engine(site.office.settings)
    async with transaction(engine) as conn:
        await clock.advance(clock_for(site.office.settings), conn, to)
    await engine.dispose()


async def _has_passed(site: Site, moment: datetime) -> bool:
    return await asyncio.to_thread(site.office.now) > moment


async def _is_armed(site: Site, journey: Journey) -> bool:
    """The newest timer that Temporal holds for the placement fires within a minute."""
    client = await Client.connect(site.servers.temporal.address)
    history = await client.get_workflow_handle(placement_workflow_id(UUID(journey.placement_id))).fetch_history()
    timers = [event for event in history.events if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED]
    return any(
        event.timer_started_event_attributes.start_to_fire_timeout.ToSeconds() < _SOON_SECONDS for event in timers[-1:]
    )


async def _next(site: Site, journey: Journey) -> datetime:
    found = await site.store.value(_NEXT, journey.placement_id)
    assert isinstance(found, datetime)
    return found


async def _opened(site: Site, journey: Journey) -> int:
    return int(await site.store.value(_OPENED, journey.placement_id))


async def _has_opened(site: Site, journey: Journey) -> bool:
    return await _opened(site, journey) > 0
