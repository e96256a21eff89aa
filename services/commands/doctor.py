"""`placements doctor`: looks at settings, servers, versions, the database's shape and the keys, and says what to do."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from uuid import UUID

import httpx2
import typer
from prometheus_client import CollectorRegistry
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, GetSystemInfoRequest
from temporalio.service import RPCError

from domain.shared.words import figure
from infra.clock import clock_for, is_demonstration
from infra.encryption.key_store.configured import service_for
from infra.encryption.keys import KEY_BYTES, KeyStoreUnavailable
from infra.postgres import migrations
from infra.postgres.db import connection, create_engine
from infra.postgres.migrations import guards as migrations_guards
from infra.proof.watching import is_shared
from infra.settings import Settings
from infra.streams.calendar_data import known
from infra.streams.reference import Reference
from infra.temporal import client as temporal
from infra.watch import Watch
from services.commands import calendar_rows, pages_check
from services.commands.options import AsJson, show

OLDEST_POSTGRES = 150_000
_SECONDS = 5.0
_NO_KEY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFinding:
    """One thing looked at: `remedy` says what to do where it is not well."""

    part: str
    well: bool
    found: str
    remedy: str = ""


def doctor(as_json: AsJson = False) -> None:
    """Check settings, servers, versions, migrations and keys. Exit code 1 where something is not well."""
    findings = asyncio.run(_examine())
    if as_json:
        show([asdict(finding) for finding in findings], columns=(), as_json=True)
    else:
        show([_said(finding) for finding in findings], columns=("part", "state", "found", "what_to_do"), as_json=False)
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)


def _said(finding: HealthFinding) -> dict[str, str]:
    return {
        "part": finding.part,
        "state": "well" if finding.well else "NOT WELL",
        "found": finding.found,
        "what_to_do": finding.remedy,
    }


async def _examine() -> list[HealthFinding]:
    try:
        settings = Settings()
    except ValidationError as error:
        missing = ", ".join("PLACEMENTS_" + str(problem["loc"][0]).upper() for problem in error.errors())
        return [HealthFinding(part="settings", well=False, found=missing, remedy="set them, or start `make run` here")]
    checks: tuple[tuple[str, Callable[[Settings], Awaitable[list[HealthFinding]]]], ...] = (
        ("database", _database),
        ("role", role),
        ("guards", guards),
        ("clock", clock),
        ("feed", feed),
        ("signing", signing),
        ("calendars", calendars),
        ("temporal", _temporal),
        ("issuer", _issuer),
        ("pages", pages),
        ("keys", _keys),
        ("key service", key_service),
    )
    findings = [HealthFinding(part="settings", well=True, found="complete")]
    for part, check in checks:
        try:
            async with asyncio.timeout(_SECONDS):
                findings += await check(settings)
        except (OSError, TimeoutError, DBAPIError, RPCError, RuntimeError, httpx2.HTTPError) as error:
            # The class alone: a message of the driver may carry the connection string.
            remedy = "is it running, and is its address set right?"
            findings.append(HealthFinding(part=part, well=False, found=type(error).__name__, remedy=remedy))
    return findings


async def _database(settings: Settings) -> list[HealthFinding]:
    engine = create_engine(settings)
    try:
        async with engine.connect() as conn:
            number = int((await conn.execute(text("SHOW server_version_num"))).scalar_one())
            version = str((await conn.execute(text("SHOW server_version"))).scalar_one())
            await conn.rollback()
            revision = await migrations.current(conn)
    finally:
        await engine.dispose()
    head = migrations.head()
    return [
        HealthFinding(
            part="database",
            well=number >= OLDEST_POSTGRES,
            found=f"PostgreSQL {version}",
            remedy="" if number >= OLDEST_POSTGRES else "PostgreSQL 15 or later is needed",
        ),
        HealthFinding(
            part="migrations",
            well=revision == head,
            found=f"at {revision or 'nothing'}, newest {head}",
            remedy="" if revision == head else "run `placements migrate`",
        ),
    ]


_MORE_THAN_IT_NEEDS = """
SELECT 'take the locks that hold the feed' AS may WHERE EXISTS (
    SELECT FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(try_)?advisory_'
        AND proargtypes = ARRAY['bigint'::regtype::oid]::oidvector AND has_function_privilege(oid, 'EXECUTE'))
UNION ALL SELECT 'make large objects' WHERE EXISTS (
    SELECT FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^(lo_.*|loread|lowrite)$'
        AND has_function_privilege(oid, 'EXECUTE'))
UNION ALL SELECT 'connect to ' || string_agg(datname, ', ' ORDER BY datname) FROM pg_database
    WHERE datname <> current_database() AND datallowconn AND has_database_privilege(oid, 'CONNECT')
    HAVING count(*) > 0
UNION ALL SELECT 'do anything, as a superuser or a maker of roles' FROM pg_roles
    WHERE rolname = current_user AND (rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication)
UNION ALL SELECT 'change the shape of the record, as its owner' FROM pg_database
    WHERE datname = current_database() AND pg_has_role(current_user, datdba, 'MEMBER')
"""


async def role(settings: Settings) -> list[HealthFinding]:
    """What the services' role may do beyond what it needs."""
    engine = create_engine(settings)
    try:
        async with engine.connect() as conn:
            found = [str(each) for each in (await conn.execute(text(_MORE_THAN_IT_NEEDS))).scalars()]
    finally:
        await engine.dispose()
    remedy = "a superuser runs infra/postgres/migrations/superuser.sql: docs/how-to/run-elsewhere.md"
    more = [HealthFinding(part="role", well=False, found=f"it may {each}", remedy=remedy) for each in found]
    return more or [HealthFinding(part="role", well=True, found="may do what the services need")]


async def guards(settings: Settings) -> list[HealthFinding]:
    """Whether grants and triggers are those that the migrations make."""
    engine = create_engine(settings)
    try:
        async with engine.connect() as conn:
            if await migrations.current(conn) != migrations.head():
                return []  # said above, and what is compared here is the newest
            found = await migrations_guards.differences(conn)
    finally:
        await engine.dispose()
    remedy = "find out who did it, put it right as the owner, and run `placements audit verify`"
    wrong = [HealthFinding(part="guards", well=False, found=each, remedy=remedy) for each in found]
    return wrong or [
        HealthFinding(part="guards", well=True, found="grants and triggers are as the migrations make them")
    ]


async def clock(settings: Settings) -> list[HealthFinding]:
    """Whether the setting that moves time is on where it moves none."""
    if not settings.demonstration_clock:
        return []
    engine = create_engine(settings)
    try:
        async with connection(engine) as conn:
            well = await is_demonstration(conn)
    finally:
        await engine.dispose()
    found = "a demonstration's, which may be moved on" if well else "the machine's: this database is no demonstration"
    return [
        HealthFinding(
            part="clock", well=well, found=found, remedy="" if well else "unset PLACEMENTS_DEMONSTRATION_CLOCK"
        )
    ]


async def feed(settings: Settings) -> list[HealthFinding]:
    """What holds the feed of events or a follower of it back now."""
    engine = create_engine(settings)
    try:
        seen = await Watch(engine, CollectorRegistry()).see()
    finally:
        await engine.dispose()
    warned = [
        HealthFinding(part="feed", well=False, found=each.detail, remedy="see docs/how-to/watch.md")
        for each in seen.warnings()
    ]
    return warned or [HealthFinding(part="feed", well=True, found="nothing holds it or its followers back")]


async def signing(settings: Settings) -> list[HealthFinding]:
    """Whether the record is signed, and by a role that the services do not share."""
    engine = create_engine(settings)
    try:
        seen = await Watch(engine, CollectorRegistry(), origin=settings.record_origin).see()
        async with connection(engine) as conn:
            shared = await is_shared(conn)
    finally:
        await engine.dispose()
    remedy = "see docs/how-to/prove.md"
    wrong = [each.detail for each in seen.warnings() if each.code.startswith("signing_")]
    found = seen.signing
    assert found is not None, "it was asked for"
    if not wrong and found.waiting and found.looked_at is None:
        wrong.append("the signer has never looked: is a worker running?")
    if not wrong and shared:
        wrong.append("the services' own role may write what the signer writes")
        remedy = "make the role placements_signer: docs/how-to/run-elsewhere.md"
    if wrong:
        return [HealthFinding(part="signing", well=False, found=each, remedy=remedy) for each in wrong]
    return [HealthFinding(part="signing", well=True, found=f"up to position {found.position}, as {found.origin}")]


async def calendars(settings: Settings) -> list[HealthFinding]:
    """How far the bank holidays and each school's terms are known."""
    engine = create_engine(settings)
    try:
        found = await known(engine, clock_for(settings), Reference())
    finally:
        await engine.dispose()
    return [
        HealthFinding(part=part, well=well, found=said, remedy=remedy)
        for part, well, said, remedy in calendar_rows.rows(found)
    ]


async def _temporal(_: Settings) -> list[HealthFinding]:
    client = await temporal.connect()
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    return [HealthFinding(part="temporal", well=True, found=f"{info.server_version}, namespace {client.namespace}")]


async def _issuer(settings: Settings) -> list[HealthFinding]:
    async with httpx2.AsyncClient(timeout=_SECONDS) as client:
        answer = await client.get(settings.jwks_url)
    keys = answer.json().get("keys", []) if answer.is_success else []
    return [
        HealthFinding(
            part="issuer",
            well=bool(keys),
            found=f"{figure(len(keys), 'key')} at {settings.jwks_url}",
            remedy="" if keys else "PLACEMENTS_JWKS_URL must answer with the issuer's keys",
        )
    ]


async def pages(settings: Settings) -> list[HealthFinding]:
    """Whether people can sign in by page."""
    found = await pages_check.pages(settings)
    return [HealthFinding(part="pages", well=well, found=said, remedy=remedy) for well, said, remedy in found]


async def _keys(settings: Settings) -> list[HealthFinding]:
    folder = settings.keys_directory
    if not folder.exists():
        return [HealthFinding(part="keys", well=True, found=f"{folder} is made with the first pupil")]
    mode = folder.stat().st_mode & 0o077
    usable = os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    return [
        HealthFinding(
            part="keys",
            well=usable and not mode,
            found=str(folder),
            remedy="" if usable and not mode else "the folder must be ours to write and closed to others (0700)",
        )
    ]


async def key_service(settings: Settings) -> list[HealthFinding]:
    """Whether the key management service wraps and unwraps for us; nothing where none is set."""
    try:
        service = service_for(settings)
        if service is None:
            return []
        wrapped = await asyncio.to_thread(service.wrap, _NO_KEY, bytes(KEY_BYTES))
        await asyncio.to_thread(service.unwrap, _NO_KEY, wrapped)
    except KeyStoreUnavailable as error:
        remedy = "see docs/how-to/keys.md: its region, our credentials, and kms:Encrypt and kms:Decrypt for them"
        return [HealthFinding(part="key service", well=False, found=str(error), remedy=remedy)]
    return [HealthFinding(part="key service", well=True, found=f"AWS KMS wraps by {settings.kms_key_id}")]
