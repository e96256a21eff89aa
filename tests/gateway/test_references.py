"""The short reference in place of the id: in paths, in the search of the caseload, on the command line, in answers."""

from uuid import UUID

import pytest

from domain.shared.references import reference_of
from services.gateway.commands.examples import PLACEMENT_ID, STORY
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import DRAFT, Driver

REFERENCE = reference_of(UUID(str(PLACEMENT_ID)))
BARE = REFERENCE.removeprefix("AP-").replace("-", "")
SUBMIT = next(step for step in STORY if step.command == "submit-referral")
PATHS = ("", "/timeline", "/deadlines", "/evidence", "/documents", "/commands", "/attendance", "/attendance/2026-W50")


async def test_every_answer_of_a_placement_has_its_reference_beside_its_id(whole: Driver) -> None:
    answer = await whole.take(DRAFT)
    assert (answer.status_code, answer.json()["reference"]) == (201, REFERENCE)

    (await whole.take(SUBMIT)).raise_for_status()
    for path in PATHS:
        found = (await whole.get(f"/placements/{PLACEMENT_ID}{path}")).json()
        assert (found["placement_id"], found["reference"]) == (str(PLACEMENT_ID), REFERENCE), path
    (row,) = (await whole.get("/placements")).json()["placements"]
    assert (row["placement_id"], row["reference"]) == (str(PLACEMENT_ID), REFERENCE)


async def test_a_reference_is_taken_wherever_an_id_is_in_any_form(whole: Driver, database: Database) -> None:
    (await whole.take(DRAFT)).raise_for_status()

    for typed in (REFERENCE, REFERENCE.lower(), BARE, BARE.lower(), BARE.replace("0", "O").replace("1", "l")):
        for path in PATHS:
            found = await whole.get(f"/placements/{typed}{path}")
            assert (found.status_code, found.json().get("placement_id")) == (200, str(PLACEMENT_ID)), (typed, path)
        (row,) = (await whole.get("/placements", q=typed)).json()["placements"]
        assert row["reference"] == REFERENCE
        code, printed = await placements(whole, database, "audit", "replay", typed, "--json")
        assert (code, "ReferralDrafted" in printed) == (0, True), printed
    document = await whole.get(f"/placements/{REFERENCE}/full-record", "head")
    assert REFERENCE in document.text
    previewed = await whole.http.post(
        f"/api/v1/placements/{REFERENCE}/commands/submit-referral/preview",
        json={},
        headers=whole.headers("case_worker"),
    )
    assert previewed.status_code in {200, 422}, previewed.text
    submitted = await whole.give(f"/placements/{REFERENCE.lower()}/commands/submit-referral", {}, "case_worker")
    assert submitted.status_code in {200, 409}, submitted.text


@pytest.mark.parametrize("typed", ["AP-7K3M-9QX2-4D", "ap7k3m9qx24", "7K3M9QX24U"], ids=["sign", "short", "letter"])
async def test_a_mistyped_reference_is_refused_as_mistyped(gw: Driver, database: Database, typed: str) -> None:
    for path in PATHS:
        found = await gw.get(f"/placements/{typed}{path}")
        assert (found.status_code, found.json()["code"]) == (422, "reference_mistyped"), path
        assert found.json()["errors"][0]["pointer"] == "/path/placement_id"
    assert (await gw.get("/placements", q=typed)).json()["code"] == "reference_mistyped"
    given = await gw.give(f"/placements/{typed}/commands/submit-referral", {}, "case_worker")
    assert given.json()["code"] == "reference_mistyped"
    code, printed = await placements(gw, database, "audit", "evidence", typed)
    assert (code, "mistyped" in printed) == (2, True), printed


async def test_who_is_not_signed_in_hears_that_and_not_that_a_reference_is_mistyped(gw: Driver) -> None:
    for typed in ("AP-7K3M-9QX2-4D", REFERENCE, "nonsense"):
        found = await gw.http.get(f"/api/v1/placements/{typed}")
        assert found.status_code == 401


async def test_a_reference_that_nobody_has_is_as_one_that_is_not_visible(whole: Driver) -> None:
    (await whole.take(DRAFT)).raise_for_status()
    unknown = reference_of(UUID(int=7))

    nobody = await whole.get(f"/placements/{unknown}")
    hidden = await whole.get(f"/placements/{REFERENCE}", "other_provider")

    assert (nobody.status_code, hidden.status_code) == (404, 404)
    assert nobody.json() | {"instance": None} == hidden.json() | {"instance": None}
    assert (await whole.get("/placements", q=unknown)).json()["placements"] == []
