"""A placement of an academy that was decided before 26 July 2026, and is still running on that day."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time
from typing import Any

import pytest
from temporalio.client import Client

from domain.calendar.london import LONDON
from events.codes import RegimeId, RuleId
from events.placement.running import PlacementMarkedTransitional
from infra.clock import DemonstrationClock, begin
from infra.postgres.db import connection
from infra.settings import Settings
from services.gateway.commands.examples import EXAMPLES
from services.workflow.worker import placements_worker
from tests.workflow.conftest import set_up
from tests.workflow.driving import Driver, register
from tests.workflow.storytelling import pass_to
from tests.workflow.two_years import CHECKED_IN_JUNE, REGISTRATION_IN_JUNE

BEGINS_ON, STARTS_ON, CHANGES_ON = date(2026, 6, 29), date(2026, 7, 6), date(2026, 7, 26)
REGISTERED: dict[str, dict[str, Any]] = {
    "publish-calendar": {
        "half_terms": [
            {"name": "Summer 2", "first_on": "2026-06-01", "last_on": "2026-07-21"},
            {"name": "Autumn 1", "first_on": "2026-09-01", "last_on": "2026-10-23"},
        ],
        "inset_days": [],
        "half_days": [],
    },
    "record-qa-visit": {"visited_on": "2026-06-15"},
    "publish-directory-entry": {"approved_on": "2026-06-20"},
    "grant-delegation": {"granted_on": "2026-06-01"},
    "complete-due-diligence": CHECKED_IN_JUNE,
}
_TODAY = str(BEGINS_ON)
_PICTURE = {**EXAMPLES["submit-referral"]["picture"], "flags": [], "social_care_contact": None}
_PUPIL = EXAMPLES["draft-referral"]["pupil"]
_TOLD = {**_PUPIL, "parents": [{**each, "informed_on": _TODAY} for each in _PUPIL["parents"]]}
STORY: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("draft-referral", "case_worker", {"pupil": _TOLD}),
    ("submit-referral", "case_worker", {"parent_informed_on": _TODAY, "picture": _PICTURE}),
    ("propose-provider", "case_worker", {"registration": REGISTRATION_IN_JUNE}),
    ("dispense-with-meeting", "case_worker", {}),
    (
        "determine",
        "head",
        {
            "start_date": str(STARTS_ON),
            "proposed_end": "2026-10-23",
            "days": 30,
            "review_plan": [{"due": "2026-09-18", "kind": "plan"}],
        },
    ),
    ("record-safeguarding-information", "case_worker", {"received_on": _TODAY}),
    ("issue-agreement", "case_worker", {}),
    ("sign-agreement", "head", {"party": "school", "signed_on": _TODAY}),
    ("sign-agreement", "provider_user", {"party": "provider", "signed_on": _TODAY}),
    ("give-notice", "case_worker", {"given_on": _TODAY}),
)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=LONDON)


@pytest.fixture
async def driver(settings: Settings, client: Client) -> AsyncIterator[Driver]:
    async with set_up(settings, client, DemonstrationClock()) as setup:
        async with connection(setup.engine) as conn:
            await begin(setup.clock, conn, _noon(BEGINS_ON))
        await register(setup, _noon(BEGINS_ON), REGISTERED)
        one = Driver(setting=setup)
        async with placements_worker(setup.client, setup.activities()):
            yield one
            await one.gone()


@pytest.mark.obligation("S16", "C8")
async def test_time_marks_it_and_the_head_settles_it(driver: Driver) -> None:
    for command, role, changed in STORY:
        await driver.accepted(command, {**EXAMPLES[command], **changed}, role)
    await pass_to(driver, _noon(STARTS_ON))
    await driver.accepted("start-placement", {**EXAMPLES["start-placement"], "started_on": str(STARTS_ON)})
    assert (await driver.state()).decision.regime_id is RegimeId.ACAD_PRE

    await pass_to(driver, _noon(CHANGES_ON))

    marks = [each.event for each in await driver.events() if isinstance(each.event, PlacementMarkedTransitional)]
    assert marks == [PlacementMarkedTransitional(marked_on=CHANGES_ON, from_regime=RegimeId.ACAD_PRE)]
    row = await driver.accepted("record-transition-dealt-with", EXAMPLES["record-transition-dealt-with"], "head")
    assert row.answer is not None
    assert f'"{RuleId.TRANSITION}"' not in row.answer
