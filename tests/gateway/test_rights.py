"""Roles and organisations of a token: what each pair sees, by itself and beside another."""

import asyncio
import dataclasses
import itertools
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest

from events.codes import Role
from infra.identity.tokens import Person as SignedIn
from infra.ids import uuid7
from infra.projections.placements import PlacementRow
from infra.projections.visibility import sees
from services.application import authorisation
from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID, PROVIDER_ID, SCHOOL_URN
from services.local.people import DemonstrationPerson
from tests.gateway.driving import DRAFT, Driver, listening
from tests.gateway.test_reading import told

ORGS = (f"school:{SCHOOL_URN}", "school:900002", "la:831", "la:830", f"provider:{PROVIDER_ID}", None)
ME = UUID(int=7)
ROW = PlacementRow(
    placement_id=UUID(int=1),
    version=1,
    stage="active",
    is_open=True,
    pupil_id=UUID(int=2),
    home_school_urn=str(SCHOOL_URN),
    la_code="831",
    commissioner="academy",
    legal_basis="OSD",
    provider_id=PROVIDER_ID,
    updated_at=datetime(2026, 11, 23, tzinfo=UTC),
)
ROWS = [
    ROW,
    *(dataclasses.replace(ROW, readers=readers) for readers in (("head",), ("social_worker", "dsl"), (str(ME),), ())),
    dataclasses.replace(ROW, home_school_urn="900002"),
    dataclasses.replace(ROW, la_code="830"),
    dataclasses.replace(ROW, provider_id=None),
]


def _seen(roles: tuple[Role, ...], org: str | None, row: PlacementRow) -> tuple[bool, bool]:
    """Whether somebody sees a placement, and whether with names."""
    found = authorisation.sights(SignedIn(id=ME, roles=frozenset(role.value for role in roles), org=org)).of(row)
    return bool(found), bool(found.named)


@pytest.mark.parametrize("pair", [*itertools.combinations(Role, 2)], ids=" and ".join)
def test_a_pair_of_roles_sees_a_placement_as_one_of_the_two_sees_it(pair: tuple[Role, Role]) -> None:
    for org, row in itertools.product(ORGS, ROWS):
        together = _seen(pair, org, row)
        alone = [_seen((role,), org, row) for role in pair]

        assert together == (any(seen for seen, _ in alone), any(names for _, names in alone))


@pytest.mark.parametrize("pair", [*itertools.combinations(Role, 2)], ids=" and ".join)
def test_a_list_shows_the_rows_that_one_of_the_roles_sees(pair: tuple[Role, Role]) -> None:
    for org, row in itertools.product(ORGS, ROWS):
        found = authorisation.sights(SignedIn(id=ME, roles=frozenset(role.value for role in pair), org=org))
        for among in (found, found.named):
            assert sees(among.visibility, row) == bool(among.of(row))


@pytest.mark.parametrize("roles", [("auditor",), ("integration",), ("system",), ("parent",), ()])
@pytest.mark.parametrize("org", ORGS)
def test_who_reads_without_names_reads_none_in_any_organisation(roles: tuple[str, ...], org: str | None) -> None:
    found = authorisation.sights(SignedIn(id=ME, roles=frozenset(roles), org=org))

    assert not found.named


def _person(*roles: str, org: str | None) -> DemonstrationPerson:
    return DemonstrationPerson(slug="-".join((*roles, org or "nobody")), name="Somebody", roles=roles, org=org or "")


async def _get(driver: Driver, person: DemonstrationPerson, path: str, **query: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {driver.tokens.mint(person)}"}
    return await driver.http.get(f"/api/v1{path}", headers=headers, params=query)


async def _give(driver: Driver, person: DemonstrationPerson, path: str, body: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {driver.tokens.mint(person)}", "Idempotency-Key": str(uuid7())}
    return await driver.http.post(f"/api/v1{path}", headers=headers, json=body)


PATHS = ("", "/timeline", "/deadlines", "/evidence", "/documents", "/full-record", "/commands", "/attendance/2026-W50")
NAMES = ("Rowan", "Tester", "B801200005001")
STRANGERS = [
    _person("auditor", "case_worker", org=None),
    _person("integration", "case_worker", org=None),
    _person("auditor", "head", org="provider:x"),
    _person("system", "case_worker", org="la:831"),
    _person("case_worker", org="school:900002"),
    _person("la_officer", "social_worker", org="la:830"),
    _person("provider_user", org=f"provider:{uuid7()}"),
    _person("auditor", "provider_user", org=f"provider:{uuid7()}"),
]


async def test_no_two_roles_read_a_child_that_neither_may_read(whole: Driver) -> None:
    await told(whole, "sign-agreement")

    for person in STRANGERS:
        for path in PATHS:
            answer = await _get(whole, person, f"/placements/{PLACEMENT_ID}{path}")
            assert answer.status_code == 404, (person.slug, path)
        for path in ("/placements", "/deadlines", "/reviews", "/letters", "/today"):
            answer = await _get(whole, person, path)
            assert not any(name in answer.text for name in (*NAMES, str(PLACEMENT_ID))), (person.slug, path)


async def test_an_auditor_with_a_second_role_reads_names_only_where_it_may(whole: Driver) -> None:
    """An auditor with another role reads names only where that role sees the placement."""
    await told(whole, "submit-referral")
    near, far = _person("auditor", "la_officer", org="la:831"), _person("auditor", "la_officer", org="la:830")

    for person, named in ((near, True), (far, False)):
        record = await _get(whole, person, f"/placements/{PLACEMENT_ID}")
        timeline = await _get(whole, person, f"/placements/{PLACEMENT_ID}/timeline")
        opened = await _get(whole, person, "/placements", opened=True)
        flagged = await _get(whole, person, "/placements", flag="social_worker")

        assert {record.status_code, timeline.status_code, opened.status_code, flagged.status_code} == {200}
        for answer in (record, timeline):
            assert any(name in answer.text for name in NAMES) is named, person.slug
        assert (opened.json()["placements"][0]["flags"] is not None) is named
        assert bool(flagged.json()["placements"]) is named
        assert (await _get(whole, person, f"/placements/{PLACEMENT_ID}/full-record")).status_code == (
            200 if named else 403
        )


async def test_nobody_acts_on_a_restricted_record_in_a_role_it_does_not_name(whole: Driver) -> None:
    await told(whole, "submit-referral")
    commands = f"/placements/{PLACEMENT_ID}/commands"
    body = {"reader_roles": ["head"], "reason": "A relative works in the office"}
    (await whole.give(f"{commands}/restrict-access", body, "head")).raise_for_status()
    both = _person("case_worker", "head", org=f"school:{SCHOOL_URN}")

    noted = await _give(whole, both, f"{commands}/add-note", {"text": "Seen"})
    proposed = await _give(whole, both, f"{commands}/propose-provider", EXAMPLES["propose-provider"])

    # The head may write a note; to propose is for a case worker, and in that role the record is not there to be seen.
    assert noted.status_code == 200, noted.text
    assert (proposed.status_code, proposed.json()["code"]) == (403, "role_not_allowed")
    timeline = (await _get(whole, both, f"/placements/{PLACEMENT_ID}/timeline")).json()["events"]
    assert next(each for each in timeline if each["type"] == "NoteAdded")["actor"]["role"] == "head"


@pytest.mark.parametrize("org", [None, "la:831", "la:830", "school:900002", f"provider:{PROVIDER_ID}"])
async def test_a_case_worker_drafts_for_their_own_school_only(gw: Driver, org: str | None) -> None:
    answer = await _give(gw, _person("case_worker", org=org), "/placements", DRAFT.body)

    assert (answer.status_code, answer.json()["code"]) == (403, "organisation_not_allowed")


async def test_a_role_of_the_service_itself_is_not_taken_from_a_token(whole: Driver) -> None:
    await told(whole, "sign-agreement")
    person = _person("system", "head", org=f"school:{SCHOOL_URN}")

    started = await _give(
        whole, person, f"/placements/{PLACEMENT_ID}/commands/start-placement", EXAMPLES["start-placement"]
    )

    assert (started.status_code, started.json()["code"]) == (403, "role_not_allowed")


async def test_a_role_without_its_organisation_reads_no_directory(gw: Driver) -> None:
    paths = ("/schools", f"/schools/{SCHOOL_URN}", "/providers", f"/providers/{PROVIDER_ID}", "/audit/checkpoints")
    for person in (_person("case_worker", org=None), _person("auditor", org="school:900001"), _person("head", org="x")):
        for path in paths:
            answer = await _get(gw, person, path)
            assert (answer.status_code, answer.json()["code"]) == (403, "organisation_not_allowed"), path
    nobody = await _get(gw, _person("nobody", org="la:831"), "/providers")
    assert (nobody.status_code, nobody.json()["code"]) == (403, "role_not_allowed")
    for feed in ("/events", "/events/stream"):
        answer = await _get(gw, _person("integration", org=None), feed)
        assert (answer.status_code, answer.json()["code"]) == (403, "organisation_not_allowed")


async def test_officers_act_on_concerns_and_entries_of_their_own_council_alone(whole: Driver) -> None:
    await told(whole, "propose-provider")
    provider = f"/providers/{PROVIDER_ID}/commands"
    raised = await whole.give(f"{provider}/raise-provider-concern", EXAMPLES["raise-provider-concern"], "case_worker")
    raised.raise_for_status()
    listed = (await whole.get(f"/providers/{PROVIDER_ID}", "la_officer")).json()["open_concerns"]
    body = EXAMPLES["resolve-provider-concern"] | {"concern_id": listed[0]["concern_id"]}
    neighbour, own = _person("la_officer", org="la:830"), _person("la_officer", org="la:831")
    details, suspension = EXAMPLES["record-provider-details"], EXAMPLES["suspend-directory-entry"]

    edited = await _give(whole, neighbour, f"{provider}/record-provider-details", details)
    adrift = await _give(whole, _person("la_officer", org=None), f"{provider}/record-provider-details", details)
    suspended = await _give(whole, neighbour, f"{provider}/suspend-directory-entry", suspension)
    by_neighbour = await _give(whole, neighbour, f"{provider}/resolve-provider-concern", body)
    by_own = await _give(whole, own, f"{provider}/resolve-provider-concern", body)

    assert (edited.status_code, edited.json()["reasons"][0]["code"]) == (409, "provider_details_not_yours")
    assert (adrift.status_code, adrift.json()["code"]) == (403, "organisation_not_allowed")
    assert (suspended.status_code, suspended.json()["code"]) == (403, "organisation_not_allowed")
    assert (by_neighbour.status_code, by_neighbour.json()["reasons"][0]["code"]) == (409, "concern_not_open")
    assert by_own.status_code == 200, by_own.text


def _types(answer: httpx2.Response) -> list[str]:
    return [event["type"] for event in answer.json()["events"]]


async def test_the_feed_shows_what_is_true_when_a_page_is_made(whole: Driver) -> None:
    """Events stay in memory as they were read; who may see their placement does not."""
    await told(whole, "propose-provider")
    commands = f"/placements/{PLACEMENT_ID}/commands"
    people = ("case_worker", "la_officer", "integration", "head")
    await whole.rest()

    before = {who: _types(await whole.get("/events", who)) for who in people}
    body = {"reader_roles": ["head"], "reason": "A relative works in the office"}
    (await whole.give(f"{commands}/restrict-access", body, "head")).raise_for_status()
    await whole.rest()
    restricted = {who: _types(await whole.get("/events", who)) for who in people}
    (await whole.give(f"{commands}/lift-access-restriction", {"reason": "Moved"}, "head")).raise_for_status()
    await whole.rest()
    lifted = {who: _types(await whole.get("/events", who)) for who in people}

    assert all(before.values())
    assert [who for who, types in restricted.items() if types] == ["head"]
    assert all("placement.access.restricted" in types for types in lifted.values())


async def test_a_stream_begun_before_a_restriction_shows_nothing_after_it(whole: Driver) -> None:
    await told(whole, "propose-provider")
    commands = f"/placements/{PLACEMENT_ID}/commands"
    async with listening(whole) as url, httpx2.AsyncClient(timeout=60) as http:
        end = (await whole.get("/events", "head", limit=500)).json()["next"]
        headers = whole.headers("case_worker")
        async with http.stream("GET", f"{url}/events/stream?after={end}", headers=headers) as answer:
            body = {"reader_roles": ["head"], "reason": "A relative works in the office"}
            (await whole.give(f"{commands}/restrict-access", body, "head")).raise_for_status()
            (await whole.give(f"{commands}/add-note", {"text": "Seen"}, "head")).raise_for_status()
            await whole.rest()
            whole.gateway.tail.close()
            sent = (await answer.aread()).decode()

    assert "data:" not in sent


async def test_a_stream_ends_when_its_token_does(gw: Driver) -> None:
    brief = gw.tokens.mint(_person("auditor", org="la:831"), lifetime_seconds=2)
    headers = {"Authorization": f"Bearer {brief}"}

    async with (
        listening(gw) as url,
        httpx2.AsyncClient(timeout=60) as http,
        asyncio.timeout(45),
        http.stream("GET", f"{url}/events/stream", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert "data:" not in (await answer.aread()).decode()


async def test_a_long_poll_ends_when_the_token_does(gw: Driver) -> None:
    brief = gw.tokens.mint(_person("auditor", org="la:831"), lifetime_seconds=2)
    headers = {"Authorization": f"Bearer {brief}"}

    async with asyncio.timeout(25):
        polled = await gw.http.get("/api/v1/events", params={"wait": 30}, headers=headers)

    assert (polled.status_code, polled.json()["events"]) == (200, [])
