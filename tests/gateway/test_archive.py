"""A placement that is over and erased goes from the record into a file, and the service goes on around it."""

from pathlib import Path

import asyncpg
import pytest

from events.ids import PupilId, pupil_stream
from infra.proof.checkpoints import Checkpointer
from services.gateway.commands.examples import OF_PLACEMENT, PLACEMENT_ID, PROVIDER_ID, SCHOOL_URN
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver
from tests.gateway.test_lists import evaluated, told
from tests.gateway.test_proof import first_verifier, second_verifier

RECORD = f"/placements/{PLACEMENT_ID}"


@pytest.mark.obligation("C6", "S36")
async def test_an_erased_placement_is_archived_and_the_record_stands_without_it(
    whole: Driver, checkpointer: Checkpointer, database: Database, tmp_path: Path
) -> None:
    await told(whole, OF_PLACEMENT[-1].command)
    outcome = await evaluated(whole)
    await checkpointer.checkpoint()
    file = tmp_path / "2028.jsonl"

    code, printed = await placements(whole, database, "audit", "archive", "2028-12-31", str(file))
    assert (code, "nothing to archive" in printed, file.exists()) == (0, True, False), printed

    conn = await asyncpg.connect(database.owner_url)
    pupil_id = await conn.fetchval("SELECT pupil_id FROM placement WHERE placement_id = $1", PLACEMENT_ID)
    await conn.close()
    await whole.gateway.keys.destroy(pupil_id, owner="school:900001")
    code, printed = await placements(whole, database, "audit", "archive", "2026-09-01", str(file))
    assert (code, "nothing to archive" in printed) == (0, True), printed
    code, printed = await placements(whole, database, "audit", "archive", "2028-12-31", str(file))
    assert (code, "1 placement is in" in printed) == (0, True), printed
    # The pupil's flags and hand-overs go with the pupil's last placement.
    assert f'"stream_id":"{pupil_stream(PupilId(pupil_id))}"' in file.read_text()

    _, key = await placements(whole, database, "audit", "key")
    for code, printed in (
        first_verifier(str(file), "--key", key.strip()),
        await second_verifier(str(file), key.strip()),
    ):
        assert (code, "0 flaws" in printed or "0 wrong" in printed) == (0, True), printed

    changed, whole_record = tmp_path / "changed.jsonl", tmp_path / "record.jsonl"
    changed.write_bytes(file.read_bytes().replace(b'"schema_version":1,', b'"schema_version":2,', 1))
    code, printed = await placements(whole, database, "audit", "detach", str(changed))
    assert (code, "the hash does not follow" in printed) == (1, True), printed
    await placements(whole, database, "audit", "export", str(whole_record))
    code, printed = await placements(whole, database, "audit", "detach", str(whole_record))
    assert (code, "is an export, and no archive" in printed) == (1, True), printed

    code, printed = await placements(whole, database, "audit", "detach", str(file))
    assert (code, "are off the database" in printed) == (0, True), printed
    conn = await asyncpg.connect(database.owner_url)
    of_pupil = await conn.fetchrow(
        "SELECT s.archive IS NOT NULL AS archived, count(e.*) AS events FROM event_store.stream s"
        " LEFT JOIN event_store.event e USING (stream_id) WHERE s.stream_id = $1 GROUP BY s.archive",
        pupil_stream(PupilId(pupil_id)),
    )
    await conn.close()
    assert dict(of_pupil) == {"archived": True, "events": 0}
    code, printed = await placements(whole, database, "audit", "detach", str(file))
    assert (code, "Nothing of it is left" in printed) == (0, True), printed

    for again in ((), ("--archive", str(file))):
        code, printed = await placements(whole, database, "audit", "verify", *again)
        assert (code, "0 flaws" in printed, "--archive checks" in printed) == (0, True, not again), printed
    code, printed = await placements(whole, database, "audit", "replay")
    assert code == 0, printed

    one = tmp_path / "one.jsonl"
    for arguments in (("replay", str(PLACEMENT_ID)), ("export", str(one), "--placement", str(PLACEMENT_ID))):
        code, printed = await placements(whole, database, "audit", *arguments)
        assert (code, "is archived in the file with the SHA-256" in printed) == (1, True), printed
    assert not one.exists()
    gone = await whole.get(RECORD)
    assert (gone.status_code, gone.json()["code"]) == (410, "archived")
    code, printed = await placements(whole, database, "rebuild", "read-models", "outcomes")
    assert code == 0, printed
    assert await evaluated(whole) == outcome, "its figures are carried over"
    for path in (f"/schools/{SCHOOL_URN}", f"/providers/{PROVIDER_ID}", "/placements", "/deadlines", "/events"):
        assert (await whole.get(path)).status_code == 200, path
