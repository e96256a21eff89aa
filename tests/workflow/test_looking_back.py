"""The record replayed from the command line: by type, in part and gone on with, and between two moments."""

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.documents.differences import differences
from infra.ids import uuid7
from services.application import replay
from services.application.replay import LookBack
from services.commands.groups import audit as app
from tests.conftest import Database
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell

DRAFTED = "ReferralDrafted"


async def placements(setup: Setup, database: Database, *words: str) -> "subprocess.CompletedProcess[str]":
    settings = {
        "PLACEMENTS_DATABASE_URL": database.app_url,
        "PLACEMENTS_KEYS_DIRECTORY": str(setup.settings.keys_directory),
        "PLACEMENTS_ISSUER": setup.settings.issuer,
        "PLACEMENTS_JWKS_URL": setup.settings.jwks_url,
    }
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "services.cli", "audit", *words],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def the_changed(printed: str) -> dict[str, Any]:
    return {each["field"]: each for each in json.loads(printed)["changed"]}


async def test_a_placement_at_two_moments(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="determine")
    records = await driver.events()
    middle = next(each for each in records if each.recorded_at > records[0].recorded_at)
    before = LookBack(known_at=records[0].recorded_at)

    was, now = await replay.both(setup.engine, driver.placement_id, before, replay.NOW)

    assert was.version == middle.version - 1
    assert now.version == len(records)
    told = {each.what: each for each in differences(was.state, now.state)}
    assert told["Stage"].after == ("Determined",)
    assert told["Determination"].before == ()


async def test_the_command_line_tells_what_changed_and_goes_on_where_it_stopped(
    setup: Setup, driver: Driver, database: Database
) -> None:
    await tell(driver, until="determine")
    records = await driver.events()
    first, placement = records[0].recorded_at.isoformat(), str(driver.placement_id)

    one, over_all, part = await asyncio.gather(
        placements(setup, database, "diff", placement, "--from", first, "--json"),
        placements(setup, database, "diff", "--from", "2026-01-01", "--json"),
        placements(setup, database, "replay", "--type", "SchoolRegistered", "--type", DRAFTED, "--limit", "1"),
    )

    assert the_changed(one.stdout)["Stage"]["after"] == ["Determined"], one.stderr
    counts = {(each["of"], each["name"]): each["change"] for each in json.loads(over_all.stdout)}
    assert counts["placements", "determined"] == 1
    assert counts["events", DRAFTED] == 1
    assert "SchoolRegistered" in part.stdout
    assert DRAFTED not in part.stdout
    assert "To go on: --after 1\n" in part.stderr


async def test_a_replay_of_all_goes_on_after_the_last_placement(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="draft-referral")

    whole = [each.placement_id async for each in replay.every_placement(setup.engine)]
    rest = [each async for each in replay.every_placement(setup.engine, after=whole[-1])]

    assert (whole, rest) == ([driver.placement_id], [])


@pytest.mark.parametrize(
    "words",
    [
        ("--type", "Nonsense"),
        ("--type", DRAFTED, "--after", "here"),
        ("--after", "here"),
        ("--type", DRAFTED, str(uuid7())),
        (str(uuid7()), "--limit", "1"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, ["replay", *words]).exit_code == 2
