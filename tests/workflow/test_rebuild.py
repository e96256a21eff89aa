"""Lists that are rebuilt from the record are those that were written with each command; readers notice nothing."""

import asyncio
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import Table, select, text

from infra.ids import uuid7
from infra.postgres.db import transaction
from infra.projections import provider_deadlines, pupil_names
from infra.projections.registry import OF_PLACEMENTS
from infra.temporal.client import sweep_due
from services.application.rebuilding import LISTS, Rebuilt, rebuild
from services.commands.rebuild import seconds_left
from tests.conftest import Database
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell

ALL = pytest.mark.parametrize("name", LISTS)


def table_of(name: str) -> Table:
    others = {
        provider_deadlines.NAME: provider_deadlines.provider_deadline,
        pupil_names.NAME: pupil_names.placement_name,
    }
    return others[name] if name in others else OF_PLACEMENTS[name].part.table


async def kept(setup: Setup, name: str) -> list[tuple[Any, ...]]:
    """The rows as they are."""
    table = table_of(name)
    async with setup.engine.connect() as conn:
        rows = await conn.execute(select(table).order_by(*table.primary_key))
        return [tuple(row) for row in rows]


async def rebuilt(setup: Setup, name: str, told: list[tuple[int, int]] | None = None) -> Rebuilt:
    seen = [] if told is None else told
    return await rebuild(name, setup.engine, keys=setup.keys, progress=lambda done, every: seen.append((done, every)))


async def emptied(setup: Setup, name: str) -> None:
    async with setup.engine.begin() as conn:
        await conn.execute(table_of(name).delete())


async def test_a_rebuilt_list_equals_the_one_that_was_written_live(setup: Setup, driver: Driver) -> None:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for until, after in (("determine", None), ("notify-outcome", "determine"), (None, "notify-outcome")):
        await tell(driver, until=until, after=after)
        await sweep_due(setup.client)
        for name in LISTS:
            live = await kept(setup, name)
            found[name] = [*found.get(name, []), *live]
            told: list[tuple[int, int]] = []

            await emptied(setup, name)
            done = await rebuilt(setup, name, told)

            assert await kept(setup, name) == live, name
            assert (done, told) == (Rebuilt(records=1, failed=()), [(1, 1)])
            await rebuilt(setup, name)
            assert await kept(setup, name) == live, f"{name}, over rows that are there"
    assert all(found[name] for name in LISTS), "each list had rows at some time"


async def test_a_command_during_a_rebuild_loses_no_row(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="determine")

    async def again_and_again(until: asyncio.Event) -> None:
        while not until.is_set():
            for name in LISTS:
                await rebuilt(setup, name)

    over = asyncio.Event()
    building = asyncio.create_task(again_and_again(over))
    await tell(driver, until="start-placement", after="determine")
    over.set()
    await building

    for name in LISTS:
        meanwhile = await kept(setup, name)
        await rebuilt(setup, name)
        assert await kept(setup, name) == meanwhile


@ALL
async def test_a_rebuild_that_was_cut_off_may_begin_again(setup: Setup, driver: Driver, name: str) -> None:
    await tell(driver, until="determine")
    before = await kept(setup, name)

    def cut_off(_done: int, _every: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(name, setup.engine, keys=setup.keys, progress=cut_off)
    assert await kept(setup, name) == before

    await rebuilt(setup, name)

    assert await kept(setup, name) == before


async def test_two_rebuilds_at_once_leave_the_rows_of_one(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="determine")
    before = await kept(setup, "deadlines")
    await emptied(setup, "deadlines")

    await asyncio.gather(*(rebuilt(setup, "deadlines") for _ in range(4)))

    assert await kept(setup, "deadlines") == before


async def test_a_placement_that_cannot_be_read_holds_up_no_other(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="determine")
    before = await kept(setup, "deadlines")
    unreadable = uuid7()
    async with setup.engine.begin() as conn:
        # A row whose stream is not there, as of another database.
        columns = ", ".join(await _columns(setup))
        await conn.execute(
            text(f"INSERT INTO placement (placement_id, {columns}) SELECT :id, {columns} FROM placement"),  # noqa: S608 - names of columns
            {"id": unreadable},
        )

    done = await rebuilt(setup, "deadlines")

    assert done == Rebuilt(records=1, failed=(unreadable,))
    assert await kept(setup, "deadlines") == before


async def test_the_command_line_rebuilds_the_lists_and_says_how_far_it_is(
    setup: Setup, driver: Driver, database: Database
) -> None:
    await tell(driver, until="determine")
    before = await kept(setup, LISTS[0])
    async with transaction(setup.engine) as conn:
        await conn.execute("DELETE FROM deadline")

    done = await asyncio.to_thread(_command_line, setup, database, "rebuild", "read-models")
    unknown = await asyncio.to_thread(_command_line, setup, database, "rebuild", "read-models", "nothing")

    assert (done.returncode, unknown.returncode) == (0, 2), done.stderr
    assert all(f"{name} is rebuilt" in done.stdout for name in LISTS)
    assert re.search(rf"^Building {LISTS[0]}: \d+ of \d+, about \d+ s left$", done.stderr, re.MULTILINE)
    assert await kept(setup, LISTS[0]) == before


def test_the_time_left_is_estimated_by_the_pace_so_far() -> None:
    assert seconds_left(reached=250, last=1_000, seconds=10.0) == 30.0
    assert seconds_left(reached=1_000, last=1_000, seconds=40.0) == 0.0


async def _columns(setup: Setup) -> list[str]:
    async with setup.engine.connect() as conn:
        found = await conn.execute(text("SELECT * FROM placement LIMIT 0"))
        return [name for name in found.keys() if name not in {"placement_id", "reference"}]  # noqa: SIM118 - no mapping


def _command_line(setup: Setup, database: Database, *words: str) -> "subprocess.CompletedProcess[str]":
    settings = {
        "PLACEMENTS_DATABASE_URL": database.app_url,
        "PLACEMENTS_KEYS_DIRECTORY": str(setup.settings.keys_directory),
        "PLACEMENTS_ISSUER": setup.settings.issuer,
        "PLACEMENTS_JWKS_URL": setup.settings.jwks_url,
    }
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *words],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
