"""The register of people: who signs in is known by name, and cases are assigned to them alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.access.roles import RIGHTS
from events.codes import Role
from infra.identity import people
from infra.identity.people import PeopleRegister
from infra.identity.tokens import Person
from infra.ids import uuid7
from infra.postgres.db import connection, create_engine
from infra.settings import Settings
from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID
from services.local.people import PEOPLE, DemonstrationPerson, find, register_people
from tests.conftest import Database
from tests.gateway.driving import EXAMPLE_PROVIDER_USER, WHO, Driver
from tests.gateway.test_reading import told

ASSIGN = f"/placements/{PLACEMENT_ID}/commands/assign-case"
SCHOOL = "school:900001"


def example(who: str) -> DemonstrationPerson:
    found = EXAMPLE_PROVIDER_USER if who == "provider_user" else find(WHO.get(who, who))
    assert found is not None
    return found


def id_of(who: str) -> str:
    return str(example(who).id)


async def seen(driver: Driver, *people_: str) -> None:
    """Each of them has called the service, and is in the register."""
    for who in people_:
        await driver.get("/reference", who)
    await driver.gateway.people.settle()


async def _registered(driver: Driver, who: str) -> people.RegisteredPerson | None:
    async with connection(driver.gateway.engine) as conn:
        return await people.find(conn, example(who).id, example(who).org)


async def test_somebody_who_calls_the_service_is_in_the_register_by_name(gw: Driver) -> None:
    await seen(gw, "head", "provider_user", "auditor")

    found = {who: await _registered(gw, who) for who in ("head", "provider_user", "auditor", "dsl")}

    assert {who: each and (each.name, each.roles) for who, each in found.items()} == {
        "head": ("Hector Quillfeather", (Role.HEAD,)),
        "provider_user": ("Sorrel Sample", (Role.PROVIDER_USER,)),
        "auditor": ("Aubrey Inkpen", (Role.AUDITOR,)),
        "dsl": None,
    }


async def test_a_parent_and_a_pupil_are_registered_without_their_names(gw: Driver) -> None:
    await seen(gw, "parent", "piper-pupil")

    found = [await _registered(gw, who) for who in ("parent", "piper-pupil")]

    assert [each and each.name for each in found] == [None, None]
    assert all(each is not None for each in found)


async def test_a_token_that_is_refused_puts_nobody_in_the_register(gw: Driver) -> None:
    late = gw.tokens.mint(example("dsl"), lifetime_seconds=-600)
    refused = await gw.http.get("/api/v1/reference", headers={"Authorization": f"Bearer {late}"})
    await gw.gateway.people.settle()

    assert refused.status_code == 401
    assert await _registered(gw, "dsl") is None


@pytest.fixture
async def register(settings: Settings) -> Any:
    engine = create_engine(settings)
    yield PeopleRegister(engine)
    await engine.dispose()


_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _person(issued_at: datetime | None = _AT, **changed: Any) -> Person:
    own = {"id": UUID(int=7), "roles": frozenset({"case_worker"}), "org": SCHOOL, "name": "Amara Thistlewood"}
    return Person(**{**own, **changed}, issued_at=issued_at)


async def _kept(database: Database) -> list[asyncpg.Record]:
    conn = await asyncpg.connect(database.app_url)
    try:
        return await conn.fetch("SELECT *, xmin::text AS written_by FROM person ORDER BY org")
    finally:
        await conn.close()


async def test_a_change_of_name_or_roles_is_taken_at_once(register: PeopleRegister, database: Database) -> None:
    register.note(_person())
    await register.settle()
    register.note(_person(_AT + timedelta(hours=1), name="Amara Quillfeather"))
    await register.settle()
    register.note(_person(_AT + timedelta(hours=2), name="Amara Quillfeather", roles=frozenset({"head"})))
    await register.settle()

    [row] = await _kept(database)
    assert (row["name"], row["roles"]) == ("Amara Quillfeather", ["head"])
    assert row["first_seen_at"] < row["last_seen_at"]


async def test_an_older_token_does_not_take_a_change_back(register: PeopleRegister, database: Database) -> None:
    for issued, name in ((_AT + timedelta(hours=1), "New Name"), (_AT, "Old Name")):
        other_process = PeopleRegister(register._engine)
        other_process.note(_person(issued, name=name))
        await other_process.settle()

    assert [row["name"] for row in await _kept(database)] == ["New Name"]


async def test_the_same_person_is_written_once_in_minutes(register: PeopleRegister, database: Database) -> None:
    register.note(_person())
    await register.settle()
    [first] = await _kept(database)
    for _ in range(5):
        register.note(_person())
        await register.settle()

    [row] = await _kept(database)
    assert row["written_by"] == first["written_by"]


async def test_a_person_of_two_organisations_is_known_in_each(register: PeopleRegister, database: Database) -> None:
    register.note(_person())
    register.note(_person(org="school:900002", roles=frozenset({"dsl"})))
    await register.settle()

    assert [(row["org"], row["roles"]) for row in await _kept(database)] == [
        ("school:900001", ["case_worker"]),
        ("school:900002", ["dsl"]),
    ]


@pytest.mark.parametrize(
    ("claims", "kept"),
    [
        ({"name": "A\0mara\nThistlewood"}, ("A mara Thistlewood", ["case_worker"], SCHOOL)),
        ({"name": "x" * 500}, ("x" * 200, ["case_worker"], SCHOOL)),
        ({"name": " \t"}, (None, ["case_worker"], SCHOOL)),
        ({"name": None}, (None, ["case_worker"], SCHOOL)),
        ({"org": "school:\0"}, ("Amara Thistlewood", ["case_worker"], "")),
        ({"org": None}, ("Amara Thistlewood", ["case_worker"], "")),
        ({"roles": frozenset({"system", "emperor"})}, (None, [], SCHOOL)),
    ],
    ids=["not printable", "too long", "blank", "no name", "no organisation's form", "no organisation", "no role"],
)
async def test_claims_of_any_form_are_kept_as_far_as_they_are_known(
    register: PeopleRegister, database: Database, claims: dict[str, Any], kept: tuple[Any, ...]
) -> None:
    register.note(_person(**claims))
    await register.settle()

    assert [(row["name"], row["roles"], row["org"]) for row in await _kept(database)] == [kept]


async def test_staff_are_listed_with_their_cases_by_name_in_pages(whole: Driver) -> None:
    await told(whole, "draft-referral")
    await seen(whole, "head", "dsl", "body_delegate", "parent", "integration", "other_school", "la_officer")
    body = EXAMPLES["assign-case"] | {"assigned_to": id_of("dsl")}
    (await whole.give(ASSIGN, body, "head")).raise_for_status()

    listed = (await whole.get("/people", limit=3)).json()
    rest = (await whole.http.get(listed["next"], headers=whole.headers("head"))).json()

    assert rest["next"] is None
    assert [
        (each["name"], each["roles"], each["holds_cases"], each["open_placements"])
        for each in (*listed["people"], *rest["people"])
    ] == [
        ("Amara Thistlewood", ["case_worker"], True, 0),
        ("Bettina Oakenshaw", ["body_delegate"], False, 0),
        ("Dilys Marrowby", ["dsl"], True, 1),
        ("Hector Quillfeather", ["head"], True, 0),
    ]


@pytest.mark.parametrize("org", [SCHOOL, "la:831", f"provider:{UUID(int=3)}", ""])
async def test_staff_are_shown_to_roles_that_assign_and_to_no_others(gw: Driver, org: str) -> None:
    answers = {}
    for role in RIGHTS:
        person = DemonstrationPerson(slug=f"one-{role}", name="One", roles=(role.value,), org=org)
        headers = {"Authorization": f"Bearer {gw.tokens.mint(person)}"}
        answers[role] = (await gw.http.get("/api/v1/people", headers=headers)).status_code

    assigns = {Role.CASE_WORKER, Role.HEAD} if org == SCHOOL else set()
    assert answers == {role: 200 if role in assigns else 403 for role in RIGHTS}


async def test_a_case_is_refused_to_whoever_the_own_register_lacks(whole: Driver) -> None:
    await told(whole, "draft-referral")
    await seen(whole, "other_school", "body_delegate", "la_officer")

    codes = {}
    for who, person in {
        "nobody": str(uuid7()),
        "another school's": id_of("other_school"),
        "the council's": id_of("la_officer"),
        "signs for the body": id_of("body_delegate"),
    }.items():
        answer = await whole.give(ASSIGN, {"assigned_to": person}, "head")
        codes[who] = (answer.status_code, [(each["code"], each["pointer"]) for each in answer.json()["reasons"]])

    unknown = (409, [("assignee_unknown", "/assigned_to")])
    assert codes == {
        "nobody": unknown,
        "another school's": unknown,
        "the council's": unknown,
        "signs for the body": (409, [("assignee_holds_no_cases", "/assigned_to")]),
    }


async def test_the_example_people_are_registered_before_they_sign_in(database: Database) -> None:
    await register_people(database.app_url)
    await register_people(database.app_url)

    rows = await _kept(database)
    assert {(row["person_id"], row["org"]) for row in rows} == {(each.id, each.org) for each in PEOPLE}
    unnamed = {"parent", "pupil"}
    assert {row["name"] for row in rows} == {each.name for each in PEOPLE if each.roles[0] not in unnamed} | {None}


async def test_people_unseen_for_years_go_unless_something_kept_names_them(
    register: PeopleRegister, database: Database
) -> None:
    unseen, reader, giver, lately = (UUID(int=number) for number in range(1, 5))
    for each in (unseen, reader, giver, lately):
        register.note(_person(id=each))
    await register.settle()
    conn = await asyncpg.connect(database.owner_url)
    try:
        await conn.execute(
            "UPDATE person SET last_seen_at = now() - interval '7 years 1 day' WHERE person_id <> $1", lately
        )
        await conn.execute(
            "INSERT INTO access_log (person_id, placement_id, what) VALUES ($1, $2, 'record')", reader, uuid7()
        )
        await conn.execute(
            "INSERT INTO command (command_id, stream_id, kind, actor, body, body_hmac, correlation_id, issued_at)"
            " VALUES ($1, 'school-900001', 'x', $2, '', '', $1, now())",
            uuid7(),
            f'{{"id":"{giver}","kind":"person","org_id":null,"role":"head"}}',
        )
        gone = await people.forget_unseen(conn)
        again = await people.forget_unseen(conn)
    finally:
        await conn.close()

    assert (gone, again) == (1, 0)
    assert {row["person_id"] for row in await _kept(database)} == {reader, giver, lately}
