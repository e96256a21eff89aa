"""No address shows who a pupil is without a trace; and once the key is gone none does, while what counts counts on."""

from dataclasses import dataclass, field

import asyncpg
import httpx
import pytest

from services.gateway.examples import PLACEMENT_ID
from services.workflow.checkpointing import checkpointer_for
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver
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
            (walked.answered if each.status == httpx.codes.OK else walked.refused).add(each.template)
            if any(text in each.text for text in TEXTS):
                walked.naming.add(each.template)
                walked.untraced |= {each.asked} if read == read_before else set()
            read_before = read
    return walked


@pytest.mark.obligation("C6")
async def test_no_address_names_a_pupil_without_a_trace_and_none_after_the_erasure(
    whole: Driver, database: Database
) -> None:
    await told(whole, "close")
    await checkpointer_for(whole.gateway.settings, whole.gateway.engine).checkpoint()
    owner = await asyncpg.connect(database.owner_url)
    pupil_id = await owner.fetchval("SELECT pupil_id FROM placement WHERE placement_id = $1", PLACEMENT_ID)

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
    assert erased[0] == 0, erased[1]
    again = await placements(whole, database, *said, "--ground", "unlawfully_processed")
    assert (again[0], "erased before" in again[1]) == (1, True)
    unknown = await placements(whole, database, "pupil", "erase", str(PLACEMENT_ID), *said[3:], "--ground", "objection")
    assert (unknown[0], "no such pupil" in unknown[1]) == (1, True)
    await whole.rest()

    after = await _walked(whole, owner)
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
