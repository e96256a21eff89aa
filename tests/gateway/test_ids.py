"""One id is a pupil's or a provider's, never both; and who is refused makes no key."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from events.codec import canonical_json
from events.ids import ProviderId, derived_id, provider_stream
from infra.clock import clock_for
from infra.event_store.append import append
from infra.event_store.types import ANY, NewEvent, StreamAppend
from infra.ids import uuid7
from infra.postgres.db import connection, transaction
from services.application.erasure import erase
from services.application.facts.held import hold
from services.application.facts.holders import Holder, holders
from services.gateway.commands.examples import EXAMPLES, PROVIDER_ID, SCHOOL_URN
from tests.gateway.driving import DRAFT, Driver
from tests.gateway.test_reading import told

CORRECTED = EXAMPLES["correct-school"]


def _keys(driver: Driver) -> set[str]:
    return {path.name for path in Path(driver.gateway.settings.keys_directory, "keys").iterdir()}


async def _is_free(driver: Driver, id_: UUID) -> bool:
    async with connection(driver.gateway.engine) as conn:
        return not await holders(conn, id_)


@pytest.mark.parametrize(
    ("command", "who", "status"),
    [
        ("register-provider", "auditor", 403),
        ("register-provider", "head", 403),
        ("publish-directory-entry", "case_worker", 403),
        ("suspend-directory-entry", "other_provider", 403),
        ("record-provider-details", "other_provider", 403),
        ("raise-provider-concern", "case_worker", 409),
        ("complete-due-diligence", "head", 409),
        ("record-qa-visit", "la_officer", 409),
    ],
)
async def test_a_refused_command_makes_no_key(gw: Driver, command: str, who: str, status: int) -> None:
    before, id_, key = _keys(gw), uuid7(), uuid7()
    path = f"/providers/{id_}/commands/{command}"

    answer = await gw.give(path, EXAMPLES[command], who, key=key)
    again = await gw.give(path, EXAMPLES[command], who, key=key)

    assert answer.status_code == status
    if status == 409:
        assert again.text == answer.text
        async with connection(gw.gateway.engine) as conn:
            kept = await conn.fetchrow("SELECT body, key_id FROM command WHERE command_id = $1", key)
        assert (kept["body"], kept["key_id"]) == (b"{}", None)
    assert _keys(gw) == before
    assert await _is_free(gw, id_)


async def test_a_refused_registration_makes_no_key_and_an_accepted_one_makes_one(gw: Driver) -> None:
    before, id_, key = _keys(gw), uuid7(), uuid7()
    path = f"/providers/{id_}/commands/register-provider"

    refused = await gw.give(path, EXAMPLES["register-provider"] | {"sites": []}, "la_officer")
    none = _keys(gw)
    accepted = await gw.give(path, EXAMPLES["register-provider"], "la_officer", key=key)
    repeated = await gw.give(path, EXAMPLES["register-provider"], "la_officer", key=key)
    reused = await gw.give(path, EXAMPLES["register-provider"] | {"name": "Other"}, "la_officer", key=key)

    assert (refused.status_code, accepted.status_code, reused.status_code) == (409, 200, 422)
    assert repeated.text == accepted.text
    assert none == before
    assert _keys(gw) == {*before, str(id_)}
    async with connection(gw.gateway.engine) as conn:
        assert await holders(conn, id_) == {Holder.PROVIDER}


@pytest.mark.parametrize("named", [True, False])
async def test_a_command_id_that_was_used_makes_no_key(gw: Driver, named: bool) -> None:
    """Of whatever it was used for before: a command without a key, a draft of another pupil, or a provider's."""
    used, drafted, provider = uuid7(), uuid7(), uuid7()
    assert (await gw.give(f"/schools/{SCHOOL_URN}/commands/correct-school", CORRECTED, key=used)).status_code == 409
    assert (await gw.once("/placements", DRAFT.body | {"pupil_id": str(uuid7())}, key=drafted)).status_code == 202
    before = _keys(gw)

    answers = [
        *[
            await gw.once("/placements", DRAFT.body | {"pupil_id": str(uuid7()) if named else None}, key=key)
            for key in (used, drafted)
        ],
        *[
            await gw.once(f"/providers/{provider}/commands/{command}", EXAMPLES[command], key=key)
            for key in (used, drafted)
            for command in ("register-provider", "raise-provider-concern")
        ],
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(422, "idempotency_key_reused")}
    assert _keys(gw) == before
    assert await _is_free(gw, provider)


async def test_a_provider_is_not_registered_under_a_pupils_id(whole: Driver) -> None:
    await told(whole, "draft-referral")
    record = (await whole.get("/placements")).json()["placements"][0]["placement_id"]
    pupil_id = (await whole.get(f"/placements/{record}")).json()["record"]["pupil_id"]
    waiting = uuid7()
    drafted = await whole.give("/placements", {**DRAFT.body, "pupil_id": str(waiting)})
    before = _keys(whole)

    for taken in (pupil_id, waiting):
        answer = await whole.give(
            f"/providers/{taken}/commands/register-provider", EXAMPLES["register-provider"], "la_officer"
        )
        assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (409, "provider_id_taken")

    assert drafted.status_code == 201
    assert _keys(whole) == before
    async with connection(whole.gateway.engine) as conn:
        assert await holders(conn, UUID(pupil_id)) == {Holder.PUPIL}


async def test_a_pupil_is_not_drafted_under_a_providers_id(whole: Driver) -> None:
    command_id = uuid7()
    derived = derived_id(command_id, "pupil")
    path = f"/providers/{derived}/commands/register-provider"
    (await whole.give(path, EXAMPLES["register-provider"], "la_officer")).raise_for_status()

    named = await whole.give("/placements", {**DRAFT.body, "pupil_id": str(PROVIDER_ID)})
    made = await whole.give("/placements", {**DRAFT.body, "pupil_id": None}, key=command_id)

    for answer in (named, made):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/pupil_id")
    async with connection(whole.gateway.engine) as conn:
        assert await holders(conn, PROVIDER_ID) == {Holder.PROVIDER}


async def test_an_erasure_leaves_a_key_that_a_provider_has_from_before(whole: Driver) -> None:
    """Of a record in which both were given one id."""
    await told(whole, "draft-referral")
    gateway = whole.gateway
    placement_id = (await whole.get("/placements")).json()["placements"][0]["placement_id"]
    pupil_id = UUID((await whole.get(f"/placements/{placement_id}")).json()["record"]["pupil_id"])
    async with transaction(gateway.engine) as conn:
        data = canonical_json({"kind": "non_school", "name": "x", "provider_id": pupil_id, "sites": []})
        event = NewEvent(
            event_id=uuid7(), type="ProviderRegistered", schema_version=1, data=data, personal=None, meta="{}"
        )
        stream = StreamAppend(stream_id=provider_stream(ProviderId(pupil_id)), expected=ANY, events=(event,))
        await append(conn, stream, recorded_at=await clock_for(gateway.settings).now(conn))

    async with transaction(gateway.engine) as conn:
        found = await hold(conn, pupil_id, gateway.keys)
        assert found.is_provider
        assert not await erase(conn, found, gateway.keys)
        assert not await erase(conn, replace(found, states={}, own={}, decided_unplaced=True), gateway.keys)

    assert str(pupil_id) in _keys(whole)
