"""No address shows who a pupil is without a trace; and once the key is gone none does, while what counts counts on."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import httpx2
import pytest

from events.ids import derived_id
from infra import commands
from infra.encryption.keys import KeyErased
from infra.ids import uuid7
from infra.postgres.db import connection
from infra.proof.checkpoints import Checkpointer
from services.gateway.commands.examples import PLACEMENT_ID, PROVIDER_ID
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import DRAFT, Driver
from tests.gateway.test_lists import told
from tests.gateway.walking import walk

TEXTS = ("Rowan", "Tester", "Marlow", "B801200005001", "2 Example Row")
_READERS = ("case_worker", "head", "la_officer", "social_worker", "provider_user", "auditor", "integration")
_PAGES = {
    *("/placements/{placement_id}", "/placements/{placement_id}/timeline", "/placements/{placement_id}/full-record"),
    *("/placements/{placement_id}/documents/{document_id}", "/events/{event_id}", "/today", "/returns/census"),
}


@dataclass(slots=True)
class Walked:
    """Addresses by their template: who was answered, where an answer named the pupil, and where that left no trace."""

    answered: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    naming: set[str] = field(default_factory=set)
    untraced: set[str] = field(default_factory=set)


async def _walked(driver: Driver, owner: asyncpg.Connection) -> Walked:
    walked = Walked()
    for who in _READERS:
        read_before = await owner.fetchval("SELECT count(*) FROM access_log")
        async for each in walk(driver, who):
            read = await owner.fetchval("SELECT count(*) FROM access_log")
            (walked.answered if each.status == httpx2.codes.OK else walked.refused).add(each.template)
            if any(text in each.text for text in TEXTS):
                walked.naming.add(each.template)
                walked.untraced |= {each.asked} if read == read_before else set()
            read_before = read
    return walked


@pytest.mark.obligation("C6")
async def test_no_address_names_a_pupil_untraced_and_none_does_after_the_erasure(
    whole: Driver, checkpointer: Checkpointer, database: Database
) -> None:
    await told(whole, "close")
    await checkpointer.checkpoint()
    owner = await asyncpg.connect(database.owner_url)
    pupil_id = await owner.fetchval("SELECT pupil_id FROM placement WHERE placement_id = $1", PLACEMENT_ID)

    assert await owner.fetchval("SELECT count(*) FROM placement_name WHERE pupil_id = $1", pupil_id) == 1
    before = await _walked(whole, owner)
    assert before.refused <= before.answered, "each address was read by somebody"
    assert before.naming >= _PAGES
    assert before.untraced == set()

    said = ("pupil", "erase", str(pupil_id), "--reference", "IG-2027/041", "--decided-by", "head", "--yes")
    kept = await placements(whole, database, *said, "--ground", "objection")
    assert (kept[0], "kept until the end of 2033" in kept[1]) == (1, True)
    erased = await placements(whole, database, *said, "--ground", "unlawfully_processed")
    while "not yet decided" in erased[1]:
        erased = await placements(whole, database, *said, "--ground", "unlawfully_processed")
    assert (erased[0], erased[1].splitlines()[0]) == (
        0,
        "The key is destroyed. Older copies of its folder must be destroyed as well.",
    )
    assert "Not reached: access packs" in erased[1]
    again = await placements(whole, database, *said, "--ground", "unlawfully_processed")
    assert (again[0], "erased before" in again[1]) == (1, True)
    unknown = await placements(whole, database, "pupil", "erase", str(PLACEMENT_ID), *said[3:], "--ground", "objection")
    assert (unknown[0], "no such pupil" in unknown[1]) == (1, True)
    await whole.rest()

    after = await _walked(whole, owner)
    # Neither the name nor the hashes by which it was found.
    assert await owner.fetchval("SELECT count(*) FROM placement_name WHERE pupil_id = $1", pupil_id) == 0
    await owner.close()
    assert after.naming == set()
    assert before.answered - after.answered == {"/placements/{placement_id}/documents/{document_id}"}
    timeline = (await whole.get(f"/placements/{PLACEMENT_ID}/timeline")).json()["events"]
    [decided] = [each for each in timeline if each["type"] == "ErasureDecided"]
    assert (decided["data"]["ground"], decided["actor"]["role"]) == ("unlawfully_processed", "head")
    code, replayed = await placements(whole, database, "audit", "replay", str(PLACEMENT_ID), "--personal")
    assert (code, [each for each in TEXTS if each in replayed]) == (0, [])
    census = (await whole.get("/returns/census", term="spring", year=2027)).json()
    assert [row["erased"] for row in census["rows"]] == [True], "it is counted all the same"


@pytest.mark.obligation("C6")
async def test_a_refused_drafts_words_can_be_erased_and_a_providers_key_cannot(
    whole: Driver, database: Database
) -> None:
    key = uuid7()
    refused = await whole.give("/placements", DRAFT.body | {"commissioner": "pru"}, key=key)
    pupil_id = derived_id(key, "pupil")
    decided = ("--ground", "unlawfully_processed", "--decided-by", "head", "--yes", "--reference")

    async def erase(asked: UUID, reference: str = "IG-2027/041") -> tuple[int, str]:
        return await placements(whole, database, "pupil", "erase", str(asked), *decided, reference)

    unsound = await erase(pupil_id, "Rowan")
    erased, again, other = await erase(pupil_id), await erase(pupil_id), await erase(PROVIDER_ID)

    assert refused.status_code == 409, refused.text
    assert [unsound[0], erased[0], again[0], other[0]] == [1, 0, 1, 1], [unsound, erased, again, other]
    assert ("number" in unsound[1], "erased before" in again[1], "no such pupil" in other[1]) == (True,) * 3
    with pytest.raises(KeyErased):
        await whole.gateway.keys.get(pupil_id)
    assert await whole.gateway.keys.get(PROVIDER_ID)
    async with connection(whole.gateway.engine) as conn:
        [kept] = await commands.of_stream(
            conn, f"pupil-{pupil_id}", after=(datetime.min.replace(tzinfo=UTC), key), limit=9
        )
    assert kept.answer is not None
    said = json.loads(kept.answer)
    assert (kept.status, said["ground"], said["reference"]) == ("accepted", "unlawfully_processed", "IG-2027/041")
