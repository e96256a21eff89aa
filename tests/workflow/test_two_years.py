"""Two placements over two school years, on a server that skips time: timers act by themselves, at the right time."""

import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.calendar.london import LONDON, start_of
from events.codes import Role, RuleId, Severity
from events.envelope import Recorded
from events.placement.deadlines import DeadlineMissed
from events.placement.reviews import ReviewDue, ReviewLapsed, ReviewMissed
from infra.settings import Settings
from services.local.temporal import SEARCH_ATTRIBUTES
from services.workflow.worker import placements_worker
from tests.workflow.clocks import EnvironmentClock
from tests.workflow.conftest import set_up
from tests.workflow.driving import Driver, register
from tests.workflow.two_years import (
    BEGINS_ON,
    END,
    LAST_DAYS,
    PLANNED,
    REGISTERED,
    RETURN_PLANNED_BY,
    Dated,
    done_in_time,
    left_undone,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stories:
    """The events of the placement that was looked after, and of the one that was not."""

    kept: list[Recorded[Any]]
    neglected: list[Recorded[Any]]


@pytest.fixture
async def stories(settings: Settings) -> AsyncIterator[Stories]:
    program = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=str(program)) as environment:
        await add_search_attributes(environment.client)
        clock = await EnvironmentClock.beginning(environment, datetime.combine(BEGINS_ON, time(8), tzinfo=LONDON))
        async with set_up(settings, environment.client, clock) as setup:
            await register(setup, await clock.now(), REGISTERED)
            kept, neglected = Driver(setting=setup), Driver(setting=setup)
            async with placements_worker(setup.client, setup.activities()):
                await tell(clock, [*done_in_time(kept), *left_undone(neglected)])
                # Both records are closed, so both workflows have come to their end.
                await kept.workflow.result()
                await neglected.workflow.result()
                yield Stories(kept=await kept.events(), neglected=await neglected.events())


async def add_search_attributes(client: Client) -> None:
    """This server takes them by a request; the development server knows them from its start."""
    kinds = {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}") for name, kind in SEARCH_ATTRIBUTES.items()
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
    )


async def tell(clock: EnvironmentClock, commands: Iterable[Dated]) -> None:
    for command in sorted(commands, key=lambda each: each.day):
        await clock.skip_to(command.at)
        await command.driver.accepted(command.command, command.body, command.role)


def of(records: list[Recorded[Any]], *kinds: type) -> list[Recorded[Any]]:
    return [record for record in records if isinstance(record.event, kinds)]


def last_second(day: date) -> datetime:
    """A deadline is kept until then."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=LONDON).astimezone(UTC)


@pytest.mark.obligation("C1", "C4", "C8")
async def test_over_two_school_years_time_brings_what_is_due_and_nothing_else(stories: Stories) -> None:
    assert of(stories.kept, DeadlineMissed, ReviewMissed, ReviewLapsed) == []
    reviews_open_by_themselves(stories)
    what_is_left_undone_is_missed(stories.neglected)
    misses_are_noted_as_their_day_ends_in_london(stories.neglected)
    reviews_not_held_give_way_to_the_next(stories.neglected)


def reviews_open_by_themselves(stories: Stories) -> None:
    half_terms = [record.event.due for record in of(stories.neglected, ReviewDue) if record.event.rule is RuleId.T5]
    assert half_terms == list(LAST_DAYS)
    # The planned review was held in the second half-term, and so answers for that too.
    kept = [(record.event.rule, record.event.due) for record in of(stories.kept, ReviewDue)]
    second = LAST_DAYS[1]
    assert sorted(kept) == sorted(
        [*((RuleId.T5, due) for due in LAST_DAYS if due != second), (RuleId.PLAN, PLANNED), (RuleId.T6, END)]
    )
    for record in of(stories.neglected, ReviewDue) + of(stories.kept, ReviewDue):
        assert record.metadata.actor.role is Role.SYSTEM
        assert soon_after(record.recorded_at, start_of(record.event.opened_on))


def what_is_left_undone_is_missed(neglected: list[Recorded[Any]]) -> None:
    missed = [
        (record.event.rule, record.event.due, record.event.severity)
        for record in of(neglected, DeadlineMissed, ReviewMissed)
    ]
    held = LAST_DAYS[3]
    assert sorted(missed) == sorted(
        [
            (RuleId.T1, date(2026, 9, 9), Severity.BREACH),
            *((rule, date(2026, 9, 20), Severity.ADVISORY) for rule in (RuleId.TOLD, RuleId.TRANSPORT, RuleId.MEALS)),
            (RuleId.T2, date(2026, 10, 25), Severity.BREACH),
            (RuleId.PLAN, PLANNED, Severity.ADVISORY),
            (RuleId.T3, date(2027, 3, 28), Severity.BREACH),
            (RuleId.DECISION, date(2027, 3, 28), Severity.BREACH),
            *((RuleId.T5, due, Severity.ADVISORY) for due in LAST_DAYS if due != held),
            (RuleId.T6, END, Severity.ADVISORY),
            (RuleId.REINTEGRATION, RETURN_PLANNED_BY, Severity.ADVISORY),
            (RuleId.T14, date(2028, 9, 29), Severity.ADVISORY),
        ]
    )


def misses_are_noted_as_their_day_ends_in_london(neglected: list[Recorded[Any]]) -> None:
    noted = {}
    for record in of(neglected, DeadlineMissed, ReviewMissed):
        due = record.event.due
        assert record.metadata.occurred_at == last_second(due)
        assert soon_after(record.recorded_at, start_of(due + timedelta(days=1)))
        noted[due] = record.metadata.occurred_at.strftime("%H:%M:%S")
    # The days on which the clocks go back and forward, told in UTC: each ends by the time it ends in.
    assert noted[date(2026, 10, 23)] == "22:59:59"
    assert noted[date(2026, 10, 25)] == "23:59:59"
    assert noted[date(2027, 2, 12)] == "23:59:59"
    assert noted[date(2027, 3, 28)] == "22:59:59"


def reviews_not_held_give_way_to_the_next(neglected: list[Recorded[Any]]) -> None:
    lapsed = [record.event.review_id for record in of(neglected, ReviewLapsed)]
    opened = [record.event for record in of(neglected, ReviewDue)]
    last_and_held = {LAST_DAYS[-1], LAST_DAYS[3]}
    gave_way = [each.review_id for each in opened if each.rule is RuleId.T5 and each.due not in last_and_held]
    assert lapsed == gave_way


def soon_after(recorded_at: datetime, due_at: datetime) -> bool:
    """Within an hour of the environment's time, which runs on while a timer is dealt with."""
    return timedelta(0) <= recorded_at - due_at < timedelta(hours=1)
