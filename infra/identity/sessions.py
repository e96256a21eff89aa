"""Sessions of people who signed in by page: a row each, found by the hash of what the browser holds.

The database holds nothing that a browser could send, the token's SHA-256 alone, and no name: the person's, and the id
token that the issuer wants to see at the end, are sealed under the token. Timed by the database's clock, never by the
demonstration's.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from infra.identity.claims import Membership
from infra.identity.tokens import Person
from infra.ids import uuid7
from infra.postgres.db import metadata

IDLE: Final = timedelta(hours=2)
IN_ALL: Final = timedelta(hours=12)
# How long the row of a session that is over is kept: somebody who wonders about yesterday finds it in the log.
KEPT: Final = timedelta(days=1)
_TOKEN_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_LONGEST_TOKEN: Final = 100

web_session = Table(
    "web_session",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    # None where it is still to be chosen, and for who works for nobody.
    Column("organisation", Text),
    Column("organisation_name", Text),
    # Every organisation that the issuer named, with the roles there: one of them is chosen.
    Column("choices", JSONB, nullable=False),
    Column("csrf", Text, nullable=False),
    # What the issuer calls the person and its own session: it ends ours by either.
    Column("issuer_subject", Text, nullable=False),
    Column("issuer_session", Text),
    # The person's name and the id token.
    Column("sealed", LargeBinary, nullable=False),
    Column("browser", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("seen", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("ended", DateTime(timezone=True)),
    UniqueConstraint("session_id", name="web_session_session_id_key"),
)
Index("web_session_person_id_idx", web_session.c.person_id)
Index("web_session_issuer_subject_idx", web_session.c.issuer_subject)
Index("web_session_created_idx", web_session.c.created)

_COLUMNS: Final = """session_id, person_id, roles, organisation, organisation_name,
choices::text AS choices, csrf, browser, created, seen"""
# $1 and $2 are the two limits in each statement that asks for a live session.
_LIVE: Final = (
    "ended IS NULL AND created > clock_timestamp() - $1::interval AND seen > clock_timestamp() - $2::interval"
)
_BEGIN: Final = """
INSERT INTO web_session (token_sha256, session_id, person_id, roles, organisation, organisation_name, choices, csrf,
    issuer_subject, issuer_session, sealed, browser)
VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8, $9, $10, $11, $12)
"""
_FIND: Final = f"""
SELECT {_COLUMNS}, sealed, least(created + $1, clock_timestamp() + $2) AS ends,
    seen < clock_timestamp() - interval '1 minute' AS to_be_seen
FROM web_session
WHERE token_sha256 = $3 AND {_LIVE}
"""  # noqa: S608 - constants only
_SEALED: Final = "SELECT sealed FROM web_session WHERE token_sha256 = $1"
_SEE: Final = "UPDATE web_session SET seen = clock_timestamp() WHERE token_sha256 = $1 AND ended IS NULL"
# A choice changes what the session may do: the old one ends, and another goes on under a new token, for no longer.
_CHOOSE: Final = f"""
WITH before AS (
    UPDATE web_session SET ended = clock_timestamp() WHERE token_sha256 = $3 AND {_LIVE} RETURNING *
)
INSERT INTO web_session (token_sha256, session_id, person_id, roles, organisation, organisation_name, choices, csrf,
    issuer_subject, issuer_session, sealed, browser, created)
SELECT $4, $5, person_id, $6, $7, $8, choices, $9, issuer_subject, issuer_session, $10, browser, created
FROM before
"""  # noqa: S608 - constants only
_OF_PERSON: Final = f"""
SELECT {_COLUMNS}, least(created + $1, seen + $2) AS ends FROM web_session
WHERE person_id = $3 AND {_LIVE} ORDER BY seen DESC, session_id LIMIT 100
"""  # noqa: S608 - constants only
_END: Final = "UPDATE web_session SET ended = clock_timestamp() WHERE ended IS NULL"
_SWEEP: Final = """
DELETE FROM web_session WHERE created < clock_timestamp() - $1::interval - $2::interval
OR ended < clock_timestamp() - $2::interval
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """One that has not ended. `ends` is when it ends if nothing more is done in it.

    `is_chosen` is false for who has several organisations and has not said for which they act: the person has no role.
    """

    session_id: UUID
    person: Person
    organisation_name: str | None
    choices: tuple[Membership, ...]
    csrf: str = field(repr=False)
    browser: str
    created: datetime
    seen: datetime
    ends: datetime

    @property
    def is_chosen(self) -> bool:
        return bool(self.person.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What a session begins with. One membership is taken; of several the person chooses one."""

    person_id: UUID
    name: str | None = field(repr=False)
    memberships: tuple[Membership, ...]
    issuer_subject: str
    issuer_session: str | None
    id_token: str = field(repr=False)
    browser: str


async def begin(conn: asyncpg.Connection, sign_in: SignIn) -> str:
    """The token of a new session, which the browser keeps and nobody else."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    one = sign_in.memberships[0] if len(sign_in.memberships) == 1 else Membership(org=None, roles=frozenset())
    await conn.execute(
        _BEGIN,
        _hash(token),
        uuid7(),
        sign_in.person_id,
        sorted(one.roles),
        one.org,
        one.org_name,
        json.dumps([_as_json(each) for each in sign_in.memberships]),
        secrets.token_urlsafe(_TOKEN_BYTES),
        sign_in.issuer_subject,
        sign_in.issuer_session,
        _seal(token, {"name": sign_in.name, "id_token": sign_in.id_token}),
        sign_in.browser,
    )
    return token


async def find(conn: asyncpg.Connection, token: str) -> WebSession | None:
    """The session of this token, which is thereby in use; None where it never began, or is over."""
    if len(token) > _LONGEST_TOKEN:
        return None
    row = await conn.fetchrow(_FIND, IN_ALL, IDLE, _hash(token))
    if row is None:
        return None
    if row["to_be_seen"]:  # once a minute: a page should not cost a write each time
        await conn.execute(_SEE, _hash(token))
    return _session(dict(row), _opened(token, row["sealed"]).get("name"))


async def choose(conn: asyncpg.Connection, token: str, chosen: Membership) -> str | None:
    """The token under which the session goes on, for the organisation chosen; None where it has ended meanwhile."""
    sealed = await conn.fetchval(_SEALED, _hash(token))
    if sealed is None:
        return None
    fresh = secrets.token_urlsafe(_TOKEN_BYTES)
    done = await conn.execute(
        _CHOOSE,
        IN_ALL,
        IDLE,
        _hash(token),
        _hash(fresh),
        uuid7(),
        sorted(chosen.roles),
        chosen.org,
        chosen.org_name,
        secrets.token_urlsafe(_TOKEN_BYTES),
        _seal(fresh, _opened(token, sealed)),
    )
    return fresh if _count(done) else None


async def id_token_of(conn: asyncpg.Connection, token: str) -> str | None:
    """The id token that the session began with: the issuer takes it as a hint of who signs out."""
    sealed = await conn.fetchval(_SEALED, _hash(token))
    return None if sealed is None else _opened(token, sealed).get("id_token")


async def of_person(conn: asyncpg.Connection, person_id: UUID) -> list[WebSession]:
    """Every live session of somebody, the last used first; without the name, which each holds under its own token."""
    return [_session(dict(row), None) for row in await conn.fetch(_OF_PERSON, IN_ALL, IDLE, person_id)]


async def end(conn: asyncpg.Connection, person_id: UUID, session_id: UUID) -> bool:
    """Ends one of somebody's own. False where they have no such session that goes on."""
    done = await conn.execute(f"{_END} AND person_id = $1 AND session_id = $2", person_id, session_id)
    return _count(done) > 0


async def end_all(conn: asyncpg.Connection, person_id: UUID) -> int:
    return _count(await conn.execute(f"{_END} AND person_id = $1", person_id))


async def end_everybody(conn: asyncpg.Connection) -> int:
    """Ends every session that there is."""
    return _count(await conn.execute(_END))


async def end_of_issuer(conn: asyncpg.Connection, *, subject: str | None, session: str | None) -> int:
    """Ends what the issuer says has ended there: one of its sessions, or all of somebody. Returns how many."""
    done = await conn.execute(
        f"{_END} AND ($1::text IS NULL OR issuer_subject = $1) AND ($2::text IS NULL OR issuer_session = $2)"
        " AND num_nonnulls($1::text, $2::text) > 0",
        subject,
        session,
    )
    return _count(done)


async def sweep(conn: asyncpg.Connection) -> int:
    """Removes what has been over for a day: nobody's name is kept for longer than it is of use."""
    return _count(await conn.execute(_SWEEP, IN_ALL, KEPT))


def _count(status: str) -> int:
    return int(status.rpartition(" ")[2])


def _session(row: Mapping[str, Any], name: str | None) -> WebSession:
    person = Person(
        id=row["person_id"],
        roles=frozenset(row["roles"]),
        org=row["organisation"],
        name=name,
        expires_at=row["ends"].timestamp(),
        issued_at=row["created"],
    )
    return WebSession(
        session_id=row["session_id"],
        person=person,
        organisation_name=row["organisation_name"],
        choices=tuple(_memberships(json.loads(row["choices"]))),
        csrf=row["csrf"],
        browser=row["browser"],
        created=row["created"],
        seen=row["seen"],
        ends=row["ends"],
    )


def _as_json(membership: Membership) -> dict[str, Any]:
    return {"org": membership.org, "roles": sorted(membership.roles), "org_name": membership.org_name}


def _memberships(stored: Iterable[Mapping[str, Any]]) -> Iterable[Membership]:
    for each in stored:
        yield Membership(org=each["org"], roles=frozenset(each["roles"]), org_name=each["org_name"])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _cipher(token: str) -> AESGCM:
    return AESGCM(hmac.digest(token.encode(), b"placements/web-session/1", "sha256"))


def _seal(token: str, clear: Mapping[str, str | None]) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(token).encrypt(nonce, json.dumps(clear).encode(), None)


def _opened(token: str, sealed: bytes) -> dict[str, str | None]:
    """Nothing where the bytes were changed."""
    try:
        clear = _cipher(token).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag:
        return {}
    opened: dict[str, str | None] = json.loads(clear)
    return opened
