"""The sweep over registers and the reaction to a first mark, on real servers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.placement.stages import Stage
from events.attendance import (
    AbsenceAlertRaised,
    AbsenceResolved,
    AttendanceEvent,
    SessionMarkConfirmed,
    SessionMarkProposed,
    UnauthorisedAbsenceProposed,
)
from events.codec import ATTENDANCE
from events.codes import Activity, AlertCause, AttendanceCode, MarkPlace, ProposedMark, Role, Session
from events.envelope import Actor, ActorKind, Metadata
from events.ids import CommandId, IsoWeek, SiteId, attendance_stream
from events.placement.running import PlacementStarted
from infra.event_store.read import read_stream
from infra.ids import derived, uuid7
from infra.postgres.db import connection, transaction
from infra.streams.records import PendingEvent, append_noted, load
from infra.subscriptions.runner import read_alone
from infra.temporal import client as temporal
from services.application.sweeps import register_sweep
from services.gateway.commands.examples import OF_PLACEMENT, SITE_ID
from services.local import demonstration
from services.workflow.handlers.first_mark import FirstMarks
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.handling import handle
from tests.workflow.storytelling import pass_to, tell

WEEK = IsoWeek("2026-W50")
_GIVEN_TO_START = "SELECT command_id FROM command WHERE kind = 'start-placement' ORDER BY received_at"
TUESDAY = datetime(2026, 12, 8, 15, tzinfo=UTC)


async def register(driver: Driver, week: IsoWeek = WEEK) -> list[Any]:
    async with connection(driver.setting.engine) as conn:
        records = await load(conn, attendance_stream(driver.placement_id, week), ATTENDANCE, driver.setting.keys)
    return [record.event for record in records]


async def say(driver: Driver, *events: AttendanceEvent) -> None:
    """Record what was said of the week, as the gateway does."""
    command_id = CommandId(uuid7())
    actor = Actor(kind=ActorKind.PERSON, id=derived(driver.first_id, 8), role=Role.PROVIDER_USER)
    async with transaction(driver.setting.engine) as conn:
        now = await driver.setting.clock.now(conn)
        about = Metadata(occurred_at=now, actor=actor, command_id=command_id, correlation_id=command_id)
        stream = attendance_stream(driver.placement_id, WEEK)
        await append_noted(
            conn,
            stream,
            [PendingEvent(event=event, metadata=about) for event in events],
            codec=ATTENDANCE,
            version=len(await read_stream(conn, stream)),
            recorded_at=now,
            key=await driver.setting.keys.get(driver.pupil_id),
        )


def seen(driver: Driver, mark: ProposedMark, session: Session = Session.AM) -> SessionMarkProposed:
    return SessionMarkProposed(
        placement_id=driver.placement_id,
        day=TUESDAY.date(),
        session=session,
        mark=mark,
        place=MarkPlace.ON_SITE,
        activity=Activity.EDUCATION,
        site_id=SiteId(SITE_ID),
        minutes_late=None,
        explanation=None,
    )


def entered(driver: Driver, code: AttendanceCode) -> SessionMarkConfirmed:
    return SessionMarkConfirmed(
        placement_id=driver.placement_id, day=TUESDAY.date(), session=Session.AM, code=code, reason=None
    )


def alerts(events: Sequence[Any]) -> list[tuple[int, Session, AlertCause]]:
    return [(e.day.day, e.session, e.cause) for e in events if isinstance(e, AbsenceAlertRaised)]


@pytest.mark.obligation("S21")
async def test_moving_the_clock_alerts_of_registers_that_were_not_taken_once(driver: Driver) -> None:
    await tell(driver, until="start-placement")

    await pass_to(driver, TUESDAY)
    await temporal.sweep_due(driver.setting.client)

    missed = AlertCause.REGISTER_NOT_TAKEN
    assert alerts(await register(driver)) == [(8, Session.AM, missed), (8, Session.PM, missed)]
    timer = await demonstration.next_due(driver.setting.engine)
    moment = await demonstration.next_moment(driver.setting.engine, driver.setting.clock)
    assert moment == datetime(2026, 12, 9, 9, 30, tzinfo=UTC), "the register of the next morning"
    assert timer is not None
    assert moment < timer


async def test_what_is_too_much_for_one_look_is_recorded_by_the_next(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_sweep, "_AT_ONCE", 1)
    await tell(driver, until="start-placement")

    await pass_to(driver, TUESDAY)
    await temporal.sweep_due(driver.setting.client)

    missed = AlertCause.REGISTER_NOT_TAKEN
    assert alerts(await register(driver)) == [(8, Session.AM, missed), (8, Session.PM, missed)]


@pytest.mark.obligation("S33", "S34")
async def test_an_absence_is_told_at_once_and_a_code_proposed_five_days_later(driver: Driver) -> None:
    """An absence is told at once, and a code is proposed after five school days."""
    await tell(driver, until="start-placement")
    await say(driver, seen(driver, ProposedMark.ABSENT), entered(driver, AttendanceCode.NO_REASON_YET))
    await say(driver, seen(driver, ProposedMark.PRESENT, Session.PM))

    await pass_to(driver, TUESDAY)
    told = await register(driver)
    await pass_to(driver, datetime(2026, 12, 16, 1, tzinfo=UTC))

    assert alerts(told) == [(8, Session.AM, AlertCause.UNEXPLAINED_ABSENCE)]
    after = await register(driver)
    [proposed] = [event for event in after if isinstance(event, UnauthorisedAbsenceProposed)]
    assert proposed.code is AttendanceCode.UNAUTHORISED
    assert not [event for event in after if isinstance(event, AbsenceResolved)], "a person enters it"


async def given_to_start(setting: Setup) -> list[UUID]:
    async with connection(setting.engine) as conn:
        return [row["command_id"] for row in await conn.fetch(_GIVEN_TO_START)]


async def put_back(setting: Setup, name: str) -> None:
    """As if the position of a handler had been lost."""
    async with connection(setting.engine) as conn:
        await conn.execute("UPDATE subscription SET position = 0 WHERE name = $1", name)


@pytest.mark.obligation("S7")
async def test_the_first_mark_starts_the_placement_once_however_often_it_is_seen(driver: Driver) -> None:
    names = [step.command for step in OF_PLACEMENT]
    await tell(driver, until=names[names.index("start-placement") - 1])
    await pass_to(driver, TUESDAY)
    setting = driver.setting
    await say(driver, seen(driver, ProposedMark.ABSENT))
    await say(driver, seen(driver, ProposedMark.LATE))

    handler = FirstMarks(setting.client, setting.keys, setting.clock)
    await read_alone(setting.engine, handler)
    [command_id] = await given_to_start(setting)
    await put_back(setting, handler.name)
    await read_alone(setting.engine, handler)
    again = await given_to_start(setting)
    row = await driver.decided(command_id, "start-placement")
    await handle(setting, handler)

    assert again == [command_id]
    assert row.status == "accepted"
    assert (await driver.state()).stage is Stage.ACTIVE
    assert [type(each.event) for each in await driver.events()].count(PlacementStarted) == 1
