"""A whole set-up put back as it stood at a moment, by the command line: what was acknowledged by then is there, nothing
later is, and no letter goes out twice.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.ids import PlacementId, placement_stream
from examples.journey import Journey
from examples.office import Unexpected
from infra.ids import uuid7
from infra.temporal.workflow_contract import placement_workflow_id
from tests.e2e.working import Load, Running, each_at_once, give_notice, ready_for_notice, tell_again, up
from tests.embedded import Folder

_SENT_AT = "SELECT sent_at FROM letter WHERE document_id = $1"
_EVENTS = "SELECT count(*) FROM event_store.event WHERE stream_id = ANY($1)"
_NOTICES = _EVENTS + " AND type = 'NoticeGiven'"
_OPEN = "SELECT array_agg(placement_id) FROM placement WHERE is_open"


@pytest.fixture
def folder(server_folder: Path) -> Iterator[Folder]:
    made = Folder(local=server_folder / f"restored-{uuid7()}")
    made.more["PLACEMENTS_ARCHIVE_DIRECTORY"] = str(made.local.with_suffix(".archive"))
    for each in (made.local, made.local / "postgres"):
        each.mkdir()
        each.chmod(0o755)
    (made.local / "postgres" / "caseload-loaded").touch()  # the example would only take time
    yield made
    made.end_all()


@pytest.mark.obligation("C4", "C6")
async def test_a_set_up_goes_back_to_a_moment_under_load_and_on_from_there(folder: Folder) -> None:
    copy, letters = folder.local.with_suffix(".copy"), folder.local / "letters"
    async with up(folder) as running:
        early, late, last = ([running.journey(f"{name}/{n}") for n in range(3)] for name in ("early", "late", "last"))
        await ready_for_notice(running, [*early, *late, *last])
        load = Load(running=running)
        async with load.under_way():
            await load.more()
            await _done(folder, "backup", str(copy))
            await load.more()

            acknowledged = list(running.office.told)
            place = await asyncio.to_thread(running.heard, after=0, mark="")
            await each_at_once(give_notice, early)
            first, _, newest = await running.letters_of(early)
            # The sender has this letter, and that it was sent is noted just after: so the record will not know it.
            moment = await running.store.value(_SENT_AT, newest)

            begun = len(load.begun)
            await each_at_once(give_notice, late)
            lost, *_ = await running.letters_of(late)
            place_since = await asyncio.to_thread(running.heard, **place)
            await load.more()
        await running.rests()
        await running.sign()
    for taken_out in (first, newest, lost):
        (letters / f"{taken_out}.pdf").unlink()
    left = _files(letters)
    assert len(left) == 3, "of six, three were taken out to be posted"

    await _done(folder, "restore", str(copy), "--until", moment.isoformat())
    assert not (folder.local / "temporal").exists()
    folder.more |= {
        "PLACEMENTS_RECORD_ORIGIN": "localhost/placements-2",
        "PLACEMENTS_CHECKPOINTS_DIRECTORY": str(folder.local / "checkpoints-2"),
    }
    async with up(folder) as running:
        await running.rests()
        assert await running.store.value(_NOTICES, _streams(early)) == 3
        assert await running.store.value(_NOTICES, _streams(late)) == 0
        assert await running.store.value(_EVENTS, _streams(load.begun[begun:])) == 0
        await running.store.everything_holds(acknowledged)
        open_now = {placement_workflow_id(each) for each in await running.store.value(_OPEN)}
        assert {placement_workflow_id(UUID(each.placement_id)) for each in [*early, *late, *last]} <= open_now
        await running.work_in(open_now)
        assert await running.store.value(_SENT_AT, newest) > moment, "given to its sender again"
        assert _files(letters) == left, "what the sender had before is not put out again, noted or not"

        await _subscribers_notice(running, before=place, since=place_since)
        await tell_again(running, late)
        assert lost in await running.letters_of(late)
        assert _files(letters) == left, "made again, known to the sender, and not put out again"
        await each_at_once(give_notice, [replace(each, office=running.office) for each in last])
        await running.rests()
        assert len(_files(letters).items() - left.items()) == len(last), "what is new goes out"
        await running.store.everything_holds([*acknowledged, *running.office.told])
        await running.sign()
        await _done(folder, "audit", "verify")
    assert list((folder.local / "checkpoints").iterdir()), "what proves the hours that were lost"


async def _subscribers_notice(running: Running, *, before: dict[str, Any], since: dict[str, Any]) -> None:
    """Though the record has grown past the place of one that heard of what was lost."""
    load = Load(running=running)
    async with load.under_way():
        await load.beyond(since)
    await asyncio.to_thread(running.heard, **before)
    with pytest.raises(Unexpected, match="record_restored"):
        await asyncio.to_thread(running.heard, **since)


async def _done(folder: Folder, *arguments: str) -> None:
    ended = await asyncio.to_thread(folder.placements, *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _streams(journeys: Sequence[Journey]) -> list[str]:
    return [placement_stream(PlacementId(UUID(each.placement_id))) for each in journeys]


def _files(letters: Path) -> dict[str, tuple[int, int]]:
    """Each with what a new writing of it would change."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in letters.glob("*.pdf")}
