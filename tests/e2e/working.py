"""A whole set-up of `placements up`, the people at work with it, and the stories that they tell."""

import asyncio
import itertools
import signal
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import httpx2
import pytest
from temporalio.client import Client

from examples.caseload import BEGINS_AT, directory
from examples.children import CHILDREN
from examples.journey import CALENDAR, Journey, at
from infra.encryption.key_store.provider import FileKeyProvider
from infra.ids import uuid7
from infra.settings import Settings
from infra.temporal.workflow_contract import CHECKPOINT_WORKFLOW, PLACEMENTS_QUEUE
from services.local import environment
from tests.e2e.checks import Store
from tests.e2e.clients import PatientOffice, side_by_side
from tests.e2e.site import until
from tests.embedded import READY, Folder

_SUBSCRIBER = "school-system"
_WRITERS = 3
_MORE = 30
_DRAFTED_ON = CALENDAR.nth_after(BEGINS_AT.date(), 1)
_MEET_ON = CALENDAR.nth_after(_DRAFTED_ON, 1)
_START_ON = CALENDAR.nth_after(_MEET_ON, 8)
_WAITING = "SELECT count(*) FROM letter WHERE status = 'waiting'"
_SENT = "SELECT array_agg(document_id ORDER BY sent_at) FROM letter WHERE status = 'sent' AND placement_id = ANY($1)"
_LAST = "SELECT max(position) FROM event_store.event"


@dataclass(kw_only=True)
class Running:
    """A set-up that runs, the people at work with it, and its database as its owner sees it."""

    office: PatientOffice
    store: Store
    temporal: str

    def journey(self, case: str) -> Journey:
        return Journey(office=self.office, case=case, child=CHILDREN["bramwell"], another_child=True)

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

    async def work_in(self, expected: set[str]) -> None:
        """Waits until Temporal lists these workflows as running: its list follows what it has started."""
        client = await Client.connect(self.temporal)

        async def all_listed() -> bool:
            return expected <= {each.id async for each in client.list_workflows("ExecutionStatus = 'Running'")}

        await until(all_listed, "every open placement has its workflow")

    def heard(self, **place: Any) -> dict[str, Any]:
        """What a subscriber keeps that has heard all from a place on."""
        while (page := self.office.read(_SUBSCRIBER, "/events", limit="500", **place))["next"] != place["after"]:
            place = {"after": page["next"], "mark": page["mark"]}
        return place

    async def sign(self) -> None:
        """A checkpoint now, by the worker."""
        client = await Client.connect(self.temporal)
        await client.execute_workflow(CHECKPOINT_WORKFLOW, id=f"checkpoint-{uuid7()}", task_queue=PLACEMENTS_QUEUE)

    async def _no_letter_waits(self) -> bool:
        return int(await self.store.value(_WAITING)) == 0


@dataclass(kw_only=True)
class Load:
    """People who take placement after placement on its way, at once, until it is enough."""

    running: Running
    begun: list[Journey] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    @asynccontextmanager
    async def under_way(self) -> AsyncIterator[None]:
        working = asyncio.create_task(each_at_once(self._work, range(_WRITERS)))
        try:
            yield
        finally:
            self.enough.set()
            await working

    async def beyond(self, place: dict[str, Any]) -> None:
        """Until other events stand at the positions up to there."""

        async def come() -> bool:
            return bool(await self.running.store.value(_LAST) > place["after"])

        await until(come, "the record has grown past where it was")

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


@asynccontextmanager
async def up(folder: Folder) -> AsyncIterator[Running]:
    """Started, and ended as by Ctrl-C."""
    folder.up()
    await asyncio.to_thread(folder.wait_for, READY)
    values = environment.read(folder.local)
    prefix = "PLACEMENTS_"
    given = {name.removeprefix(prefix).lower(): text for name, text in values.items() if name.startswith(prefix)}
    settings = Settings.model_validate(given)
    url = f"http://{settings.gateway_host}:{settings.gateway_port}"
    with pytest.MonkeyPatch.context() as patched, httpx2.Client(base_url=url, timeout=30.0, trust_env=False) as http:
        # The office wakes workflows with a client of its own.
        patched.setenv("TEMPORAL_ADDRESS", values["TEMPORAL_ADDRESS"])
        patched.setenv("TEMPORAL_NAMESPACE", values["TEMPORAL_NAMESPACE"])
        yield Running(
            office=PatientOffice(settings=settings, http=http, local=folder.local),
            store=Store(dsn=values[environment.OWNER_URL], keys=FileKeyProvider(settings.keys_directory)),
            temporal=values["TEMPORAL_ADDRESS"],
        )
    assert await asyncio.to_thread(folder.end, signal.SIGINT) == 0


async def ready_for_notice(running: Running, journeys: Sequence[Journey]) -> None:
    office = running.office
    await asyncio.to_thread(office.begin, BEGINS_AT)
    await asyncio.to_thread(directory, office)
    await asyncio.to_thread(office.advance, at(_DRAFTED_ON, 9))
    await each_at_once(_refer, journeys)
    await asyncio.to_thread(office.advance, at(_MEET_ON, 12))
    await each_at_once(_agree, journeys)


async def each_at_once(step: Callable[[Any], object], things: Sequence[Any]) -> None:
    await asyncio.to_thread(side_by_side, [partial(step, each) for each in things])


async def tell_again(running: Running, journeys: Sequence[Journey]) -> None:
    """From the beginning, with the same keys, as a client does that knows of no answer."""
    again = [running.journey(each.case) for each in journeys]
    for step in (_refer, _agree, give_notice):
        await each_at_once(step, again)


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


def give_notice(journey: Journey) -> None:
    journey.notify(method="first_class_post")
