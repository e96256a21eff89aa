"""The path of one command: every way it can be answered, and what a repeat of it gets."""

import asyncio
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from events.ids import derived_id
from infra.ids import uuid7
from services.application.dispatch import dispatch
from services.gateway.commands import commanding, examples
from services.gateway.commands.bodies import JSON
from services.gateway.commands.catalogue import SPECS
from services.gateway.commands.examples import BEFORE, PROVIDER_ID, SCHOOL_URN, STORY, StoryStep
from services.local.people import DemonstrationPerson
from tests.conftest import Database
from tests.gateway.driving import DRAFT, Driver, path_of

REGISTER_SCHOOL = STORY[0]
PUBLISH_CALENDAR = STORY[1]
REGISTER_PROVIDER = STORY[2]
SCHOOL = f"/schools/{SCHOOL_URN}/commands"


def problem(answer: Any) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "code"} <= found.keys()
    assert found["status"] == answer.status_code
    assert found["type"] == f"/problems/{found['code']}"
    return found


async def test_a_school_is_registered_at_once(gw: Driver) -> None:
    answer = await gw.take(REGISTER_SCHOOL)

    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert [event["type"] for event in answer.json()["events"]] == ["SchoolRegistered"]
    assert (await gw.get(f"/schools/{SCHOOL_URN}")).json()["name"] == "Alderbrook Academy"


@pytest.mark.obligation("C7")
async def test_while_temporal_is_away_a_draft_is_kept_and_a_repeat_told_the_same(gw: Driver) -> None:
    key = uuid7()

    first = await gw.once("/placements", DRAFT.body, key=key)
    again = await gw.once("/placements", DRAFT.body, key=key)

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json() == {"command_id": str(key), "status": "recorded"}
    assert first.headers["Location"] == f"/api/v1/commands/{key}"
    status = await gw.get(f"/commands/{key}")
    assert (status.json()["status"], status.json()["outcome"]) == ("recorded", None)


async def test_a_repeat_gets_the_first_answer_byte_for_byte(gw: Driver) -> None:
    key = uuid7()

    first = await gw.give(f"{SCHOOL}/register-school", REGISTER_SCHOOL.body, "la_officer", key=key)
    again = await gw.give(f"{SCHOOL}/register-school", REGISTER_SCHOOL.body, "la_officer", key=key)
    spaced = json.dumps(REGISTER_SCHOOL.body, indent=3, sort_keys=True).encode()
    otherwise = await gw.give(f"{SCHOOL}/register-school", None, "la_officer", key=key, content=spaced)

    assert first.status_code == again.status_code == otherwise.status_code == 200
    assert first.content == again.content == otherwise.content


async def test_a_refusal_is_kept_and_repeated_even_if_it_would_be_accepted_now(gw: Driver) -> None:
    key = uuid7()
    refused = await gw.give(f"{SCHOOL}/publish-calendar", PUBLISH_CALENDAR.body, "head", key=key)
    await gw.take(REGISTER_SCHOOL)

    again = await gw.give(f"{SCHOOL}/publish-calendar", PUBLISH_CALENDAR.body, "head", key=key)

    assert refused.status_code == 409
    assert problem(refused)["code"] == "school_wrong_stage"
    assert problem(refused)["command_id"] == str(key)
    assert again.content == refused.content
    assert (await gw.take(PUBLISH_CALENDAR)).status_code == 200


async def test_twenty_of_the_same_at_once_do_it_once(gw: Driver) -> None:
    key = uuid7()
    path = f"{SCHOOL}/register-school"

    answers = await asyncio.gather(*(gw.give(path, REGISTER_SCHOOL.body, "la_officer", key=key) for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (await gw.get(f"/schools/{SCHOOL_URN}")).json()["version"] == 1


async def test_ten_different_ones_at_once_are_each_decided(gw: Driver) -> None:
    await gw.take(REGISTER_SCHOOL)

    answers = await asyncio.gather(
        *(gw.give(f"{SCHOOL}/publish-calendar", PUBLISH_CALENDAR.body, "head") for _ in range(10))
    )

    accepted = [answer.json()["version"] for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert len(set(accepted)) == len(accepted)
    assert (await gw.get(f"/schools/{SCHOOL_URN}")).json()["version"] == 1 + len(accepted)


@pytest.mark.parametrize("change", ["person", "body", "address", "if-match"])
async def test_a_key_belongs_to_one_person_and_one_command(gw: Driver, change: str) -> None:
    key = uuid7()
    path = f"{SCHOOL}/register-school"
    await gw.give(path, REGISTER_SCHOOL.body, "la_officer", key=key)

    other = await gw.give(
        "/schools/900002/commands/register-school" if change == "address" else path,
        REGISTER_SCHOOL.body | ({"name": "Another"} if change == "body" else {}),
        "case_worker" if change == "person" else "la_officer",
        key=key,
        headers={"If-Match": '"1"'} if change == "if-match" else None,
    )

    assert other.status_code == 422
    assert problem(other)["code"] == "idempotency_key_reused"


async def test_a_version_that_has_moved_on_is_told_with_what_changed(gw: Driver) -> None:
    await gw.take(REGISTER_SCHOOL)
    await gw.take(PUBLISH_CALENDAR)

    late = await gw.give(f"{SCHOOL}/publish-calendar", PUBLISH_CALENDAR.body, "head", headers={"If-Match": '"1"'})
    now = await gw.give(f"{SCHOOL}/publish-calendar", PUBLISH_CALENDAR.body, "head", headers={"If-Match": '"2"'})

    assert late.status_code == 412
    assert problem(late)["version"] == 2
    assert [change["type"] for change in late.json()["changes"]] == ["AcademicYearPublished"]
    assert now.status_code == 200


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ('W/"2"', 200),
        ('W/"1"', 412),
        ('"1", "2"', 200),
        ('"1",W/"2" , "7"', 200),
        (', "2",', 200),
        ('"7", "2", "abc"', 200),
        ('"1", "3"', 412),
        ('"3", "4"', 412),
        ('"abc"', 412),
        ('"99999999999999999999"', 412),
        ('"02"', 412),
        ("*", 200),
    ],
)
async def test_if_match_takes_weak_tags_and_lists(gw: Driver, stated: str, status: int) -> None:
    await gw.take(REGISTER_SCHOOL)
    await gw.take(PUBLISH_CALENDAR)
    key, path = uuid7(), f"{SCHOOL}/publish-calendar"

    first = await gw.give(path, PUBLISH_CALENDAR.body, "head", key=key, headers={"If-Match": stated})
    again = await gw.give(path, PUBLISH_CALENDAR.body, "head", key=key, headers={"If-Match": stated})

    assert (first.status_code, again.status_code) == (status, status), first.text
    assert first.json() == again.json() or "command_id" not in first.json()
    if status == 412:
        assert problem(first)["code"] == "version_moved_on"


@pytest.mark.parametrize("key", [None, "", "not-a-uuid", "{01920000-0000-7000-8000-000000000001}", "0" * 32])
async def test_a_command_needs_a_key(gw: Driver, key: str | None) -> None:
    headers = gw.headers("case_worker") | ({} if key is None else {"Idempotency-Key": key})

    answer = await gw.http.post("/api/v1/placements", json=DRAFT.body, headers=headers)

    assert answer.status_code == 400
    assert problem(answer)["code"] == "idempotency_key_required"


async def test_two_keys_are_no_key(gw: Driver) -> None:
    headers = [*gw.headers("case_worker").items(), *(("Idempotency-Key", str(uuid7())) for _ in range(2))]

    answer = await gw.http.post("/api/v1/placements", json=DRAFT.body, headers=headers)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "stated", ["7", "W/7", 'w/"7"', '"1" "2"', '"1', '"1";"2"', ",", '*, "1"', "," + " " * 60_000 + "x"]
)
async def test_an_if_match_of_another_form_is_malformed(gw: Driver, stated: str) -> None:
    answer = await gw.give("/placements", DRAFT.body, headers={"If-Match": stated})

    assert answer.status_code == 422
    assert problem(answer)["errors"][0]["pointer"] == "/header/If-Match"


async def test_the_table_of_commands_says_who_may(gw: Driver) -> None:
    answers = {
        who: (await gw.give("/placements", DRAFT.body, who)).status_code for who in ("auditor", "parent", "head")
    }

    assert answers == {"auditor": 403, "parent": 403, "head": 403}
    refused = await gw.give("/placements", DRAFT.body, "head")
    assert problem(refused)["code"] == "role_not_allowed"


async def test_nobody_acts_for_another_school(gw: Driver) -> None:
    drafted = await gw.give("/placements", DRAFT.body, "other_school")
    published = await gw.give(f"{SCHOOL}/publish-calendar", PUBLISH_CALENDAR.body, "other_school")

    assert (drafted.status_code, published.status_code) == (403, 403)
    assert problem(drafted)["code"] == problem(published)["code"] == "organisation_not_allowed"


NEIGHBOUR = DemonstrationPerson(slug="neighbour", name="Neighbour", roles=("la_officer",), org="la:830")
FREELANCE = DemonstrationPerson(slug="freelance", name="Freelance", roles=("la_officer",), org="")
UNTIED = DemonstrationPerson(slug="untied", name="Untied", roles=("case_worker",), org="la:831")


@pytest.mark.parametrize("person", [NEIGHBOUR, FREELANCE, UNTIED], ids=lambda person: person.slug)
@pytest.mark.parametrize("step", BEFORE, ids=lambda step: step.command)
async def test_nobody_acts_for_another_authority_or_its_schools(
    gw: Driver, person: DemonstrationPerson, step: StoryStep
) -> None:
    for earlier in STORY[: STORY.index(step)]:
        (await gw.take(earlier)).raise_for_status()
    headers = {"Authorization": f"Bearer {gw.tokens.mint(person)}", "Idempotency-Key": str(uuid7())}

    answer = await gw.http.post(f"/api/v1{path_of(step.command)}", json=step.body, headers=headers)

    of_nobody = step.command in {"register-provider", "complete-due-diligence"}
    if of_nobody and person is NEIGHBOUR:  # a provider is of no authority, and any council may check it
        assert answer.status_code == 200
    else:
        allowed = {**SPECS["school"], **SPECS["provider"]}[step.command].step.by
        code = "organisation_not_allowed" if set(person.roles) & allowed else "role_not_allowed"
        assert (answer.status_code, problem(answer)["code"]) == (403, code)


async def test_an_officer_registers_and_publishes_for_schools_of_the_authority(gw: Driver) -> None:
    elsewhere = REGISTER_SCHOOL.body | {"la_code": "830"}

    early = await gw.give(f"{SCHOOL}/publish-calendar", PUBLISH_CALENDAR.body, "la_officer")
    other = await gw.give(f"{SCHOOL}/register-school", elsewhere, "la_officer")
    registered = await gw.give(f"{SCHOOL}/register-school", REGISTER_SCHOOL.body, "la_officer")
    published = await gw.give(f"{SCHOOL}/publish-calendar", PUBLISH_CALENDAR.body, "la_officer")

    assert (early.status_code, problem(early)["code"]) == (409, "school_wrong_stage")
    assert (other.status_code, problem(other)["code"]) == (403, "organisation_not_allowed")
    assert (registered.status_code, published.status_code) == (200, 200)


async def test_a_missing_placement_is_not_found_before_anything_else_is_judged(gw: Driver) -> None:
    answer = await gw.give(
        f"/placements/{uuid7()}/commands/close", {"nonsense": 1}, "auditor", headers={"If-Match": "x"}
    )

    assert answer.status_code == 404
    assert problem(answer)["code"] == "not_found"


@pytest.mark.parametrize("path", ["/placements/x/commands/close", "/schools/90000/commands/register-school"])
async def test_an_id_of_another_form_is_malformed(gw: Driver, path: str) -> None:
    answer = await gw.give(path, {}, "la_officer")

    assert answer.status_code == 422


async def test_every_fault_of_a_body_is_told_at_once_and_none_of_what_was_sent(gw: Driver) -> None:
    secret = "Zebedee-Secret"
    body = {
        **DRAFT.body,
        "legal_basis": secret,
        "pupil": {**DRAFT.body["pupil"], "born_on": secret, "year_group": 9.5, "parents": [{"name": 3}]},
        secret + "/": 1,
        "surplus": secret,
    }
    del body["commissioner"]

    answer = await gw.give("/placements", body)

    pointers = {error["pointer"] for error in problem(answer)["errors"]}
    assert answer.status_code == 422
    assert {"/commissioner", "/legal_basis", "/pupil/born_on", "/pupil/year_group", "/surplus"} <= pointers
    assert "/pupil/parents/0/name" in pointers
    assert secret not in answer.text


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("a\\u0000b", "/pupil/legal_name"),
        ("\\ud800", ""),
        ("\\udc00\\ud800", ""),
    ],
)
async def test_text_that_cannot_be_kept_is_malformed(gw: Driver, text: str, pointer: str) -> None:
    body = json.dumps(DRAFT.body).replace("Rowan Tester-Field", text).encode()

    answer = await gw.give("/placements", None, content=body)

    assert answer.status_code == 422
    assert problem(answer)["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'"text"',
        b"\xff\xfe{}",
        b"{}" * 2,
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"NaN",
        b'{"pupil": 1e400}',
        b"\xef\xbb\xbf{}",
    ],
)
async def test_a_body_that_is_no_object_is_malformed(gw: Driver, body: bytes) -> None:
    answer = await gw.give("/placements", None, content=body)

    assert answer.status_code == 422
    assert problem(answer)["code"] == "malformed"


_OUT_OF_RANGE = [
    ("determine", "start_date", "0001-01-01"),
    ("determine", "start_date", "9999-12-31"),
    ("determine", "start_date", 20261207),
    ("determine", "days", 2**40),
    ("determine", "days", 10**30),
    ("determine", "days", True),
    ("determine", "days", "60"),
    ("determine", "delegation_id", "urn:nothing"),
    ("convene-professionals-meeting", "at", "2026-11-25T14:00:00"),
    ("convene-professionals-meeting", "at", 1),
    ("convene-professionals-meeting", "invited_roles", "head"),
]


async def test_values_out_of_all_range_are_malformed(whole: Driver) -> None:
    placement_id = (await whole.draft()).json()["placement_id"]

    for command, field, value in _OUT_OF_RANGE:
        body = examples.EXAMPLES[command] | {field: value}
        who = "head" if command == "determine" else "case_worker"
        answer = await whole.give(f"/placements/{placement_id}/commands/{command}", body, who)

        assert (answer.status_code, problem(answer)["errors"][0]["pointer"]) == (422, f"/{field}"), (field, value)


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_the_limit_is_refused(gw: Driver, chunked: bool) -> None:
    async def chunks() -> Any:
        for _ in range(20):
            yield b" " * 65_536

    headers = gw.headers("case_worker") | {"Idempotency-Key": str(uuid7()), "Content-Type": JSON}
    content = chunks() if chunked else b" " * (1024 * 1024 + 1)

    answer = await gw.http.post("/api/v1/placements", content=content, headers=headers)

    assert answer.status_code == 413
    assert problem(answer)["code"] == "body_too_large"


async def test_only_its_giver_and_an_auditor_learn_what_became_of_a_command(gw: Driver) -> None:
    key = uuid7()
    await gw.give(f"{SCHOOL}/register-school", REGISTER_SCHOOL.body, "la_officer", key=key)

    seen = {
        who: (await gw.get(f"/commands/{key}", who)).status_code for who in ("la_officer", "auditor", "case_worker")
    }

    assert seen == {"la_officer": 200, "auditor": 200, "case_worker": 404}


@pytest.mark.obligation("C6")
async def test_what_is_kept_of_a_draft_is_sealed(gw: Driver, database: Database) -> None:
    key = uuid7()
    await gw.once("/placements", DRAFT.body, key=key)

    conn = await asyncpg.connect(database.owner_url)
    row = await conn.fetchrow("SELECT * FROM command WHERE command_id = $1", key)
    await conn.close()

    assert row is not None
    assert row["key_id"] == derived_id(key, "pupil")
    assert b"Tester" not in row["body"]
    assert row["stream_id"] == f"placement-{derived_id(key, 'placement')}"


async def test_an_erased_pupil_gets_no_new_command(gw: Driver) -> None:
    pupil_id = uuid7()
    await gw.once("/placements", DRAFT.body | {"pupil_id": str(pupil_id)})
    await gw.gateway.keys.destroy(pupil_id)

    answer = await gw.once("/placements", DRAFT.body | {"pupil_id": str(pupil_id)})

    assert answer.status_code == 409
    assert problem(answer)["code"] == "personal_data_erased"


async def test_a_draft_may_bring_a_pupils_id_and_not_that_of_another_key_holder(whole: Driver) -> None:
    own = UUID("0192f0c1-0000-7000-8000-00000000abcd")

    of_a_provider = await whole.draft(pupil_id=str(PROVIDER_ID))
    refused = await whole.draft(pupil_id=str(own), commissioner="pru")
    new, again = await whole.draft(pupil_id=str(own)), await whole.draft(pupil_id=str(own))

    assert (of_a_provider.status_code, problem(of_a_provider)["errors"][0]["pointer"]) == (422, "/pupil_id")
    assert [refused.status_code, new.status_code, again.status_code] == [409, 201, 201], refused.text
    shown = await whole.get(f"/placements/{new.json()['placement_id']}")
    assert shown.json()["record"]["pupil_id"] == str(own)


async def test_through_the_workflow_twenty_of_the_same_make_one_placement(whole: Driver) -> None:
    key = uuid7()

    answers = await asyncio.gather(*(whole.once("/placements", DRAFT.body, key=key) for _ in range(20)))
    final = await whole.give("/placements", DRAFT.body, key=key)

    assert {answer.status_code for answer in answers} <= {201, 202}
    assert final.status_code == 201
    assert final.headers["Location"] == f"/api/v1/placements/{derived_id(key, 'placement')}"
    assert {answer.content for answer in answers if answer.status_code == 201} <= {final.content}
    assert len((await whole.get("/placements")).json()["placements"]) == 1


async def test_an_answer_lost_on_its_way_back_is_read_from_the_commands_row(
    whole: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(*given: Any, **named: Any) -> bool:
        await dispatch(*given, **named)
        return False

    monkeypatch.setattr(commanding, "dispatch", deaf)

    assert (await whole.once("/placements", DRAFT.body)).status_code == 201


async def test_two_people_with_the_same_version_cannot_both_move_a_placement(whole: Driver) -> None:
    drafted = await whole.draft()
    placement_id = UUID(drafted.json()["placement_id"])
    submit = examples.EXAMPLES["submit-referral"]
    path = f"/placements/{placement_id}/commands"

    answers = await asyncio.gather(
        whole.give(f"{path}/submit-referral", submit, headers={"If-Match": '"1"'}),
        whole.give(f"{path}/withdraw", examples.EXAMPLES["withdraw"], "head", headers={"If-Match": '"1"'}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_an_answer_warns_of_a_day_that_changes_nothing_and_its_repeat_too(gw: Driver) -> None:
    await gw.take(REGISTER_SCHOOL)
    key = uuid7()
    body = PUBLISH_CALENDAR.body | {"inset_days": ["2026-12-26"]}

    first = await gw.give(f"{SCHOOL}/publish-calendar", body, "head", key=key)
    again = await gw.give(f"{SCHOOL}/publish-calendar", body, "head", key=key)

    [warning] = first.json()["warnings"]
    assert (warning["code"], warning["pointer"]) == ("inset_day_without_effect", "/inset_days/0")
    assert again.content == first.content


async def test_an_answer_of_a_placement_warns_of_what_is_odd_and_others_do_not(whole: Driver) -> None:
    pupil = DRAFT.body["pupil"] | {"upn": "X83140012600A"}
    drafted = await whole.draft(pupil=pupil)
    placement_id = drafted.json()["placement_id"]
    submit = next(step for step in STORY if step.command == "submit-referral")

    submitted = await whole.give(f"/placements/{placement_id}/commands/submit-referral", submit.body)

    assert drafted.json()["warnings"] == []
    assert ("temporary_upn", None) in [(each["code"], each["pointer"]) for each in submitted.json()["warnings"]]
