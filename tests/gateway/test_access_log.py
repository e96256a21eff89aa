"""The access log read: by placement, person and time, for those who check on the service, and itself logged."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access.roles import RIGHTS
from events.codes import Role
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.ids import uuid7
from infra.postgres.db import connection
from services.gateway.commands.examples import PLACEMENT_ID
from services.local.people import DemonstrationPerson
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver
from tests.gateway.test_people import example, id_of, seen
from tests.gateway.test_reading import told

LOG = "/audit/access-log"
OFFICER = "odette-data-protection"


async def _read(driver: Driver, who: str, what: str, placement_id: UUID, why: str | None = None) -> None:
    person = example(who)
    async with connection(driver.gateway.engine) as conn:
        read_as = Person(id=person.id, roles=frozenset(person.roles), org=person.org, name=person.name)
        await record_access(conn, read_as, placement_id, what, why)


async def _log(driver: Driver, who: str = "auditor", **asked: Any) -> list[dict[str, Any]]:
    answer = await driver.get(LOG, who, **asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["readings"]
    return found


async def test_each_reading_says_who_what_page_when_and_why(gw: Driver) -> None:
    await seen(gw, "dsl")
    placement_id = uuid7()
    await _read(gw, "dsl", "timeline", placement_id, "safeguarding")
    await _read(gw, "provider_user", "attendance", placement_id)

    by_provider, by_dsl, *_ = [each for each in await _log(gw) if each["placement_id"] == str(placement_id)]

    assert (by_dsl["by"]["words"], by_dsl["page"], by_dsl["why"]) == ("Dilys Marrowby", "The timeline", "safeguarding")
    assert by_dsl["read_at"] < by_provider["read_at"]
    assert by_provider["by"] == {
        "name": None,
        "words": "A member of staff of the provider (name not known)",
        "withheld": False,
    }


async def test_each_filter_narrows_the_log_and_they_narrow_together(whole: Driver) -> None:
    await told(whole, "draft-referral")
    other = uuid7()
    for who, placement_id in (("dsl", PLACEMENT_ID), ("head", PLACEMENT_ID), ("dsl", other)):
        await _read(whole, who, "record", placement_id)
    at = [each["read_at"] for each in await _log(whole) if each["what"] == "record"][1]

    async def found(**asked: Any) -> list[tuple[str, str]]:
        rows = [each for each in await _log(whole, **asked) if each["what"] == "record"]
        return [(each["person_id"], each["placement_id"]) for each in rows]

    dsl, head = id_of("dsl"), id_of("head")
    assert await found(placement=str(PLACEMENT_ID)) == [(head, str(PLACEMENT_ID)), (dsl, str(PLACEMENT_ID))]
    assert await found(person=dsl) == [(dsl, str(other)), (dsl, str(PLACEMENT_ID))]
    assert await found(person=dsl, placement=str(PLACEMENT_ID)) == [(dsl, str(PLACEMENT_ID))]
    assert await found(**{"from": at}) == [(dsl, str(other)), (head, str(PLACEMENT_ID))]
    assert await found(to=at) == [(head, str(PLACEMENT_ID)), (dsl, str(PLACEMENT_ID))]
    assert await found(to="2001-01-01") == []


async def test_the_pages_of_the_log_join_to_the_whole_newest_first(gw: Driver) -> None:
    placement_id, reader = uuid7(), id_of("dsl")
    for number in range(7):
        await _read(gw, "dsl", f"page{number}", placement_id)

    found, query = [], f"/api/v1{LOG}?person={reader}&limit=3"
    while query:
        page = (await gw.http.get(query, headers=gw.headers("auditor"))).json()
        assert len(page["readings"]) <= 3
        found += [each["what"] for each in page["readings"]]
        query = page["next"]

    assert found == [f"page{number}" for number in reversed(range(7))]


async def test_the_audit_takes_a_reference_for_a_placement_and_answers_with_it(whole: Driver) -> None:
    await told(whole, "draft-referral")
    await _read(whole, "dsl", "record", PLACEMENT_ID)
    reference = (await whole.get(f"/placements/{PLACEMENT_ID}")).json()["reference"]

    by_id, by_reference = [
        [each for each in await _log(whole, placement=named) if each["what"] == "record"]
        for named in (str(PLACEMENT_ID), reference.lower())
    ]
    compared = await whole.get("/audit/diff", "auditor", placement=reference, **{"from": "2026-01-01"})

    assert by_id == by_reference
    assert {each["reference"] for each in by_reference} == {reference}
    assert (compared.status_code, compared.json()["placement_id"]) == (200, str(PLACEMENT_ID))
    mistyped = f"{reference[:-1]}{'0' if reference[-1] != '0' else '1'}"
    for path, more in ((LOG, {}), ("/audit/diff", {"from": "2026-01-01"})):
        assert (await whole.get(path, "auditor", placement=mistyped, **more)).json()["code"] == "reference_mistyped"
        # Who does not audit is not answered whether a reference is in use.
        assert (await whole.get(path, "dsl", placement=mistyped, **more)).status_code == 403


async def test_reading_the_log_is_itself_in_the_log(whole: Driver) -> None:
    await told(whole, "draft-referral")
    await _log(whole, placement=str(PLACEMENT_ID), why="A complaint")

    latest, before, *_ = await _log(whole, person=id_of("auditor"))

    assert (latest["what"], latest["placement_id"], latest["asked"]) == (
        "access_log",
        None,
        f"person={id_of('auditor')}",
    )
    assert (before["placement_id"], before["why"]) == (str(PLACEMENT_ID), "A complaint")
    assert before["by"]["name"] == "Aubrey Inkpen"


async def test_an_officer_reads_the_log_of_their_own_placements_alone(whole: Driver) -> None:
    await told(whole, "draft-referral")
    restriction = {"reader_roles": ["head"], "reason": "A relative works in the office"}
    path = f"/placements/{PLACEMENT_ID}/commands/restrict-access"
    (await whole.give(path, restriction, "head")).raise_for_status()
    elsewhere = uuid7()
    await _read(whole, "la_officer", "record", PLACEMENT_ID)
    await _read(whole, "dsl", "record", elsewhere)

    own = await _log(whole, OFFICER)

    assert ("record", str(PLACEMENT_ID)) in {(each["what"], each["placement_id"]) for each in own}
    assert str(elsewhere) not in {each["placement_id"] for each in own}
    assert [(await whole.get(LOG, OFFICER, placement=str(each))).status_code for each in (PLACEMENT_ID, elsewhere)] == [
        200,
        404,
    ]


@pytest.mark.parametrize("org", ["school:900001", "la:831", f"provider:{UUID(int=3)}", ""])
async def test_the_log_is_for_auditors_and_data_protection_officers(gw: Driver, org: str) -> None:
    answers = {}
    for role in RIGHTS:
        person = DemonstrationPerson(slug=f"one-{role}", name="One", roles=(role.value,), org=org)
        headers = {"Authorization": f"Bearer {gw.tokens.mint(person)}"}
        answers[role] = (await gw.http.get(f"/api/v1{LOG}", headers=headers)).status_code

    audits = {
        "school": {Role.DATA_PROTECTION_OFFICER},
        "la": {Role.AUDITOR, Role.DATA_PROTECTION_OFFICER},
    }.get(org.partition(":")[0], set())
    assert answers == {role: 200 if role in audits else 403 for role in RIGHTS}


@pytest.mark.parametrize(
    "asked", [{"placement": "x"}, {"from": "yesterday"}, {"to": "2026-13-01"}, {"cursor": "x"}, {"limit": 0}], ids=str
)
async def test_what_is_no_filter_of_the_log_is_malformed(gw: Driver, asked: dict[str, Any]) -> None:
    assert (await gw.get(LOG, "auditor", **asked)).status_code == 422


async def test_the_command_line_shows_the_log_and_is_in_it(gw: Driver, database: Database) -> None:
    await _read(gw, "dsl", "record", uuid7())

    printed = [await placements(gw, database, "audit", "access-log", "--why", "A check") for _ in range(2)]

    assert [code for code, _ in printed] == [0, 0]
    assert "Somebody at the command line" in printed[1][1]
    assert "A check" in printed[1][1]


async def test_no_filter_of_the_log_reads_all_of_it(gw: Driver) -> None:
    async with connection(gw.gateway.engine) as conn:
        await conn.execute(
            "INSERT INTO access_log (read_at, person_id, placement_id, what)"
            " SELECT now() - make_interval(secs => n), gen_random_uuid(), gen_random_uuid(), 'record'"
            " FROM generate_series(1, 20000) n"
        )
        one = await conn.fetchrow("SELECT * FROM access_log LIMIT 1")
        assert one is not None
        for condition in (
            f"placement_id = '{one['placement_id']}'",
            f"person_id = '{one['person_id']}'",
            f"read_at >= '{one['read_at'] - timedelta(seconds=1)}'",
            "true",
        ):
            plan = await conn.fetch(
                f"EXPLAIN SELECT * FROM access_log WHERE {condition} ORDER BY read_at DESC, access_id DESC LIMIT 100"  # noqa: S608 - constants of this test
            )
            assert "Seq Scan" not in "\n".join(row[0] for row in plan), condition
