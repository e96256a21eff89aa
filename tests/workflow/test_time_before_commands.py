"""What fell due before a command was given is on record before it, though no timer was there to record it."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import asyncpg
import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from domain.calendar.london import start_of
from domain.placement.messages import Handled, PlacementStatus
from events.codes import Role, RuleId
from events.envelope import Recorded
from events.ids import derived_id
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import DeadlineMissed
from events.placement.record import RecordCorrected
from events.placement.reviews import ReviewDue, ReviewScheduled
from infra.commands import CommandRow
from infra.ids import derived
from infra.settings import Settings
from services.gateway.commands import examples
from services.local.demonstration import next_due
from tests.workflow.conftest import MONDAY, Setup, set_up
from tests.workflow.driving import Driver, register
from tests.workflow.storytelling import REVIEW_DUE, of_its_own, steps

NOTICE_DUE = date(2026, 12, 3)
NOTICE = examples.EXAMPLES["give-notice"]


@dataclass(slots=True, kw_only=True)
class StoppedClock:
    """Stands still until the test sets it."""

    at: datetime
    offset_sql: str = "interval '0'"

    async def now(self, conn: asyncpg.Connection | None = None) -> datetime:  # noqa: ARG002 - other clocks need it
        return self.at

    def reading(self, offset: timedelta) -> datetime:
        return self.at + offset


@dataclass(slots=True, kw_only=True)
class Office:
    """One placement whose commands are decided by the activity itself: no workflow, so no timer."""

    setup: Setup
    clock: StoppedClock
    driver: Driver

    async def decide(self, kind: str, body: Mapping[str, Any], role: str = "case_worker", **how: Any) -> CommandRow:
        command_id = await self.driver.record(kind, body, role, **how)
        await self.handled(kind)
        return await self.driver.row(command_id)

    async def handled(self, kind: str) -> Handled:
        """Have the last command of a kind decided, or tried again."""
        activity = self.setup.activities().handle_command
        ids = str(self.driver.placement_id), str(self.driver.given[kind])
        handled: Handled = await ActivityEnvironment().run(activity, *ids)
        return handled

    async def timer(self) -> PlacementStatus:
        activity = self.setup.activities().pass_time
        standing: PlacementStatus = await ActivityEnvironment().run(activity, str(self.driver.placement_id))
        return standing

    async def tell(self, *, until: str, after: str | None = None) -> None:
        for step in steps(until=until, after=after):
            self.clock.at = datetime.combine(step.day, time(12), tzinfo=UTC)
            row = await self.decide(step.command, of_its_own(self.driver, step.body), step.role)
            assert row.status == "accepted", f"{step.command}: {row.answer}"

    async def added(self, since: list[Recorded[Any]]) -> list[Recorded[Any]]:
        return (await self.driver.events())[len(since) :]


@pytest.fixture
async def office(settings: Settings) -> AsyncIterator[Office]:
    clock = StoppedClock(at=MONDAY)
    # Never reached: whatever is needed of Temporal is a test's own.
    nowhere = await Client.connect("127.0.0.1:1", lazy=True)
    async with set_up(settings, nowhere, clock) as setup:
        await register(setup, MONDAY)
        yield Office(setup=setup, clock=clock, driver=Driver(setting=setup))


def told(row: CommandRow) -> Any:
    assert row.answer is not None
    return json.loads(row.answer)


async def two_days_late(office: Office) -> list[Recorded[Any]]:
    """Ready to start but for the notice, whose last day was two days ago. Nothing was recorded since."""
    await office.tell(until="move-start-date")
    office.clock.at = datetime.combine(NOTICE_DUE + timedelta(days=2), time(12), tzinfo=UTC)
    return await office.driver.events()


@pytest.mark.obligation("S13")
async def test_a_notice_two_days_late_comes_after_its_miss(office: Office) -> None:
    before = await two_days_late(office)

    row = await office.decide("give-notice", {**NOTICE, "given_on": "2026-12-05"})

    missed, given = await office.added(before)
    assert (type(missed.event), type(given.event)) == (DeadlineMissed, NoticeGiven)
    assert (missed.event.rule, missed.event.due) == (RuleId.T1, NOTICE_DUE)
    assert not given.event.timely
    assert missed.metadata.actor.role is Role.SYSTEM
    assert missed.metadata.command_id == derived_id(office.driver.placement_id, f"pass-time/{len(before)}")
    assert given.metadata.command_id == row.command_id
    assert [event["type"] for event in told(row)["events"]] == ["NoticeGiven"]
    assert told(row)["version"] == given.version == len(before) + 2


async def test_neither_a_timer_nor_another_attempt_records_it_again(office: Office) -> None:
    await two_days_late(office)
    await office.decide("give-notice", {**NOTICE, "given_on": "2026-12-05"})
    after = await office.driver.events()

    again = await office.handled("give-notice")
    standing = await office.timer()

    assert again.status == "accepted"
    assert again.standing.version == standing.version == len(after)
    assert await office.driver.events() == after


async def test_what_fell_due_stays_on_record_when_the_command_is_refused(office: Office) -> None:
    before = await two_days_late(office)

    row = await office.decide("close", {})

    (missed,) = await office.added(before)
    assert isinstance(missed.event, DeadlineMissed)
    assert told(row)["code"] == "wrong_stage"
    assert (await office.handled("close")).standing.version == len(before) + 1


async def test_a_version_from_before_it_fell_due_has_moved_on(office: Office) -> None:
    before = await two_days_late(office)
    late = {**NOTICE, "given_on": "2026-12-05"}

    stale = await office.decide("give-notice", late, expected_version=len(before))
    fresh = await office.decide("give-notice", late, expected_version=len(before) + 1)

    assert (stale.http_status, told(stale)["version"]) == (412, len(before) + 1)
    assert [change["type"] for change in told(stale)["changes"]] == ["DeadlineMissed"]
    assert fresh.status == "accepted"


async def test_where_nothing_fell_due_only_the_command_is_recorded(office: Office) -> None:
    await office.tell(until="move-start-date")
    office.clock.at = start_of(NOTICE_DUE + timedelta(days=1)) - timedelta(seconds=1)
    before = await office.driver.events()

    await office.decide("close", {})
    await office.decide("give-notice", {**NOTICE, "given_on": "2026-12-03"})

    assert [type(record.event) for record in await office.added(before)] == [NoticeGiven]


@pytest.mark.obligation("C8")
async def test_a_review_is_scheduled_in_the_minute_in_which_it_opens(office: Office) -> None:
    await office.tell(until="start-placement")
    review_id = office.driver.review_id("plan", REVIEW_DUE)
    schedule = {**examples.EXAMPLES["schedule-review"], "review_id": str(review_id)}
    # The limits that the weekly pattern reaches with the start itself.
    await office.timer()
    opens = await next_due(office.setup.engine)
    assert opens is not None
    before = await office.driver.events()

    office.clock.at = opens - timedelta(seconds=1)
    early = await office.decide("schedule-review", schedule)
    office.clock.at = opens
    row = await office.decide("schedule-review", schedule)

    assert told(early)["code"] == "review_unknown"
    opened, scheduled = await office.added(before)
    assert (type(opened.event), type(scheduled.event)) == (ReviewDue, ReviewScheduled)
    assert opened.event.review_id == scheduled.event.review_id == review_id
    assert row.status == "accepted"


async def test_nothing_falls_due_on_a_closed_placement_and_it_can_be_corrected(office: Office) -> None:
    await office.tell(until="close")
    office.clock.at += timedelta(days=400)
    before = await office.driver.events()

    standing = await office.timer()
    slip = examples.EXAMPLES["correct-record"]
    step = derived(office.driver.given["record-reintegration-step"], 0)
    row = await office.decide("correct-record", {**slip, "corrects_event_id": str(step), "value": "9700"})

    assert (standing.terminal, standing.version, standing.wake_in_seconds) == (True, len(before), None)
    assert row.status == "accepted"
    assert [type(record.event) for record in await office.added(before)] == [RecordCorrected]
