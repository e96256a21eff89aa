"""The second tree: decided commands and kept documents, in the order in which the signer took them.

It is no part of the events' tree, and no command waits for it: with each checkpoint the signer takes what was decided
and kept since. Bodies and documents are in it by the SHA-256 of what is stored, which is sealed under a pupil's key
where it is personal; so what a destroyed key makes unreadable leaves every proof valid.
"""

from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, CheckConstraint, Column, LargeBinary, Table, Text, UniqueConstraint, Uuid

from infra.postgres.db import metadata
from infra.proof.merkle import Frontier, leaf_hash
from infra.proof.verifying import Findings, FlawKind

proof_entry = Table(
    "proof_entry",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("media", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("id", "media"),
    CheckConstraint("kind IN ('command', 'document')", name="kind"),
)

MAX_TAKEN: Final = 20_000
"""As many one statement takes, and so many statements one checkpoint: an older store has all of them to be taken."""
_MOST_STATEMENTS: Final = 8
_PAGE: Final = 1_000
_NO_TIME: Final = 2**63 - 1
_TIMES: Final = frozenset({"issued_at", "received_at", "decided_at", "kept_at"})
_HASHED: Final = frozenset({"body", "sealed"})
_BYTES: Final = frozenset({"body", "sealed", "body_hmac", "fingerprint"})
_UUIDS: Final = frozenset({"command_id", "key_id", "correlation_id", "document_id", "placement_id"})
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "command": (
        *("command_id", "stream_id", "kind", "actor", "key_id", "body", "body_hmac", "correlation_id"),
        *("expected_version", "issued_at", "received_at", "status", "http_status", "answer", "attempts", "decided_at"),
    ),
    "document": ("document_id", "media", "placement_id", "fingerprint", "sealed", "kept_at"),
}
"""What of a row is hashed, in this order, permanently."""


def _column(name: str) -> str:
    if name in _TIMES:
        finite = f"CASE WHEN isfinite({name}) THEN (extract(epoch FROM {name}) * 1000000)::bigint ELSE {_NO_TIME} END"
        return f"CASE WHEN {name} IS NOT NULL THEN {finite} END AS {name}"
    if name in _BYTES:
        return f"encode({f'sha256({name})' if name in _HASHED else name}, 'hex') AS {name}"
    return f"{name}::text AS {name}" if name in _UUIDS else name


def _select(kind: str) -> str:
    return f"SELECT {', '.join(map(_column, FIELDS[kind]))} FROM {kind}"  # noqa: S608 - constants only


_NEW: Final = {
    "command": f"{_select('command')} WHERE status <> 'recorded' AND proved_as IS NULL"
    " ORDER BY decided_at, command_id LIMIT $1",
    "document": f"{_select('document')} WHERE proved_as IS NULL ORDER BY kept_at, document_id, media LIMIT $1",
}
_PUT: Final = """
INSERT INTO proof_entry (number, kind, id, media, hash)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::uuid[], $4::text[], $5::bytea[])
"""
_MARK: Final = {
    "command": """
UPDATE command c SET proved_as = n.number FROM unnest($1::bigint[], $2::uuid[], $3::text[]) AS n (number, id, media)
WHERE c.command_id = n.id
""",
    "document": """
UPDATE document d SET proved_as = n.number FROM unnest($1::bigint[], $2::uuid[], $3::text[]) AS n (number, id, media)
WHERE d.document_id = n.id AND d.media = n.media
""",
}
_COUNT: Final = "SELECT coalesce(max(number) + 1, 0) FROM proof_entry"
_ENTRIES: Final = "SELECT number, kind, id, media, hash FROM proof_entry WHERE number >= $1 ORDER BY number LIMIT $2"
_ROWS: Final = {
    "command": f"{_select('command')} WHERE command_id = ANY($1)",
    "document": f"{_select('document')} WHERE document_id = ANY($1)",
}
_UNPROVED: Final = """
SELECT 'command' AS kind, command_id AS id, '' AS media FROM command c
WHERE status <> 'recorded' AND NOT EXISTS (SELECT FROM proof_entry e WHERE e.id = c.command_id)
    AND (proved_as IS NOT NULL OR decided_at < $1)
UNION ALL
SELECT 'document', document_id, media FROM document d
WHERE NOT EXISTS (SELECT FROM proof_entry e WHERE e.id = d.document_id AND e.media = d.media)
    AND proved_as IS NOT NULL
ORDER BY 1, 2, 3
"""


def entry_hash(kind: str, written: Mapping[str, Any]) -> bytes:
    """Of a row as an export writes it. Raises ValueError, KeyError, TypeError, OverflowError."""
    parts = [f"placements/{kind}/1".encode(), *(_part(name, written[name]) for name in FIELDS[kind])]
    return sha256(b"".join(_number(-1) if each is None else _number(len(each)) + each for each in parts)).digest()


def _part(name: str, value: Any) -> bytes | None:
    if value is None:
        return None
    if name in _BYTES:
        return bytes.fromhex(value)
    if name in _UUIDS:
        return UUID(value).bytes
    return _number(value) if isinstance(value, int) else str(value).encode()


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)


async def take(conn: asyncpg.Connection, frontier: Frontier) -> None:
    """Put what was decided and kept since into the tree; in the signer's transaction.

    After a restore a new log signs the record, and begins with the entries that the log before it put there.
    """
    await go_on(conn, frontier, await conn.fetchval(_COUNT))
    for kind in (kind for kind in FIELDS for _ in range(_MOST_STATEMENTS)):
        rows = [dict(row) for row in await conn.fetch(_NEW[kind], MAX_TAKEN)]
        numbers = range(frontier.size, frontier.size + len(rows))
        hashes = [entry_hash(kind, row) for row in rows]
        ids, media = [UUID(row[f"{kind}_id"]) for row in rows], [row.get("media", "") for row in rows]
        if rows:
            await conn.execute(_PUT, list(numbers), [kind] * len(rows), ids, media, hashes)
            await conn.execute(_MARK[kind], list(numbers), ids, media)
        for each in hashes:
            frontier.append(leaf_hash(each))


async def go_on(conn: asyncpg.Connection, frontier: Frontier, size: int) -> None:
    """Take the entries that were put there before, up to a size; fewer where there are fewer."""
    while frontier.size < size:
        rows = await conn.fetch(_ENTRIES, frontier.size, min(_PAGE, size - frontier.size))
        for row in rows:
            if row["number"] != frontier.size:
                return
            frontier.append(leaf_hash(row["hash"]))
        if not rows:
            return


async def entry_lines(conn: asyncpg.Connection) -> AsyncIterator[dict[str, Any]]:
    """Each entry with the row that it is of, as it is now; without one where that is gone."""
    number = -(2**63)
    while entries := await conn.fetch(_ENTRIES, number, _PAGE):
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for kind in FIELDS:
            ids = [entry["id"] for entry in entries if entry["kind"] == kind]
            for row in await conn.fetch(_ROWS[kind], ids):
                rows[row[f"{kind}_id"], row.get("media", "")] = dict(row)
        for entry in entries:
            yield {
                "number": entry["number"],
                "kind": entry["kind"],
                "id": str(entry["id"]),
                "media": entry["media"],
                "hash": entry["hash"].hex(),
                "content": rows.get((str(entry["id"]), entry["media"])),
            }
        number = entries[-1]["number"] + 1


class EntryVerification:
    """Entries as they pass by, against their content and what checkpoints sign: root by number of entries."""

    def __init__(self, signed: Mapping[int, bytes], found: Findings) -> None:
        self._signed = signed
        self._found = found
        self._frontier = Frontier()

    def take(self, entry: Mapping[str, Any]) -> None:
        found, frontier = self._found, self._frontier
        place = f"{entry['kind']} {entry['id']} {entry['media']}".strip()
        digest = bytes.fromhex(entry["hash"])
        if entry["number"] != frontier.size:
            found.add(FlawKind.ENTRY, place, f"is number {entry['number']}, and should be {frontier.size}")
        if (content := entry["content"]) is None:
            found.add(FlawKind.ENTRY, place, "was deleted since it was proved")
        elif not _is_of(entry, content, digest):
            found.add(FlawKind.ENTRY, place, "is not as it was when it was proved")
        frontier.append(leaf_hash(digest))
        found.entries += 1
        if (root := self._signed.get(frontier.size)) is not None:
            if root == frontier.root():
                found.entries_proved = frontier.size
            else:
                detail = "the commands and documents so far are not those that were signed"
                found.add(FlawKind.ROOT, f"commands and documents up to number {frontier.size}", detail)

    def done(self) -> None:
        most = max(self._signed, default=0)
        if most > self._frontier.size:
            detail = f"only {self._frontier.size} are there: the rest was cut off"
            self._found.add(FlawKind.CUT, f"commands and documents up to number {most}", detail)


def _is_of(entry: Mapping[str, Any], content: Mapping[str, Any], digest: bytes) -> bool:
    kind = entry["kind"]
    try:
        named = (content[f"{kind}_id"], content.get("media", "")) == (entry["id"], entry["media"])
        return named and entry_hash(kind, content) == digest
    except (ValueError, KeyError, TypeError, OverflowError):
        return False


async def verify_entries(conn: asyncpg.Connection, signed: Mapping[int, bytes], before: Any, found: Findings) -> None:
    """The end of the record. `before`: the tree must hold what was decided by then, as it was signed since."""
    verification = EntryVerification(signed, found)
    async for entry in entry_lines(conn):
        verification.take(entry)
    verification.done()
    for row in await conn.fetch(_UNPROVED, before):
        place = f"{row['kind']} {row['id']} {row['media']}".strip()
        found.add(FlawKind.ENTRY, place, "is not in the tree of commands and documents, and should be")
    found.entries_waiting = await conn.fetchval(
        "SELECT (SELECT count(*) FROM command WHERE status <> 'recorded' AND proved_as IS NULL)"
        " + (SELECT count(*) FROM document WHERE proved_as IS NULL)"
    )
