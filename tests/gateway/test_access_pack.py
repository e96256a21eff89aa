"""What is kept about one pupil, in one archive: all of it, nothing of another, and the reading is logged."""

import json
import zipfile
from pathlib import Path

import asyncpg
import pytest

from domain.placement.record.redaction import WITHHELD
from infra.encryption.keys import KeyErased
from infra.identity.tokens import Person
from infra.ids import uuid7
from infra.temporal import client as temporal
from services.application import access_pack
from services.gateway.commands.examples import PLACEMENT_ID, WEEK
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import DRAFT, Driver
from tests.gateway.test_lists import told


@pytest.mark.obligation("C6")
async def test_everything_about_one_pupil_and_nothing_of_another(
    whole: Driver, database: Database, tmp_path: Path
) -> None:
    await told(whole, "start-placement")
    # It is noon, and the morning's register was not taken: the worker's own sweep, every few minutes, may say so first.
    await temporal.sweep_due(whole.gateway.temporal)
    other = {**DRAFT.body["pupil"], "legal_name": "Quentin Elsewhere"}
    second = (await whole.draft(pupil=other)).json()["placement_id"]
    reader = (await whole.get(f"/placements/{PLACEMENT_ID}/timeline")).json()["events"][0]["actor"]["id"]
    conn = await asyncpg.connect(database.owner_url)
    pupil_id = await conn.fetchval("SELECT pupil_id FROM placement WHERE placement_id = $1", PLACEMENT_ID)
    file = tmp_path / "pack.zip"

    code, printed = await placements(whole, database, "pupil", "access-pack", str(pupil_id), str(file))
    again, _ = await placements(whole, database, "pupil", "access-pack", str(pupil_id), str(file))
    logged = await conn.fetch("SELECT placement_id, why FROM access_log WHERE what = 'access_pack'")
    await conn.close()

    assert (code, again) == (0, 2), printed
    assert [tuple(row) for row in logged] == [(PLACEMENT_ID, "command line")]
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        inside = {name.removeprefix(f"{PLACEMENT_ID}/"): archive.read(name) for name in archive.namelist()}
    assert "Rowan Tester-Field" in inside["record.html"].decode()
    events = json.loads(inside["events.json"])
    assert events[0]["said"]["pupil"]["legal_name"] == "Rowan Tester-Field"
    assert events[0]["by"] == {"role": "case_worker", "organisation": "school:900001"}
    assert {content[:5] for name, content in inside.items() if name.startswith("documents/")} == {b"%PDF-"}
    assert {each["what"] for each in json.loads(inside["readings.json"])} >= {"timeline", "access_pack"}
    register = json.loads(inside["register.json"])
    assert [(each["type"], each["by"]["role"]) for each in register] == [("AbsenceAlertRaised", "system")]
    assert register[0]["stream"] == f"attendance-{PLACEMENT_ID}-{WEEK}"
    notice, agreement = (
        {name.partition("/")[0] for name in inside if kind in name} for kind in ("-notice-", "-agreement")
    )
    assert (notice, agreement) == ({"documents"}, {"to-look-at"}), sorted(inside)
    assert {each["status"] for each in json.loads(inside["letters.json"]).values()} == {"by_hand"}
    said = inside["record.html"] + inside["events.json"] + inside["register.json"]
    for other in ("Sorrel Sample", "Marlow Tester-Field", "01632 960001"):
        assert other not in said.decode(), "parents, and staff of a provider that is no school"
    for staff in ("Quill Example", "01632 960002"):
        assert staff in said.decode(), "staff of the school and of social work stay by name"
    assert "consider-serious-harm" in inside["about.txt"].decode()
    assert "safeguarding lead" in printed
    assert WITHHELD in said.decode()
    everything = b"".join(inside.values()).decode(errors="replace")
    for private in ("Quentin", second):
        assert private not in everything
    assert reader not in inside["readings.json"].decode()
    assert {tuple(each["by"]) for each in events} == {("role", "organisation")}

    keys = whole.gateway.keys
    made = access_pack.files(whole.gateway.engine, pupil_id, keys, Person(id=uuid7(), roles=frozenset(), org=None))
    await anext(made)
    await keys.destroy(pupil_id, owner="school:900001")
    with pytest.raises(KeyErased):
        [name async for name, _ in made]
    erased, words = await placements(whole, database, "pupil", "access-pack", str(pupil_id), str(tmp_path / "none.zip"))
    assert (erased, "were erased" in words, (tmp_path / "none.zip").exists()) == (1, True, False)
