"""A whole set-up put back as it stood at a moment, by the command line: what was acknowledged by then is there, nothing
later is, and no letter goes out twice.
"""

import asyncio
import itertools
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from temporalio.client import Client

from events.ids import PlacementId, placement_stream
from examples.caseload import BEGINS_AT, directory
from examples.children import CHILDREN
from examples.journey import CALENDAR, Journey, at
from infra.embedded import environment
from infra.ids import uuid7
from infra.keys import FileKeyProvider
from infra.settings import Settings
from infra.workflow_contract import CHECKPOINT_WORKFLOW, PLACEMENTS_QUEUE, placement_workflow_id
from tests.e2e.checks import Store
from tests.e2e.clients import PatientOffice, side_by_side
from tests.e2e.site import until
from tests.embedded import READY, Folder

_WRITERS = 3
_MORE = 30
_DRAFTED_ON = CALENDAR.nth_after(BEGINS_AT.date(), 1)
_MEET_ON = CALENDAR.nth_after(_DRAFTED_ON, 1)
_START_ON = CALENDAR.nth_after(_MEET_ON, 8)
_WAITING = "SELECT count(*) FROM letter WHERE status = 'waiting'"
_SENT = "SELECT array_agg(document_id ORDER BY sent_at) FROM letter WHERE status = 'sent' AND placement_id = ANY($1)"
_SENT_AT = "SELECT sent_at FROM letter WHERE document_id = $1"
_EVENTS = "SELECT count(*) FROM event_store.event WHERE stream_id = ANY($1)"
_NOTICES = _EVENTS + " AND type = 'NoticeGiven'"
_OPEN = "SELECT array_agg(placement_id) FROM placement WHERE is_open"


@dataclass(kw_only=True)
class _Running:
    """A set-up that runs, the people at work with it, and its database as its owner sees it."""

    office: PatientOffice
    store: Store
    temporal: str

    def journey(self, case: str) -> Journey:
        return Journey(office=self.office, case=case, child=CHILDREN["bramwell"])

    async def rests(self) -> None:
        await until(self.store.at_rest, "everything is decided and followed")
        await until(self._no_letter_waits, "every letter is handed over")

    async def letters_of(self, journeys: Sequence[Journey]) -> list[UUID]:
        """Waits for the one letter of each, and gives them in the order in which their sender took them."""
        found: list[UUID] = []

        async def all_sent() -> bool:
            found[:] = await self.store.value(_SENT, [UUID(each.placement_id) for each in journeys]) or []
            return len(found) == len(journeys)

        await until(all_sent, "the letters are handed over")
        return found

    async def workflows(self) -> set[str]:
        client = await Client.connect(self.temporal)
        return {each.id async for each in client.list_workflows("ExecutionStatus = 'Running'")}

    async def sign(self) -> None:
        """A checkpoint now, by the worker."""
        client = await Client.connect(self.temporal)
        await client.execute_workflow(CHECKPOINT_WORKFLOW, id=f"checkpoint-{uuid7()}", task_queue=PLACEMENTS_QUEUE)

    async def _no_letter_waits(self) -> bool:
        return int(await self.store.value(_WAITING)) == 0


@dataclass(kw_only=True)
class _Load:
    """People who take placement after placement on its way, at once, until it is enough."""

    running: _Running
    begun: list[Journey] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        working = asyncio.create_task(_each(self._work, range(_WRITERS)))
        try:
            yield
        finally:
            self.enough.set()
            await working

    async def more(self) -> None:
        told = len(self.running.office.told)

        async def grown() -> bool:
            return len(self.running.office.told) > told + _MORE

        await until(grown, "the people at work were answered")

    def _work(self, person: int) -> None:
        for number in itertools.count():
            if self.enough.is_set():
                return
            journey = self.running.journey(f"load/{person}/{number}")
            self.begun.append(journey)
            _refer(journey)
            journey.stop(journey.case_worker, "withdraw", "parent_request", "The family asked")


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
    async with _up(folder) as running:
        early, late, last = ([running.journey(f"{name}/{n}") for n in range(3)] for name in ("early", "late", "last"))
        await _ready_for_notice(running, [*early, *late, *last])
        load = _Load(running=running)
        async with load.under_way():
            await load.more()
            await _done(folder, "backup", str(copy))
            await load.more()

            acknowledged = list(running.office.told)
            await _each(_give_notice, early)
            first, _, newest = await running.letters_of(early)
            # The sender has this letter, and that it was sent is noted just after: so the record will not know it.
            moment = await running.store.value(_SENT_AT, newest)

            begun = len(load.begun)
            await _each(_give_notice, late)
            lost, *_ = await running.letters_of(late)
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
    async with _up(folder) as running:
        await running.rests()
        assert await running.store.value(_NOTICES, _streams(early)) == 3
        assert await running.store.value(_NOTICES, _streams(late)) == 0
        assert await running.store.value(_EVENTS, _streams(load.begun[begun:])) == 0
        await running.store.everything_holds(acknowledged)
        open_now = {placement_workflow_id(each) for each in await running.store.value(_OPEN)}
        assert {placement_workflow_id(UUID(each.placement_id)) for each in [*early, *late, *last]} <= open_now
        assert open_now <= await running.workflows()
        assert await running.store.value(_SENT_AT, newest) > moment, "given to its sender again"
        assert _files(letters) == left, "what the sender had before is not put out again, noted or not"

        await _tell_again(running, late)
        assert lost in await running.letters_of(late)
        assert _files(letters) == left, "made again, known to the sender, and not put out again"
        await _each(_give_notice, [replace(each, office=running.office) for each in last])
        await running.rests()
        assert len(_files(letters).items() - left.items()) == len(last), "what is new goes out"
        await running.store.everything_holds([*acknowledged, *running.office.told])
        await running.sign()
        await _done(folder, "audit", "verify")
    assert list((folder.local / "checkpoints").iterdir()), "what proves the hours that were lost"


@asynccontextmanager
async def _up(folder: Folder) -> AsyncIterator[_Running]:
    """Started, and ended as by Ctrl-C."""
    folder.up()
    await asyncio.to_thread(folder.wait_for, READY)
    values = environment.read(folder.local)
    prefix = "PLACEMENTS_"
    given = {name.removeprefix(prefix).lower(): text for name, text in values.items() if name.startswith(prefix)}
    settings = Settings.model_validate(given)
    url = f"http://{settings.gateway_host}:{settings.gateway_port}"
    with pytest.MonkeyPatch.context() as patched, httpx.Client(base_url=url, timeout=30.0, trust_env=False) as http:
        # The office wakes workflows with a client of its own.
        patched.setenv("TEMPORAL_ADDRESS", values["TEMPORAL_ADDRESS"])
        patched.setenv("TEMPORAL_NAMESPACE", values["TEMPORAL_NAMESPACE"])
        yield _Running(
            office=PatientOffice(settings=settings, http=http, local=folder.local),
            store=Store(dsn=values[environment.OWNER_URL], keys=FileKeyProvider(settings.keys_directory)),
            temporal=values["TEMPORAL_ADDRESS"],
        )
    assert await asyncio.to_thread(folder.end, signal.SIGINT) == 0


async def _done(folder: Folder, *arguments: str) -> None:
    ended = await asyncio.to_thread(folder.placements, *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr


async def _ready_for_notice(running: _Running, journeys: Sequence[Journey]) -> None:
    office = running.office
    await asyncio.to_thread(office.begin, BEGINS_AT)
    await asyncio.to_thread(directory, office)
    await asyncio.to_thread(office.advance, at(_DRAFTED_ON, 9))
    await _each(_refer, journeys)
    await asyncio.to_thread(office.advance, at(_MEET_ON, 12))
    await _each(_agree, journeys)


async def _each(step: Callable[[Any], object], things: Sequence[Any]) -> None:
    await asyncio.to_thread(side_by_side, [partial(step, each) for each in things])


async def _tell_again(running: _Running, journeys: Sequence[Journey]) -> None:
    """From the beginning, with the same keys, as a client does that knows of no answer."""
    again = [running.journey(each.case) for each in journeys]
    for step in (_refer, _agree, _give_notice):
        await _each(step, again)


def _refer(journey: Journey) -> None:
    """As on the first day; on a later one nothing of it is too late."""
    journey.day = _DRAFTED_ON
    for step in (journey.draft, journey.submit, journey.propose):
        step()
    journey.convene(_MEET_ON)


def _agree(journey: Journey) -> None:
    journey.day = _MEET_ON
    journey.meet()
    journey.determine(_START_ON, 40, CALENDAR.nth_after(_START_ON, 30))
    journey.agree()


def _give_notice(journey: Journey) -> None:
    journey.notify(method="email")


def _streams(journeys: Sequence[Journey]) -> list[str]:
    return [placement_stream(PlacementId(UUID(each.placement_id))) for each in journeys]


def _files(letters: Path) -> dict[str, tuple[int, int]]:
    """Each with what a new writing of it would change."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in letters.glob("*.pdf")}
