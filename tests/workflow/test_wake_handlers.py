"""A revised calendar, bad news of a provider and a change of a pupil's flags reach the open placements they concern."""

import asyncio
import json
from datetime import UTC, date, datetime

import pytest

from events.codec import PROVIDER, PUPIL
from events.codes import DiligenceCheck, ProviderDoubt, PupilFlag, Role, RuleId
from events.envelope import Actor, ActorKind, Metadata
from events.ids import CommandId, ProviderId, PupilId, Urn, provider_stream, pupil_stream
from events.placement.deadlines import DeadlineRecalculated
from events.placement.other_streams import CalendarTaken, PupilFlagsTaken
from events.placement.running import ProviderDoubted
from events.provider import ProviderDeadlineMissed
from events.pupil import PupilEvent, PupilFlagsChanged, PupilRegistered
from events.values.decision import PlanCouncil
from infra.event_store.lookup import stream_versions
from infra.ids import uuid7
from infra.postgres.db import connection, transaction
from infra.streams.records import PendingEvent, append_noted, load
from infra.subscriptions.subscription import Batch
from infra.temporal import client as temporal
from services.application.deciders.provider import provider
from services.application.deciders.school import school
from services.gateway.commands import examples
from services.gateway.commands.catalogue import SPECS
from services.workflow.handlers.wake_handlers import CALENDARS, PROVIDERS, PUPILS, WakeHandler, WakeRule
from services.workflow.worker import placements_worker
from tests.workflow.conftest import Setup
from tests.workflow.driving import BEGINNING, Driver, append_command
from tests.workflow.handling import handle
from tests.workflow.storytelling import pass_to, tell

_PATIENCE_SECONDS = 60


async def publish(setup: Setup, now: datetime, last_day: str) -> None:
    """The example calendar again, with another last day of the second half-term."""
    body = BEGINNING["publish-calendar"]
    half_terms = [
        {**half_term, "last_on": last_day} if half_term["name"] == "Autumn 2" else half_term
        for half_term in body["half_terms"]
    ]
    command = SPECS["school"]["publish-calendar"].adapter.validate_json(json.dumps({**body, "half_terms": half_terms}))
    async with transaction(setup.engine) as conn:
        await append_command(conn, school(Urn(examples.SCHOOL_URN)), command, now)


async def taken(driver: Driver) -> list[CalendarTaken | DeadlineRecalculated]:
    """What the placement made of a revised calendar, once it has heard of it."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            events = [record.event for record in await driver.events()]
            found = [event for event in events if isinstance(event, CalendarTaken | DeadlineRecalculated)]
            if found:
                return found
            await asyncio.sleep(0.02)


async def woken(setup: Setup, rule: WakeRule) -> Batch:
    return await handle(setup, WakeHandler(rule, setup.client))


@pytest.mark.obligation("C8")
async def test_a_calendar_published_while_no_worker_ran_reaches_the_placement(setup: Setup) -> None:
    driver = Driver(setting=setup)
    async with placements_worker(setup.client, setup.activities()):
        await tell(driver, until="start-placement")
        now = (await driver.events())[-1].recorded_at
    await publish(setup, now, "2026-12-22")
    # Nobody was told: whoever published it is gone, and no worker runs.

    batch = await woken(setup, CALENDARS)
    async with placements_worker(setup.client, setup.activities()):
        version, *moved = await taken(driver)
        again = await woken(setup, CALENDARS)
        await driver.gone()

    assert isinstance(version, CalendarTaken)
    assert (version.from_version, version.version) == (1, 2)
    # The half-term has ten school days of the placement now, and so a review of its own.
    [review] = [event for event in moved if isinstance(event, DeadlineRecalculated) and event.rule is RuleId.T5]
    assert review.due == date(2026, 12, 22)
    assert (batch.seen, again.seen) == (2, 0)


async def heard(driver: Driver) -> list[ProviderDoubted]:
    """The doubts about the provider, once the placement has recorded any."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            found = [each.event for each in await driver.events() if isinstance(each.event, ProviderDoubted)]
            if found:
                return found
            await asyncio.sleep(0.02)


@pytest.mark.obligation("S19", "S26")
async def test_a_suspended_entry_reaches_the_placements_at_the_provider(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="start-placement")
    await woken(setup, PROVIDERS)
    command = SPECS["provider"]["suspend-directory-entry"].adapter.validate_json(
        json.dumps({"la_code": "831", "reason_code": "quality", "reason": "No lesson plans were seen"})
    )
    async with transaction(setup.engine) as conn:
        now = await setup.clock.now(conn)
        await append_command(conn, provider(ProviderId(examples.PROVIDER_ID), setup.keys), command, now)

    batch = await woken(setup, PROVIDERS)

    [doubt] = await heard(driver)
    assert batch.seen == 1
    assert (doubt.cause, doubt.arose_on) == (ProviderDoubt.ENTRY_SUSPENDED, now.date())


@pytest.mark.obligation("S19")
async def test_checks_that_ran_out_are_recorded_once_and_reach_the_placement(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="start-placement")
    await pass_to(driver, datetime(2027, 9, 1, 12, tzinfo=UTC))

    await temporal.sweep_due(setup.client)
    async with connection(setup.engine) as conn:
        stream = await load(conn, provider_stream(ProviderId(examples.PROVIDER_ID)), PROVIDER)
    missed = [each.event for each in stream if isinstance(each.event, ProviderDeadlineMissed)]
    assert [(each.check, each.due) for each in missed] == [(DiligenceCheck.SAFER_RECRUITMENT, date(2027, 8, 31))]

    await woken(setup, PROVIDERS)
    [doubt] = await heard(driver)
    assert (doubt.cause, doubt.arose_on) == (ProviderDoubt.CHECKS_RAN_OUT, date(2027, 9, 1))


COUNCIL = PlanCouncil(la_code="830", name="Sample Council", address="2 Example Street, Matlock, DE99 8ZZ")


async def change_flags(driver: Driver, now: datetime, *flags: PupilFlag) -> None:
    """A change in the pupil's own record, as the gateway writes it: nobody tells the placement."""
    setting, pupil_id = driver.setting, PupilId(driver.pupil_id)
    stream_id = pupil_stream(pupil_id)
    command_id = CommandId(uuid7())
    who = Actor(kind=ActorKind.PERSON, id=uuid7(), role=Role.CASE_WORKER, org_id=f"school:{examples.SCHOOL_URN}")
    about = Metadata(occurred_at=now, actor=who, command_id=command_id, correlation_id=command_id)
    changed = PupilFlagsChanged(
        effective_on=now.date(),
        recorded_on=now.date(),
        flags=flags,
        plan=COUNCIL if PupilFlag.EHCP in flags else None,
        reason="as the letter says",
    )
    async with transaction(setting.engine) as conn:
        version = (await stream_versions(conn, [stream_id])).get(stream_id, 0)
        opened = PupilRegistered(pupil_id=pupil_id, controller=f"school:{examples.SCHOOL_URN}")
        events: tuple[PupilEvent, ...] = (changed,) if version else (opened, changed)
        noted = [PendingEvent(event=event, metadata=about) for event in events]
        key = await setting.keys.get(pupil_id)
        await append_noted(conn, stream_id, noted, codec=PUPIL, version=version, recorded_at=now, key=key)


async def taken_flags(driver: Driver, count: int) -> list[PupilFlagsTaken]:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            found = [each.event for each in await driver.events() if isinstance(each.event, PupilFlagsTaken)]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)


@pytest.mark.obligation("C8")
async def test_flags_that_change_while_no_worker_runs_reach_each_open_placement(setup: Setup) -> None:
    driver = Driver(setting=setup)
    async with placements_worker(setup.client, setup.activities()):
        await tell(driver, until="start-placement")
        now = (await driver.events())[-1].recorded_at
    await change_flags(driver, now, PupilFlag.EHCP)
    # No worker runs, and whoever changed the flags is gone.

    batch = await woken(setup, PUPILS)
    async with placements_worker(setup.client, setup.activities()):
        [first] = await taken_flags(driver, 1)
        again = await woken(setup, PUPILS)
    async with placements_worker(setup.client, setup.activities()):
        # The worker was restarted, and the next change finds the placement as well.
        await change_flags(driver, now)
        await woken(setup, PUPILS)
        [_, second] = await taken_flags(driver, 2)
        state = await driver.state()
        await driver.gone()

    assert (batch.seen, again.seen) == (1, 0)
    assert (first.flags, first.plan, first.from_on, first.known_on) == (
        (PupilFlag.EHCP,),
        COUNCIL,
        now.date(),
        now.date(),
    )
    assert (second.number, second.flags) == (first.number + 1, ())
    assert not state.referral.has_plan
