"""The feed's fence held shut by whoever has the right to: told as a passing trouble, and who has that right."""

import asyncpg
import pytest

from infra.event_store.read import FENCE_NAMESPACE
from infra.ids import uuid7
from infra.settings import Settings
from services.commands.doctor import role
from services.gateway.commands.examples import STORY
from services.local.postgres import superuser_url
from tests.conftest import Database, Postgres
from tests.gateway.driving import Driver

REGISTER_SCHOOL = STORY[0]
REGISTER = "/schools/900001/commands/register-school"


@pytest.fixture
def superusers_own(postgres_server: Postgres, database: Database) -> str:
    return superuser_url(postgres_server.admin_dsn, database.name)


async def test_a_fence_held_shut_is_answered_503_and_the_command_can_be_repeated(
    gw: Driver, superusers_own: str
) -> None:
    other = await asyncpg.connect(superusers_own)
    await other.execute("SELECT pg_advisory_lock($1)", FENCE_NAMESPACE << 48)
    key = uuid7()

    held = await gw.give(REGISTER, REGISTER_SCHOOL.body, "la_officer", key=key)
    await other.close()
    again = await gw.give(REGISTER, REGISTER_SCHOOL.body, "la_officer", key=key)

    assert (held.status_code, held.json()["code"], held.headers["Retry-After"]) == (503, "record_closed", "2")
    assert again.status_code < 300


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_advisory_lock(4995072469926809600)",
        "SELECT pg_advisory_lock_shared(4995072469926809600)",
        "SELECT pg_advisory_xact_lock(4995072469926809600)",
        "SELECT pg_try_advisory_lock(4995072469926809600)",
        "SELECT pg_try_advisory_lock_shared(4995072469926809600)",
        "SELECT pg_try_advisory_xact_lock_shared(4995072469926809600)",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'hidden')",
    ],
)
async def test_the_services_role_cannot_hold_the_feed_nor_keep_large_objects(
    database: Database, statement: str
) -> None:
    for url in (database.app_url, database.signer_url):
        conn = await asyncpg.connect(url)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(statement)
        await conn.close()


@pytest.mark.parametrize("other", ["postgres", "template1"])
async def test_the_services_role_connects_to_no_other_database(database: Database, other: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(database.app_url.replace(database.name, other))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("GRANT EXECUTE ON FUNCTION pg_advisory_lock_shared(bigint) TO PUBLIC", "it may take the locks that hold"),
        ("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC", "it may make large objects"),
        ("ALTER ROLE placements BYPASSRLS", "it may do anything"),
    ],
)
async def test_doctor_says_what_the_services_role_may_do_beyond_its_needs(
    settings: Settings, superusers_own: str, given: str, found: str
) -> None:
    conn = await asyncpg.connect(superusers_own)
    before = [each.found for each in await role(settings)]
    try:
        await conn.execute(given)
        after = [each.found for each in await role(settings) if not each.well]
    finally:
        await conn.execute("ALTER ROLE placements NOBYPASSRLS")
        await conn.close()

    assert not [each for each in before if each.startswith(found)]
    assert [each for each in after if each.startswith(found)]
