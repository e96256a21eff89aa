"""What was written about one child is nowhere in clear: no log, no server's file, no history, no feed, no address."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from temporalio.client import Client

from events.codec import PLACEMENT, canonical_json
from examples.children import Child
from examples.journey import CALENDAR, Journey
from examples.setting import site_address
from infra.event_store.read import read_stream
from infra.ids import uuid7
from infra.streams.records import Decryptor
from services.local.people import PEOPLE
from services.local.postgres_data import passwords
from tests.e2e.site import PATIENCE_SECONDS, Site, until

CHILD = Child(
    slug="zebulon",
    name="Zebulon Quixwhistle-Vandersprocket",
    born_on="2012-06-17",
    sex="M",
    upn="J831400022001",
    year_group=10,
    parent="Euphrosyne Quixwhistle",
    flags=("social_worker",),
)
WORDS = ("Zebulon", "Quixwhistle", "Vandersprocket", "Euphrosyne", CHILD.upn, "zebulon@example", CHILD.born_on)
FREE_TEXT = "Kaleidoscope afternoons went badly for Zebulon"
_SHORTEST = 12
STAFF = frozenset(person.name for person in PEOPLE)
"""Who works with the record is in the register of people in clear (ADR 30), and in no other table."""
_TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'event_store')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story told to the service, and every personal text that it holds for it."""

    site: Site
    journey: Journey
    texts: tuple[str, ...]

    def found(self, clear: str | bytes) -> list[str]:
        """Which of the texts stand in `clear`, whatever their case."""
        content = (clear.encode() if isinstance(clear, str) else clear).lower()
        return [text for text in self.texts if text.lower().encode() in content]


@pytest.fixture(scope="module")
async def told(whole_site: Site) -> Told:
    """One child's placement from referral into its first review, with faults and foolish requests on the way."""
    journey = whole_site.journey("privacy")
    journey.child = CHILD
    await asyncio.to_thread(_tell, journey)
    await _with_servers_away(whole_site, journey)
    await asyncio.to_thread(_ask_foolishly, whole_site, journey)
    await whole_site.holds()
    texts = tuple(sorted({*WORDS, FREE_TEXT, *await _personal_texts(whole_site, journey)}))
    assert len(texts) > 30
    return Told(site=whole_site, journey=journey, texts=texts)


@pytest.mark.obligation("C6")
async def test_who_may_see_the_record_sees_what_is_looked_for_here(told: Told) -> None:
    record = await asyncio.to_thread(told.site.office.read, told.journey.case_worker, told.journey.path)

    found = told.found(json.dumps(record))
    assert {"Zebulon", CHILD.upn, CHILD.parent} <= set(found)
    assert len(found) > 20


async def test_no_log_holds_it_nor_a_secret(told: Told) -> None:
    logs = [*_files(told.site.servers.folder / "local" / "logs"), *told.site.servers.folder.glob("*.log")]
    secrets = [*told.site.office.tokens.values(), *passwords(told.site.servers.installation).values()]

    clear = {path.name: path.read_text(errors="replace") for path in logs}

    assert {"gateway.log", "worker.log", "postgres.log", "temporal.log"} <= set(clear)
    assert told.journey.placement_id in clear["worker.log"], "what is looked for would be found"
    assert {name: told.found(text) for name, text in clear.items() if told.found(text)} == {}
    assert [name for name, text in clear.items() for secret in secrets if secret in text] == []


async def test_no_file_of_any_server_holds_it(told: Told) -> None:
    """PostgreSQL's tables, its log of changes and Temporal's database, as bytes on disk, and the folder of keys."""
    files = list(_files(told.site.servers.folder))

    found = {str(path.relative_to(told.site.servers.folder)): told.found(_bytes(path)) for path in files}

    assert {"state.db", "state.db-wal", "PG_VERSION"} <= {path.name for path in files}
    state = b"".join(_bytes(path) for path in files if path.name.startswith("state.db"))
    assert told.journey.placement_id.encode() in state, "what is looked for would be found"
    children = {name: [text for text in texts if text not in STAFF] for name, texts in found.items()}
    assert {name: texts for name, texts in children.items() if texts} == {}


async def test_no_column_of_any_table_holds_it(told: Told) -> None:
    """Each value by itself, since the database may compress a long one on disk."""
    conn = await asyncpg.connect(told.site.store.dsn)
    tables = [row[0] for row in await conn.fetch(_TABLES)]
    cells = [
        (table, column, value if isinstance(value, bytes) else str(value))
        for table in tables
        for row in await conn.fetch(f"SELECT * FROM {table}")  # noqa: S608 - names of tables from the catalogue
        for column, value in row.items()
    ]
    await conn.close()

    assert {"command", "placement", "deadline"} <= {table.removeprefix("public.") for table in tables}
    assert any(told.journey.placement_id in value for _, _, value in cells if isinstance(value, str))
    found = [(table, column, told.found(value)) for table, column, value in cells if told.found(value)]
    assert [each for each in found if each[:2] != ("public.person", "name") or set(each[2]) - STAFF] == []


@pytest.mark.obligation("C4")
async def test_no_workflow_history_holds_it(told: Told) -> None:
    client = await Client.connect(told.site.servers.temporal.address)
    histories = [
        await client.get_workflow_handle(each.id, run_id=each.run_id).fetch_history()
        async for each in client.list_workflows()
    ]

    # As bytes too: in JSON, what is said to a workflow is encoded once more.
    clear = [(history.to_json(), b"".join(e.SerializeToString() for e in history.events)) for history in histories]

    assert any(told.journey.placement_id.encode() in raw for _, raw in clear), "what is looked for would be found"
    assert [told.found(text) + told.found(raw) for text, raw in clear if told.found(text) or told.found(raw)] == []


@pytest.mark.obligation("C10")
async def test_no_notification_holds_it(told: Told) -> None:
    pages = await asyncio.to_thread(_whole_feed, told.site)

    assert told.journey.placement_id in pages
    assert told.found(pages) == []


async def test_no_address_and_no_header_holds_it(told: Told) -> None:
    exchanged = "\n".join(told.site.office.exchanged)

    assert told.journey.placement_id in exchanged
    assert told.found(exchanged) == []


def _tell(journey: Journey) -> None:
    start = CALENDAR.nth_after(journey.day, 10)
    journey.draft()
    journey.submit()
    journey.propose()
    meet_on = CALENDAR.nth_after(journey.day, 1)
    journey.convene(meet_on)
    journey.move(meet_on, 12)
    journey.meet()
    journey.determine(start, 30, CALENDAR.nth_after(start, 10))
    journey.agree()
    journey.notify()
    journey.move(start)
    journey.start()
    _correct(journey)
    journey.move(CALENDAR.nth_after(start, 1))
    review = journey.review_of("plan")
    journey.arrange_review(review, journey.day + timedelta(days=9))
    journey.give(journey.case_worker, "record-parent-view", **_view(journey))


def _view(journey: Journey) -> dict[str, Any]:
    return {"stance": "agree", "given_on": journey.day.isoformat(), "view": FREE_TEXT}


def _correct(journey: Journey) -> None:
    """A personal text and a date that deadlines follow from are put right."""
    timeline = journey.office.read(journey.case_worker, f"{journey.path}/timeline")["events"]
    by_type = {each["type"]: each["event_id"] for each in timeline}
    later = CALENDAR.nth_after(journey.start_on, 34)
    for name, value in (("reasons", f"{FREE_TEXT}, as the minutes have it"), ("proposed_end", later)):
        journey.give(
            journey.case_worker,
            "correct-record",
            corrects_event_id=by_type["PlacementDetermined"],
            field=name,
            value=canonical_json(value),
            reason=f"{FREE_TEXT}: a slip",
        )


async def _with_servers_away(site: Site, journey: Journey) -> None:
    """A command is kept while the worker is away, then tried while the database is, then carried out."""
    site.stack.kill(site.stack.worker)
    body = _view(journey)
    key = str(uuid7())
    path = f"{journey.path}/commands/record-parent-view"
    kept = await asyncio.to_thread(_send, site, journey.case_worker, path, body, key)
    assert kept.status_code == httpx2.codes.ACCEPTED
    site.servers.postgres.stop()
    await site.stack.start_worker()
    away = await asyncio.to_thread(_send, site, journey.case_worker, path, body, key)
    assert away.status_code == httpx2.codes.SERVICE_UNAVAILABLE
    await site.servers.start_postgres()
    await until(site.store.at_rest, "the command is carried out")


def _send(site: Site, person: str, path: str, body: dict[str, Any], key: str) -> httpx2.Response:
    answer = site.office.once("POST", person, path, json=body, headers={"Idempotency-Key": key})
    assert answer is not None
    return answer


def _ask_foolishly(site: Site, journey: Journey) -> None:
    """Requests that have the child's name wherever a client could wrongly put it. None is a fault of the service."""
    name, token = CHILD.name, site.office.token(journey.case_worker)
    signed = {"Authorization": f"Bearer {token}"}
    base = f"{site.stack.url}/api/v1"
    with httpx2.Client(trust_env=False, timeout=PATIENCE_SECONDS) as http:
        answers = [
            http.get(f"{base}/placements", params={"q": name}, headers=signed),
            http.get(f"{base}/placements/{name}", headers=signed),
            http.get(f"{base}/{name}", headers=signed),
            http.get(f"{base}/placements", headers={"Authorization": f"Bearer {name}"}),
            http.get(f"{base}/events/stream", headers={**signed, "Last-Event-ID": name}),
            http.post(f"{base}/placements", json={"pupil": name}, headers={**signed, "Idempotency-Key": name}),
            http.post(f"{base}/placements", json={name: name}, headers={**signed, "Idempotency-Key": str(uuid7())}),
            http.request(name.partition(" ")[0].upper(), f"{base}/placements", headers=signed),
        ]
    assert {answer.status_code // 100 for answer in answers} <= {2, 4}


async def _personal_texts(site: Site, journey: Journey) -> set[str]:
    """Every longer text in the sealed part of the placement's events, opened with its pupil's key."""
    conn = await asyncpg.connect(site.store.dsn)
    stored = await read_stream(conn, f"placement-{journey.placement_id}")
    await conn.close()
    opener = Decryptor(site.store.keys)
    clear = [await opener.open(each) for each in stored]
    assert all(PLACEMENT.decode(s.type, s.schema_version, s.data, c) for s, c in zip(stored, clear, strict=True))
    leaves = {leaf for each in clear if each for leaf in _texts(json.loads(each))}
    # Where a provider teaches is public, and the directory holds it in clear.
    published = site_address(journey.provider, journey.site)
    return {leaf for leaf in leaves if len(leaf) >= _SHORTEST and " " in leaf and leaf != published}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for each in value.values() for text in _texts(each))
        case list():
            yield from (text for each in value for text in _texts(each))


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        # A server at work takes files away; what it takes away holds nothing any more.
        return b""


def _whole_feed(site: Site) -> str:
    pages, after = [], 0
    while True:
        page = site.office.read("school-system", "/events", after=str(after))
        pages.append(json.dumps(page))
        if not page["events"]:
            return "\n".join(pages)
        after = page["next"]
