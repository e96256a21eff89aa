"""A pupil's record belongs to one organisation: no other one reads it, writes it, uses its id or destroys its key."""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from events.ids import derived_id
from infra.encryption.keys import KeyErased, KeyOfAnother
from infra.ids import uuid7
from infra.temporal import client as temporal
from services.application import submission
from services.application.deciders import placement
from services.application.facts import needs
from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID, PROVIDER_ID, PUPIL_ID, STORY
from services.local.people import DemonstrationPerson
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import DRAFT, Driver, path_of

OTHER = "900002"
CHANGE = EXAMPLES["change-pupil-flags"]
COMMUNICATED = EXAMPLES["record-communication"]
ERASURE = {"decided_on": "2026-11-23", "ground": "unlawfully_processed", "reference": "IG-2026/041"}


async def _other_school(driver: Driver) -> None:
    register = EXAMPLES["register-school"] | {"name": "Ravensmoor School"}
    for command, body in (("register-school", register), ("publish-calendar", EXAMPLES["publish-calendar"])):
        answer = await driver.give(f"/schools/{OTHER}/commands/{command}", body, "la_officer")
        assert answer.status_code == 200, answer.text


async def _drafted(driver: Driver, pupil_id: UUID, who: str = "case_worker", **changed: Any) -> Any:
    return await driver.give("/placements", DRAFT.body | {"pupil_id": str(pupil_id)} | changed, who)


@pytest.mark.obligation("C6")
async def test_another_school_cannot_use_a_pupils_id_nor_learn_that_it_is_one(whole: Driver) -> None:
    await _other_school(whole)
    pupil_id, erased = uuid7(), uuid7()
    assert (await _drafted(whole, pupil_id)).status_code == 201
    assert (await _drafted(whole, erased)).status_code == 201
    await whole.gateway.keys.destroy(erased, owner="school:900001")

    taken = [
        await _drafted(whole, each, "other_school", home_school_urn=OTHER, commissioner="academy")
        for each in (PROVIDER_ID, pupil_id, erased)
    ]
    new = await _drafted(whole, uuid7(), "other_school", home_school_urn=OTHER)
    own = await _drafted(whole, erased)

    assert {(answer.status_code, answer.content) for answer in taken} == {(422, taken[0].content)}
    assert taken[0].json()["errors"] == [
        {"pointer": "/pupil_id", "detail": "No pupil has this id. Leave it out for a new one."}
    ]
    assert new.status_code == 201, new.text
    assert (own.status_code, own.json()["code"]) == (409, "personal_data_erased"), "its own school is told"
    # That the refused drafts left nothing behind shows in the key: it still opens the record.
    assert (await _drafted(whole, pupil_id)).status_code == 201


@pytest.mark.obligation("C6")
async def test_an_undecided_draft_holds_the_id_for_its_school(gw: Driver) -> None:
    pupil_id = uuid7()
    first = await gw.once("/placements", DRAFT.body | {"pupil_id": str(pupil_id)})

    other = await gw.once(
        "/placements", DRAFT.body | {"pupil_id": str(pupil_id), "home_school_urn": OTHER}, "other_school"
    )

    assert (first.status_code, other.status_code) == (202, 422), other.text


@pytest.mark.obligation("C6")
async def test_a_school_does_not_draft_for_the_council_under_its_own_pupils_id(whole: Driver) -> None:
    pupil_id = uuid7()
    assert (await _drafted(whole, pupil_id)).status_code == 201

    council = await _drafted(whole, pupil_id, commissioner="la", legal_basis="S19_OTH")

    assert council.status_code == 422, "the council's record is one of its own, by a hand-over"


@contextlib.contextmanager
def _earlier_release() -> Iterator[None]:
    """As the release before controllers were recorded decided: nobody asks whose a pupil is, and nothing says it."""

    async def nobody(*_: object, **__: object) -> None:
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(needs, "ownership", nobody)
        patch.setattr(submission, "require_usable", nobody)
        patch.setattr(placement, "open_record", nobody)
        yield


async def _withdraw(driver: Driver, placement: str, who: str) -> None:
    answer = await driver.give(f"/placements/{placement}/commands/withdraw", EXAMPLES["withdraw"], who)
    assert answer.status_code == 200, answer.text


@pytest.mark.obligation("C6")
async def test_what_another_school_decided_in_an_old_store_destroys_no_key(whole: Driver, database: Database) -> None:
    await _other_school(whole)
    pupil_id = uuid7()
    whole.tokens.minted["head_there"] = whole.tokens.mint(
        DemonstrationPerson(slug="head-there", name="Head There", roles=("head",), org=f"school:{OTHER}")
    )
    with _earlier_release():
        here, there = [
            (await _drafted(whole, pupil_id, who, home_school_urn=urn)).json()["placement_id"]
            for who, urn in (("case_worker", "900001"), ("other_school", OTHER))
        ]
        await _withdraw(whole, there, "head_there")
        old = await whole.give(f"/placements/{there}/commands/decide-erasure", ERASURE, "head_there")
        assert old.status_code == 200, old.text
    await _withdraw(whole, here, "head")

    with _earlier_release():
        third = (await _drafted(whole, pupil_id, "other_school", home_school_urn=OTHER)).json()["placement_id"]
        await _withdraw(whole, third, "head_there")
    now = await whole.give(f"/placements/{third}/commands/decide-erasure", ERASURE, "head_there")
    await temporal.sweep_due(whole.gateway.temporal)
    await whole.rest()
    said = ("pupil", "erase", str(pupil_id), "--reference", "IG-2026/041", "--yes", "--ground", "unlawfully_processed")
    by_them = await placements(whole, database, *said, "--decided-by", "head", "--organisation", f"school:{OTHER}")
    by_a_council = await placements(whole, database, *said, "--decided-by", "la_officer")

    assert (now.status_code, [each["code"] for each in now.json()["reasons"]]) == (409, ["not_controller"])
    assert (by_them[0], "another organisation" in by_them[1]) == (1, True), by_them
    assert (by_a_council[0], "belongs to a school" in by_a_council[1]) == (1, True), by_a_council
    assert (await whole.get(f"/placements/{here}")).json()["record"]["pupil"]["legal_name"] == "Rowan Tester-Field"
    with pytest.raises(KeyOfAnother):
        await _claimed(whole, pupil_id)

    by_us = await placements(whole, database, *said, "--decided-by", "head")
    assert by_us[0] == 0, by_us
    with pytest.raises(KeyErased):
        await whole.gateway.keys.get(pupil_id)


async def _claimed(driver: Driver, pupil_id: UUID) -> None:
    """The next draft of the controller opens the record and claims the key: the key store refuses others by itself."""
    again = await _drafted(driver, pupil_id)
    assert again.status_code == 201, again.text
    await _withdraw(driver, again.json()["placement_id"], "head")
    await driver.gateway.keys.destroy(pupil_id, owner=f"school:{OTHER}")


@pytest.mark.obligation("C6")
async def test_a_pupils_record_is_read_and_changed_by_who_may_and_by_nobody_else(whole: Driver) -> None:
    await whole.take(DRAFT)
    path = f"/pupils/{PUPIL_ID}"
    asked = ("case_worker", "la_officer", "auditor", "other_school", "other_provider")

    changed = await whole.give(path_of("change-pupil-flags"), CHANGE)
    by_council = await whole.give(path_of("change-pupil-flags"), CHANGE | {"flags": [], "plan": None}, "la_officer")
    by_others = await whole.give(path_of("change-pupil-flags"), CHANGE, "other_school")
    of_nobody = await whole.give(f"/pupils/{uuid7()}/commands/change-pupil-flags", CHANGE)
    read = {who: await whole.get(path, who) for who in asked}

    assert [event["type"] for event in changed.json()["events"]] == ["PupilFlagsChanged"], changed.text
    assert [each["code"] for each in by_council.json()["reasons"]] == ["not_controller"]
    assert (by_others.status_code, of_nobody.status_code) == (404, 404)
    assert {who: answer.status_code for who, answer in read.items()} == {
        "case_worker": 200,
        "la_officer": 200,
        "auditor": 200,
        "other_school": 404,
        "other_provider": 404,
    }
    assert read["case_worker"].json()["controller"] == "school:900001"
    [standing] = read["case_worker"].json()["standings"]
    assert (standing["flags"], standing["plan"]["la_code"]) == (["ehcp", "social_worker"], "831")
    [withheld] = read["auditor"].json()["standings"]
    assert (withheld["flags"], withheld["plan"]) == (None, None)


@pytest.mark.obligation("C6")
async def test_a_pupils_record_goes_with_the_key(whole: Driver) -> None:
    await whole.take(DRAFT)
    (await whole.give(path_of("change-pupil-flags"), CHANGE)).raise_for_status()

    await whole.gateway.keys.destroy(PUPIL_ID, owner="school:900001")

    [standing] = (await whole.get(f"/pupils/{PUPIL_ID}")).json()["standings"]
    assert (standing["flags"], standing["plan"]) == ([], None)
    again = await whole.give(path_of("change-pupil-flags"), CHANGE)
    assert (again.status_code, again.json()["code"]) == (409, "personal_data_erased")


@pytest.mark.obligation("C6")
async def test_after_a_hand_over_giver_and_receiver_each_erase_their_own_record(
    whole: Driver, database: Database
) -> None:
    """A hand-over gives the receiver a record of its own, and each erases its own."""
    await _other_school(whole)
    await whole.take(DRAFT)
    body = EXAMPLES["hand-over-pupil"] | {"to": f"school:{OTHER}", "copied": ["details"]}

    handed = await whole.give(path_of("hand-over-pupil"), body)
    assert handed.status_code == 200, handed.text
    [link] = (await whole.get(f"/pupils/{PUPIL_ID}")).json()["handed_over"]
    their_id = UUID(link["to_pupil_id"])
    theirs = (await whole.get(f"/pupils/{their_id}", "other_school")).json()
    drafted = await _drafted(whole, their_id, "other_school", home_school_urn=OTHER)
    unseen = await whole.get(f"/pupils/{their_id}")
    said = ("--reference", "IG-2026/041", "--decided-by", "head", "--yes", "--ground", "unlawfully_processed")
    await _withdraw(whole, str(PLACEMENT_ID), "head")
    erased = await placements(whole, database, "pupil", "erase", str(PUPIL_ID), *said)

    assert their_id != PUPIL_ID
    assert (theirs["controller"], theirs["received"]["from_pupil_id"]) == (f"school:{OTHER}", str(PUPIL_ID))
    assert (theirs["received"]["pupil"]["legal_name"], theirs["received"]["picture"]) == ("Rowan Tester-Field", None)
    assert (drafted.status_code, unseen.status_code) == (201, 404), drafted.text
    assert erased[0] == 0, erased
    still = (await whole.get(f"/pupils/{their_id}", "other_school")).json()
    assert still["received"]["pupil"]["legal_name"] == "Rowan Tester-Field", "each erases its own"


@pytest.mark.obligation("C6")
async def test_a_school_drafts_for_a_council_it_gave_a_pupil_but_does_not_erase(
    whole: Driver, database: Database
) -> None:
    """A council that took a pupil over is drafted for by the school, and erases its record itself."""
    await whole.take(DRAFT)
    handed = await whole.give(path_of("hand-over-pupil"), EXAMPLES["hand-over-pupil"])
    [link] = (await whole.get(f"/pupils/{PUPIL_ID}")).json()["handed_over"]
    council, unused = UUID(link["to_pupil_id"]), derived_id(UUID(handed.json()["command_id"]), "none")
    said = ("--reference", "IG-2026/041", "--yes", "--ground", "unlawfully_processed")

    drafted = await _drafted(whole, council, commissioner="la", legal_basis="S19_OTH")
    await _withdraw(whole, drafted.json()["placement_id"], "head")
    by_school = await placements(whole, database, "pupil", "erase", str(council), *said, "--decided-by", "head")
    by_council = await placements(whole, database, "pupil", "erase", str(council), *said, "--decided-by", "la_officer")
    missing = await placements(whole, database, "pupil", "erase", str(unused), *said, "--decided-by", "la_officer")

    assert drafted.status_code == 201, drafted.text
    assert (by_school[0], by_council[0], missing[0]) == (1, 0, 1), (by_school, by_council, missing)
    assert (await whole.gateway.keys.get(PUPIL_ID)).key_id == PUPIL_ID, "the school's own record stays"


async def test_a_draft_of_an_impossible_birth_is_refused_at_its_place(whole: Driver) -> None:
    async def born(born_on: str, **changed: Any) -> Any:
        return await _drafted(whole, uuid7(), pupil=DRAFT.body["pupil"] | {"born_on": born_on}, **changed)

    answers = {
        "date_in_future": [await born("2031-01-01")],
        "pupil_age_out_of_range": [
            await born("1970-01-01"),
            await born("2010-05-04", legal_basis="SUSP6"),
        ],
    }

    for code, refused in answers.items():
        for answer in refused:
            assert [(each["code"], each["pointer"]) for each in answer.json()["reasons"]] == [
                (code, "/pupil/born_on")
            ], answer.text
            assert "1970" not in answer.text
    assert (await born("2012-05-14")).status_code == 201


@pytest.mark.obligation("C6")
async def test_the_council_sees_the_placement_while_it_maintains_the_plan(whole: Driver, database: Database) -> None:
    for step in STORY[: [each.command for each in STORY].index("submit-referral") + 1]:
        (await whole.take(step)).raise_for_status()
    for council in ("830", "832"):
        person = DemonstrationPerson(
            slug=f"la{council}", name=f"Officer {council}", roles=("send_officer",), org=f"la:{council}"
        )
        whole.tokens.minted[council] = whole.tokens.mint(person)
    path, lists = f"/placements/{PLACEMENT_ID}", "/placements"
    plan = {"la_code": "830", "name": "Sample Council", "address": "2 Example Street, Matlock, DE99 8ZZ"}

    async def seen() -> dict[str, tuple[int, int, int]]:
        """Of the placement, of the pupil, and in the list; the placement hears of a change with its next command."""
        (await whole.give(f"{path}/commands/add-note", {"text": "Looked at again"})).raise_for_status()
        found = {}
        for who in ("830", "832", "la_officer"):
            answers = [await whole.get(each, who) for each in (path, f"/pupils/{PUPIL_ID}", lists)]
            found[who] = (answers[0].status_code, answers[1].status_code, len(answers[2].json()["placements"]))
        return found

    before = await seen()
    (await whole.give(path_of("change-pupil-flags"), CHANGE | {"plan": plan})).raise_for_status()
    during = await seen()
    replayed = await placements(whole, database, "audit", "replay")
    noted = await whole.give(f"{path}/commands/add-note", {"text": "The plan names a school"}, "830")
    arranged = await whole.give(f"{path}/commands/record-communication", COMMUNICATED, "830")
    (await whole.give(path_of("change-pupil-flags"), CHANGE | {"flags": [], "plan": None})).raise_for_status()
    after = await seen()

    nothing, whole_record = (404, 404, 0), (200, 200, 1)
    assert before == {"830": nothing, "832": nothing, "la_officer": whole_record}
    assert during == {"830": whole_record, "832": nothing, "la_officer": whole_record}
    assert after == before
    assert replayed[0] == 0, replayed
    assert noted.status_code == 200, noted.text
    assert [each["code"] for each in arranged.json()["reasons"]] == ["another_councils_placement"]
