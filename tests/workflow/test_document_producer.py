"""Documents are made as their events are recorded: once, kept as made, and put on record by the placement itself."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.documents.signing import signatures
from events.codes import DocumentKind
from infra.documents import store
from infra.encryption import vault
from infra.encryption.keys import DataKey, KeyErased
from infra.postgres.db import connection
from infra.postgres.migrations.versions.r0006_documents import BEGIN_HERE
from infra.subscriptions.runner import read_alone
from services.gateway.commands.examples import EXAMPLES, STORY
from services.workflow.handlers.document_producer import NAME, DocumentProducer
from tests.conftest import Database
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.handling import drain, handle
from tests.workflow.storytelling import tell

_FIRST = {step.command: step for step in reversed(STORY)}


@pytest.fixture
async def producer(setup: Setup) -> DocumentProducer:
    return DocumentProducer(setup.keys, setup.clock, setup.client, setup.renderer)


@pytest.fixture
async def submitted(driver: Driver) -> Driver:
    """A referral as submitted: it brings the referral form."""
    for kind in ("draft-referral", "submit-referral"):
        await driver.accepted(kind, _FIRST[kind].body)
    return driver


async def _produced(driver: Driver) -> list[Any]:
    return [each.event for each in await driver.events() if type(each.event).__name__ == "DocumentProduced"]


async def _begin_again(setup: Setup) -> None:
    """As if the subscription's position had been lost."""
    async with connection(setup.engine) as conn:
        await conn.execute("UPDATE subscription SET position = 0 WHERE name = $1", NAME)


@pytest.mark.obligation("S36", "S29")
async def test_a_document_is_made_kept_and_put_on_record(
    setup: Setup, producer: DocumentProducer, submitted: Driver
) -> None:
    await handle(setup, producer)

    (event,) = await _produced(submitted)
    key = await setup.keys.get(submitted.pupil_id)
    async with connection(setup.engine) as conn:
        page = await store.read(conn, key, event.document_id, "html")
        pdf = await store.read(conn, key, event.document_id, "pdf")
        raw = await conn.fetchval("SELECT sealed FROM document WHERE document_id = $1", event.document_id)
    assert page is not None
    assert pdf is not None
    assert b"Rowan Tester-Field" in page
    assert b"Rowan" not in raw
    assert event.fingerprint == vault.fingerprint(key, pdf).hex()
    assert event.page_fingerprint == vault.fingerprint(key, page).hex()
    assert event.cause == (await submitted.events())[1].event_id


async def test_a_subscription_that_begins_again_makes_nothing_twice(
    setup: Setup, producer: DocumentProducer, submitted: Driver
) -> None:
    await handle(setup, producer)
    before = await _rows(setup)

    await _begin_again(setup)
    await handle(setup, DocumentProducer(setup.keys, setup.clock, setup.client, setup.renderer))

    assert len(await _produced(submitted)) == 1
    assert await _rows(setup) == before


async def _rows(setup: Setup) -> list[tuple[UUID, bytes]]:
    async with connection(setup.engine) as conn:
        return [tuple(row) for row in await conn.fetch("SELECT document_id, sealed FROM document ORDER BY 1, 2")]


async def test_what_was_made_before_a_crash_stands_as_it_was(
    setup: Setup, producer: DocumentProducer, submitted: Driver
) -> None:
    """Kept and recorded as a command, but never dispatched: the sweep's work, and the same document."""
    await read_alone(setup.engine, producer)  # as if the process had ended here
    before = await _rows(setup)
    assert await _produced(submitted) == []

    ((command_id, kind),) = await _undecided(setup)
    assert await submitted.hand_over(command_id, kind, attempt=1)

    assert {each.document_id for each in await _produced(submitted)} == {row[0] for row in before}
    assert await _rows(setup) == before


async def _undecided(setup: Setup) -> list[tuple[UUID, str]]:
    async with connection(setup.engine) as conn:
        rows = await conn.fetch("SELECT command_id, kind FROM command WHERE status = 'recorded'")
    return [tuple(row) for row in rows]


async def test_a_command_of_a_process_that_ended_is_dispatched_by_the_next_drain(
    setup: Setup, producer: DocumentProducer, submitted: Driver
) -> None:
    await read_alone(setup.engine, producer)  # as if the process had ended between the commit and the hint
    assert await _produced(submitted) == []

    await drain(setup, DocumentProducer(setup.keys, setup.clock, setup.client, setup.renderer))

    assert len(await _produced(submitted)) == 1
    assert await _undecided(setup) == []


async def test_nothing_is_made_about_a_pupil_whose_key_is_gone(
    setup: Setup, producer: DocumentProducer, submitted: Driver
) -> None:
    await setup.keys.destroy(submitted.pupil_id, owner="school:900001")

    await handle(setup, producer)

    assert await _rows(setup) == []
    assert await _produced(submitted) == []


async def test_a_document_cannot_be_read_once_the_pupils_key_is_gone(
    setup: Setup, producer: DocumentProducer, submitted: Driver
) -> None:
    await handle(setup, producer)
    (event,) = await _produced(submitted)

    await setup.keys.destroy(submitted.pupil_id, owner="school:900001")

    with pytest.raises(KeyErased):
        await setup.keys.get(submitted.pupil_id)
    another = DataKey(key_id=submitted.pupil_id, secret=bytes(range(32)))
    async with connection(setup.engine) as conn:
        with pytest.raises(vault.PersonalDataUnreadable):
            await store.read(conn, another, event.document_id, "pdf")


async def test_what_was_recorded_before_there_were_documents_brings_none(
    producer: DocumentProducer, submitted: Driver, database: Database
) -> None:
    """A letter of last year must not go out because the service was brought up to date."""
    conn = await asyncpg.connect(database.owner_url)
    await conn.execute(BEGIN_HERE)
    await conn.close()

    await handle(submitted.setting, producer)

    assert await _produced(submitted) == []


async def test_a_document_made_since_somebody_looked_turns_away_no_command(
    producer: DocumentProducer, submitted: Driver
) -> None:
    seen = len(await submitted.events())
    await handle(submitted.setting, producer)
    present = len(await submitted.events())

    early, beyond = [
        await submitted.give("withdraw", EXAMPLES["withdraw"], "head", expected_version=version)
        for version in (seen - 1, present + 1)
    ]
    current = await submitted.give("withdraw", EXAMPLES["withdraw"], "head", expected_version=seen)

    assert (early.http_status, beyond.http_status) == (412, 412)
    assert (seen, current.http_status) == (present - 1, 200)


@pytest.mark.obligation("S27", "S29")
async def test_what_was_signed_stays_as_it_was_shown_when_terms_change(
    setup: Setup, driver: Driver, producer: DocumentProducer
) -> None:
    await tell(driver, until="issue-agreement")
    await handle(setup, producer)
    shown = await _agreement(setup, driver)

    await tell(driver, after="issue-agreement", until="move-start-date")
    await _begin_again(setup)
    await handle(setup, DocumentProducer(setup.keys, setup.clock, setup.client, setup.renderer))

    (signed,) = signatures(await driver.events()).items()
    assert signed[0] == shown.document_id
    assert [each.event.party for each in signed[1]] == ["school", "provider"]
    assert await _agreement(setup, driver) == shown
    key = await setup.keys.get(driver.pupil_id)
    (event,) = [each for each in await _produced(driver) if each.kind is DocumentKind.AGREEMENT]
    assert event.page_fingerprint == vault.fingerprint(key, shown.page).hex()
    assert event.fingerprint == vault.fingerprint(key, shown.pdf).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    document_id: UUID
    page: bytes
    pdf: bytes


async def _agreement(setup: Setup, driver: Driver) -> _Shown:
    (event,) = [each for each in await _produced(driver) if each.kind is DocumentKind.AGREEMENT]
    key = await setup.keys.get(driver.pupil_id)
    async with connection(setup.engine) as conn:
        page = await store.read(conn, key, event.document_id, "html")
        pdf = await store.read(conn, key, event.document_id, "pdf")
    assert page is not None
    assert pdf is not None
    return _Shown(document_id=event.document_id, page=page, pdf=pdf)
