"""Grants, triggers and the functions behind them: what the revisions make, compared with what a database has.

Who holds the owner's role can take a guard off and put it back. This finds one that was not put back.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.event_store.schema import statements as of_event_store
from infra.postgres.migrations import config, signer

Grant = tuple[str, ...]
"""Role, privilege, object and column; the column is empty where it is of the whole object."""

_GRANT = re.compile(
    r"(?P<verb>GRANT|REVOKE)\s+(?P<privileges>.+?)\s+ON\s+"
    r"(?:(?P<kind>TABLE|SEQUENCE|SCHEMA|FUNCTION|ALL FUNCTIONS IN SCHEMA)\s+)?(?P<objects>.+?)\s+"
    r"(?:TO|FROM)\s+(?P<roles>[\w, ]+)$",
    re.DOTALL,
)
_PRIVILEGE = re.compile(r"(?P<name>[A-Z]+)(?:\s*\((?P<columns>[^)]*)\))?")
_TRIGGER = re.compile(r"CREATE (?:OR REPLACE )?TRIGGER (?P<name>\w+)\s.*?\sON\s+(?P<table>[\w.]+)", re.DOTALL)
_ALWAYS = re.compile(r"ALTER TABLE (?P<table>[\w.]+) ENABLE ALWAYS TRIGGER (?P<name>\w+)")
_FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (?P<name>event_store\.\w+)\(.*?AS \$\$(?P<body>.*?)\$\$", re.DOTALL
)
_COMMENT = re.compile(r"--[^\n]*")
_BODY = re.compile(r"\$\$.*?\$\$", re.DOTALL)

_ACTUAL_GRANTS: Final = """
WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'event_store')),
found (grantee, privilege, object, attribute) AS (
    SELECT a.grantee, a.privilege_type, c.oid::regclass::text, '' FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace IN (SELECT oid FROM ours) AND a.grantee <> c.relowner
    UNION ALL
    SELECT a.grantee, a.privilege_type, c.oid::regclass::text, t.attname FROM pg_attribute t
    JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a
    WHERE c.relnamespace IN (SELECT oid FROM ours) AND NOT t.attisdropped AND a.grantee <> c.relowner
    UNION ALL
    SELECT a.grantee, a.privilege_type, n.nspname, '' FROM pg_namespace n, aclexplode(n.nspacl) a
    WHERE n.nspname = 'event_store' AND a.grantee <> n.nspowner
    UNION ALL
    SELECT a.grantee, a.privilege_type,
        CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || p.proname, ''
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
        aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE n.oid IN (SELECT oid FROM ours) AND a.grantee <> p.proowner
)
SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END, privilege, object, attribute
FROM found
"""
_ACTUAL_TRIGGERS: Final = """
SELECT t.tgrelid::regclass::text, t.tgname::text, t.tgenabled::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND n.nspname IN ('public', 'event_store')
"""
_ACTUAL_FUNCTIONS: Final = """
SELECT 'event_store.' || proname, prosrc FROM pg_proc WHERE pronamespace = 'event_store'::regnamespace
"""


def _statements() -> Iterator[str]:
    """Every statement of every revision, the first first, and what is granted to the signer after them."""
    revisions = [*ScriptDirectory.from_config(config()).walk_revisions()][::-1]
    for revision in revisions:
        yield from revision.module.sql()
    yield from signer.GRANTS


def expected_grants() -> set[Grant]:
    """Raises ValueError: a revision grants in a form that is not understood here."""
    found: set[Grant] = set()
    for script in _statements():
        for statement in _COMMENT.sub("", _BODY.sub("", script)).split(";"):
            if (stripped := " ".join(statement.split())).startswith(("GRANT ", "REVOKE ")):
                _apply(stripped, found)
    return found


def _apply(statement: str, found: set[Grant]) -> None:
    read = _GRANT.match(statement)
    if read is None:
        raise ValueError(f"not understood: {statement}")
    if "FUNCTIONS IN SCHEMA" in (read["kind"] or "") or read["roles"] == "PUBLIC":
        return  # of everybody: nothing is expected
    objects = [re.sub(r"\(.*", "", each.strip()) for each in re.split(r",\s*(?![^(]*\))", read["objects"])]
    for role in (each.strip() for each in read["roles"].split(",")):
        for name in objects:
            for privilege in _PRIVILEGE.finditer(read["privileges"]):
                columns = [each.strip() for each in (privilege["columns"] or "").split(",")]
                rights = {(role, privilege["name"], name, column) for column in columns}
                if read["verb"] == "GRANT":
                    found |= rights
                elif privilege["columns"]:
                    found -= rights
                else:
                    found -= {each for each in found if each[:3] == (role, privilege["name"], name)}


def expected_triggers() -> dict[tuple[str, str], str]:
    """By table and name; A is for those that no setting of a session passes by."""
    scripts = [_BODY.sub("", script) for script in _statements()]
    found = {(each["table"], each["name"]): "O" for script in scripts for each in _TRIGGER.finditer(script)}
    return found | {(each["table"], each["name"]): "A" for script in scripts for each in _ALWAYS.finditer(script)}


def expected_functions() -> dict[str, str]:
    """The bodies of those that are written in PL/pgSQL."""
    return {each["name"]: each["body"] for script in of_event_store() for each in _FUNCTION.finditer(script)}


async def differences(conn: AsyncConnection) -> list[str]:
    """What a database has or lacks of all this, in words; nothing where it is as the revisions make it."""
    actual = set(await _rows(conn, _ACTUAL_GRANTS))
    expected = expected_grants()
    if not any(role == signer.SIGNER for role, *_ in actual):
        return [f"there is no role {signer.SIGNER} that signs: docs/how-to/run-elsewhere.md"]
    wrong = [f"{_told(each)} is granted, and is not to be" for each in sorted(actual - expected)]
    wrong += [f"{_told(each)} is not granted" for each in sorted(expected - actual)]
    triggers = {(table, name): enabled for table, name, enabled in await _rows(conn, _ACTUAL_TRIGGERS)}
    for (table, name), enabled in sorted(expected_triggers().items()):
        if triggers.get((table, name)) != enabled:
            wrong.append(f"the trigger {name} on {table} is {'missing' if (table, name) not in triggers else 'off'}")
    bodies = expected_functions()
    found = {(name, body) for name, body in await _rows(conn, _ACTUAL_FUNCTIONS)}
    wrong += [f"the function {name} is another" for name in sorted(bodies) if (name, bodies[name]) not in found]
    return wrong


async def _rows(conn: AsyncConnection, query: str) -> Sequence[tuple[str, ...]]:
    return [tuple(row) for row in await conn.execute(text(query))]


def _told(grant: tuple[str, ...]) -> str:
    role, privilege, name, column = grant
    return f"{privilege} on {name}{f' ({column})' if column else ''} to {role}"
