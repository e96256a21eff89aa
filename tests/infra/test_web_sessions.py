"""Sessions in the database: what is kept of them, what ends them, and what goes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest

from infra.identity import sessions
from infra.identity.claims import Membership
from infra.identity.sessions import SignIn
from infra.identity.tokens import Person
from tests.conftest import Database

AMARA = UUID("01932f3a-7c1e-7d2b-9a54-0b6f6e1c2d3f")
OTHER = UUID("01932f3a-7c1e-7d2b-9a54-0b6f6e1c2d40")
ALDERBROOK = Membership(org="school:900001", roles=frozenset({"case_worker", "dsl"}), org_name="Alderbrook Academy")
RAVENSMOOR = Membership(org="school:900002", roles=frozenset({"head"}), org_name="Ravensmoor School")
SIGN_IN = SignIn(
    person_id=AMARA,
    name="Amara Thistlewood",
    memberships=(ALDERBROOK,),
    issuer_subject="amara",
    issuer_session="s-1",
    id_token="header.an-id-token.signature",
    browser="Firefox on Windows",
)


@pytest.fixture
async def conn(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """As the services connect."""
    made = await asyncpg.connect(database.app_url)
    yield made
    await made.close()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """As only the tests do: the services cannot set when a session began."""
    made = await asyncpg.connect(database.owner_url)
    yield made
    await made.close()


async def aged(owner: asyncpg.Connection, column: str, by: str) -> None:
    await owner.execute(f"UPDATE web_session SET {column} = {column} - $1::text::interval", by)  # noqa: S608 - a test's


async def test_a_session_gives_the_person_that_a_token_gives(conn: asyncpg.Connection) -> None:
    token = await sessions.begin(conn, SIGN_IN)

    found = await sessions.find(conn, token)

    assert found is not None
    assert found.person == Person(id=AMARA, roles=ALDERBROOK.roles, org=ALDERBROOK.org, name="Amara Thistlewood")
    assert (found.organisation_name, found.browser) == ("Alderbrook Academy", "Firefox on Windows")
    assert found.person.expires_at == found.ends.timestamp()
    assert 7_190 < (found.ends - datetime.now(UTC)).total_seconds() < 7_210
    assert "Amara" not in repr(found)


async def test_the_database_holds_the_hash_of_a_token_and_nothing_to_send(conn: asyncpg.Connection) -> None:
    token = await sessions.begin(conn, SIGN_IN)

    row = await conn.fetchrow("SELECT * FROM web_session")

    assert row is not None
    assert row["token_sha256"] == sha256(token.encode()).digest()
    assert not any(part in repr(tuple(row)) for part in (token, "an-id-token", "Amara"))
    assert await sessions.id_token_of(conn, token) == SIGN_IN.id_token


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\udc80"])
async def test_what_no_session_has_finds_none(conn: asyncpg.Connection, token: str) -> None:
    await sessions.begin(conn, SIGN_IN)

    assert await sessions.find(conn, token) is None


@pytest.mark.parametrize(
    ("column", "by", "goes_on"),
    [
        pytest.param("seen", "1 hour 59 minutes", True, id="used within two hours"),
        pytest.param("seen", "2 hours", False, id="idle for two hours"),
        pytest.param("created", "11 hours 59 minutes", True, id="begun within twelve hours"),
        pytest.param("created", "12 hours", False, id="begun twelve hours ago"),
    ],
)
async def test_a_session_ends_when_it_is_idle_and_at_twelve_hours(
    conn: asyncpg.Connection, owner: asyncpg.Connection, column: str, by: str, goes_on: bool
) -> None:
    token = await sessions.begin(conn, SIGN_IN)
    await aged(owner, column, by)

    assert (await sessions.find(conn, token) is not None) is goes_on
    assert bool(await sessions.of_person(conn, AMARA)) is goes_on


async def test_using_a_session_keeps_it_and_never_beyond_twelve_hours(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    token = await sessions.begin(conn, SIGN_IN)
    await aged(owner, "created", "11 hours 30 minutes")
    await aged(owner, "seen", "90 minutes")

    assert await sessions.find(conn, token) is not None
    await aged(owner, "seen", "90 minutes")
    found = await sessions.find(conn, token)

    assert found is not None
    assert 1_700 < (found.ends - datetime.now(UTC)).total_seconds() < 1_810


async def test_each_sign_in_has_a_token_and_a_csrf_token_of_its_own(conn: asyncpg.Connection) -> None:
    tokens = [await sessions.begin(conn, SIGN_IN) for _ in range(2)]
    found = [await sessions.find(conn, token) for token in tokens]

    assert len({*tokens, *(each.csrf for each in found if each), *(each.session_id for each in found if each)}) == 6


async def test_a_session_is_ended_by_who_has_it_and_by_nobody_else(conn: asyncpg.Connection) -> None:
    token = await sessions.begin(conn, SIGN_IN)
    found = await sessions.find(conn, token)
    assert found is not None

    assert not await sessions.end(conn, OTHER, found.session_id)
    assert await sessions.find(conn, token) is not None
    assert await sessions.end(conn, AMARA, found.session_id)
    assert await sessions.find(conn, token) is None
    assert not await sessions.end(conn, AMARA, found.session_id)


async def test_signing_out_everywhere_ends_each_session_of_one_person(conn: asyncpg.Connection) -> None:
    mine = [await sessions.begin(conn, SIGN_IN) for _ in range(3)]
    theirs = await sessions.begin(conn, replace(SIGN_IN, person_id=OTHER))

    assert len(await sessions.of_person(conn, AMARA)) == 3
    assert await sessions.end_all(conn, AMARA) == 3
    assert [await sessions.find(conn, token) for token in mine] == [None] * 3
    assert await sessions.find(conn, theirs) is not None


@pytest.mark.parametrize(
    ("subject", "session", "ended"),
    [
        pytest.param("amara", None, {0, 1}, id="all of somebody"),
        pytest.param(None, "s-1", {0}, id="one session of the issuer"),
        pytest.param("amara", "s-2", {1}, id="one session of somebody"),
        pytest.param("hector", "s-2", set(), id="somebody else's session"),
        pytest.param("nobody", None, set(), id="nobody here"),
        pytest.param(None, None, set(), id="nobody named"),
    ],
)
async def test_the_issuer_ends_what_has_ended_there(
    conn: asyncpg.Connection, subject: str | None, session: str | None, ended: set[int]
) -> None:
    begun = [
        replace(SIGN_IN, issuer_session="s-1"),
        replace(SIGN_IN, issuer_session="s-2"),
        replace(SIGN_IN, issuer_subject="hector", issuer_session=None),
    ]
    tokens = [await sessions.begin(conn, each) for each in begun]

    assert await sessions.end_of_issuer(conn, subject=subject, session=session) == len(ended)
    assert {at for at, token in enumerate(tokens) if await sessions.find(conn, token) is None} == ended


async def test_who_has_several_organisations_has_no_role_until_they_choose(conn: asyncpg.Connection) -> None:
    token = await sessions.begin(conn, replace(SIGN_IN, memberships=(ALDERBROOK, RAVENSMOOR)))
    before = await sessions.find(conn, token)
    assert before is not None
    assert (before.is_chosen, before.person.roles, before.person.org) == (False, frozenset(), None)
    assert before.choices == (ALDERBROOK, RAVENSMOOR)

    fresh = await sessions.choose(conn, token, RAVENSMOOR)

    assert fresh is not None
    after = await sessions.find(conn, fresh)
    assert after is not None
    assert (after.person.roles, after.person.org) == (RAVENSMOOR.roles, RAVENSMOOR.org)
    assert after.created == before.created
    assert await sessions.find(conn, token) is None
    assert len({before.csrf, after.csrf}) == len({before.session_id, after.session_id}) == 2
    assert await sessions.id_token_of(conn, fresh) == SIGN_IN.id_token


async def test_a_session_that_has_ended_chooses_nothing(conn: asyncpg.Connection) -> None:
    token = await sessions.begin(conn, replace(SIGN_IN, memberships=(ALDERBROOK, RAVENSMOOR)))
    await sessions.end_all(conn, AMARA)

    assert await sessions.choose(conn, token, RAVENSMOOR) is None
    assert await conn.fetchval("SELECT count(*) FROM web_session") == 1


async def test_a_day_after_its_end_nothing_is_left_of_a_session(
    conn: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    over = await sessions.begin(conn, SIGN_IN)
    await sessions.begin(conn, SIGN_IN)
    ended = await sessions.find(conn, over)
    assert ended is not None
    await sessions.end(conn, AMARA, ended.session_id)

    assert await sessions.sweep(conn) == 0
    await aged(owner, "ended", "25 hours")
    assert await sessions.sweep(conn) == 1
    await aged(owner, "created", "37 hours")
    assert await sessions.sweep(conn) == 1
    assert await conn.fetchval("SELECT count(*) FROM web_session") == 0


@pytest.mark.parametrize("column", ["roles = '{auditor}'", "person_id = gen_random_uuid()", "created = now()"])
async def test_the_services_cannot_change_who_signed_in(conn: asyncpg.Connection, column: str) -> None:
    await sessions.begin(conn, SIGN_IN)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute(f"UPDATE web_session SET {column}")  # noqa: S608 - a test's
