"""Read models built anew from the record are those that were kept as it grew; readers notice nothing."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from infra.postgres.db import async_url
from infra.postgres.migrations.tables import differences
from infra.projections.rebuilding import SCHEMA, RebuildUnderWay, rebuild
from infra.projections.registry import READ_MODELS, Following
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.subscriptions.subscription import position_of, run_batch
from services.commands.rebuild import seconds_left
from tests.conftest import Database
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell

MODELS = list(READ_MODELS.values())
ALL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
_SMALL = 7
"""Events a batch: the story takes several."""


async def kept(setup: Setup, model: Following) -> list[tuple[Any, ...]]:
    """The live rows, once they have followed all there is."""
    apply = model.follower(Reference(), PlacementStreams(setup.keys))
    while (await run_batch(setup.engine, model.name, apply, limit=_SMALL)).more:
        pass
    async with setup.engine.connect() as conn:
        rows = await conn.execute(select(model.table).order_by(*model.table.primary_key))
        return [tuple(row) for row in rows]


async def built(setup: Setup, model: Following, database: Database, *, told: list[tuple[int, int]]) -> int:
    return await rebuild(
        model,
        setup.engine,
        owner_url=database.owner_url,
        keys=setup.keys,
        progress=lambda reached, last: told.append((reached, last)),
        limit=_SMALL,
    )


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(database.owner_url)
    yield conn
    await conn.close()


async def test_what_is_built_anew_equals_what_was_kept(setup: Setup, driver: Driver, database: Database) -> None:
    followed: dict[str, list[tuple[Any, ...]]] = {}
    for until, after in (("determine", None), ("notify-outcome", "determine"), (None, "notify-outcome")):
        await tell(driver, until=until, after=after)
        for model in MODELS:
            before = await kept(setup, model)
            followed[model.name] = [*followed.get(model.name, []), *before]
            told: list[tuple[int, int]] = []

            reached = await built(setup, model, database, told=told)

            assert await kept(setup, model) == before
            assert told[-1] == (reached, reached)
            assert len(told) > 1, "there was more than one batch to tell of"
    assert all(followed.values()), "each read model had rows at some time"


async def test_what_is_written_meanwhile_is_in_it_once(setup: Setup, driver: Driver, database: Database) -> None:
    await tell(driver, until="determine")

    async def again_and_again(until: asyncio.Event) -> None:
        while not until.is_set():
            for model in MODELS:
                await built(setup, model, database, told=[])

    over = asyncio.Event()
    building = asyncio.create_task(again_and_again(over))
    await tell(driver, until="start-placement", after="determine")
    over.set()
    await building

    for model in MODELS:
        meanwhile = await kept(setup, model)
        await built(setup, model, database, told=[])
        assert await kept(setup, model) == meanwhile


@ALL
async def test_it_leaves_the_tables_as_they_are_described(
    setup: Setup, driver: Driver, database: Database, model: Following
) -> None:
    await tell(driver, until="draft-referral")
    reached = await built(setup, model, database, told=[])

    engine = create_async_engine(async_url(database.owner_url), poolclass=NullPool)
    async with engine.connect() as conn:
        found = await conn.run_sync(differences)
        schemas = await conn.scalar(
            text("SELECT count(*) FROM pg_namespace WHERE nspname = :schema"), {"schema": SCHEMA}
        )
        assert await position_of(conn, model.name) == reached
        assert await position_of(conn, f"{model.name}.{SCHEMA}") == 0
    await engine.dispose()
    assert (found, schemas) == ([], 0)


@ALL
async def test_one_that_was_cut_off_is_begun_again(
    setup: Setup, driver: Driver, database: Database, model: Following
) -> None:
    await tell(driver, until="determine")
    before = await kept(setup, model)

    def cut_off(_reached: int, _last: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rebuild(
            model, setup.engine, owner_url=database.owner_url, keys=setup.keys, progress=cut_off, limit=_SMALL
        )
    assert await kept(setup, model) == before

    await built(setup, model, database, told=[])

    assert await kept(setup, model) == before


async def test_two_at_once_are_refused(
    setup: Setup, driver: Driver, database: Database, owner: asyncpg.Connection
) -> None:
    await tell(driver, until="draft-referral")
    # The lock of the one that is at work, as rebuilding.py names it.
    await owner.execute("SELECT pg_advisory_lock($1)", 0x7265_6275_696C_64)

    with pytest.raises(RebuildUnderWay):
        await built(setup, MODELS[0], database, told=[])


async def test_the_command_line_builds_them_and_tells_how_far_it_has_come(
    setup: Setup, driver: Driver, database: Database
) -> None:
    await tell(driver, until="determine")
    before = await kept(setup, MODELS[0])

    done = await asyncio.to_thread(_command_line, setup, database, "rebuild", "read-models")
    unknown = await asyncio.to_thread(_command_line, setup, database, "rebuild", "read-models", "nothing")

    assert (done.returncode, unknown.returncode) == (0, 2), done.stderr
    assert all(f"{model.name} is built anew" in done.stdout for model in MODELS)
    assert re.search(rf"^Building {MODELS[0].name}: \d+ of \d+, about \d+ s left$", done.stderr, re.MULTILINE)
    assert await kept(setup, MODELS[0]) == before


def test_the_time_left_is_reckoned_by_the_pace_so_far() -> None:
    assert seconds_left(reached=250, last=1_000, seconds=10.0) == 30.0
    assert seconds_left(reached=1_000, last=1_000, seconds=40.0) == 0.0


def _command_line(setup: Setup, database: Database, *words: str) -> "subprocess.CompletedProcess[str]":
    settings = {
        "PLACEMENTS_DATABASE_URL": database.app_url,
        "PLACEMENTS_OWNER_DATABASE_URL": database.owner_url,
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
