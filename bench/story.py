"""What is measured needs a past: one placement told to its end, many under way, by the product's own commands."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx2

from bench.sizes import Sizes
from examples import caseload
from examples.children import CHILDREN
from examples.journey import CALENDAR, Journey, at
from examples.office import Office
from infra.settings import Settings
from tests.stack import Stack

CASE_WORKER = "amara-case-worker"
COMMAND = "record-parent-view"
_DRAFTED_ON = date(2026, 11, 6)
_MEET_ON = date(2026, 11, 11)
_DECIDED_ON = date(2026, 11, 13)
_START_ON = date(2026, 11, 26)
_TELLERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`active` are placements under way; `body` is a command that each of them may be given any number of times."""

    closed_placement: str
    active: tuple[str, ...]
    body: dict[str, Any]


def tell(stack: Stack, sizes: Sizes) -> Told:
    """Waits for each answer and for each timer, so it is for a thread of its own."""
    os.environ.update(stack.variables)
    with httpx2.Client(base_url=stack.url, timeout=30, trust_env=False) as http:
        office = Office(settings=Settings(), http=http, local=stack.services.logs.parent)
        office.begin(caseload.BEGINS_AT)
        caseload.directory(office)
        closed = _closed(office)
        active = _active(office, sizes.placements)
    view = "Glad to see the mornings go better, and asks to be told on the day when one does not."
    body = {"stance": "agree", "given_on": _START_ON.isoformat(), "view": view}
    return Told(closed_placement=closed, active=active, body=body)


def _closed(office: Office) -> str:
    for _, step in sorted(caseload.closed(office, "bramwell"), key=lambda step: step[0]):
        step()
    (only,) = office.read(CASE_WORKER, "/placements")["placements"]
    return str(only["placement_id"])


def _active(office: Office, count: int) -> tuple[str, ...]:
    children = list(CHILDREN.values())
    journeys = [
        Journey(office=office, case=f"bench/{number}", child=children[1], another_child=True) for number in range(count)
    ]
    stages = (
        (_DRAFTED_ON, _refer),
        (_MEET_ON - timedelta(days=1), lambda each: each.convene(_MEET_ON)),
        (_MEET_ON, lambda each: each.meet()),
        (_DECIDED_ON, _decide),
        (_START_ON, lambda each: each.start()),
    )
    with ThreadPoolExecutor(_TELLERS) as tellers:
        for day, step in stages:
            office.advance(at(day, 12))
            for journey in journeys:
                journey.day = day
            list(tellers.map(step, journeys))
    return tuple(journey.placement_id for journey in journeys)


def _refer(journey: Journey) -> None:
    journey.draft()
    journey.submit()
    journey.propose()


def _decide(journey: Journey) -> None:
    journey.determine(_START_ON, 30, CALENDAR.nth_after(_START_ON, 10))
    journey.agree()
    journey.notify()
