"""Letters of a pupil whose personal data are erased: what a sender still keeps is deleted, the rest is reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from infra.encryption.keys import KeyErased, KeyMissing, KeyProvider
from infra.letters.port import Keeping

_OF_PUPIL: Final = """
SELECT letter.document_id, coalesce(letter.sent_by, CASE WHEN letter.status = 'by_hand' OR letter.handed_over
    THEN 'hand' END) AS sent_by
FROM letter JOIN placement ON placement.placement_id = letter.placement_id WHERE placement.pupil_id = $1
"""
_PUPILS: Final = """
SELECT letter.document_id, placement.pupil_id
FROM letter JOIN placement ON placement.placement_id = letter.placement_id WHERE letter.document_id = ANY ($1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """`deleted` letters were still there; `out` tells for each sender, or hand, how many are with others by now.

    `unknown` letters are kept of which the record knows nothing, as after it was put back in time.
    """

    deleted: int
    out: Mapping[str, int]
    unknown: int = 0


async def forget(conn: asyncpg.Connection, pupil_id: UUID, sender: Keeping | None, name: str) -> Forgotten:
    """Delete every letter of a pupil that the sender `name` keeps. Without a sender, only reports them."""
    deleted, out = 0, dict[str, int]()
    for row in await conn.fetch(_OF_PUPIL, pupil_id):
        # Whatever is noted of it: a worker may have ended between a letter and its note.
        if sender is not None and await sender.forget(str(row["document_id"])):
            deleted += 1
            if row["sent_by"] == name:
                continue
        if row["sent_by"] is not None:
            out[row["sent_by"]] = out.get(row["sent_by"], 0) + 1
    return Forgotten(deleted=deleted, out=out, unknown=0 if sender is None else await _unknown(conn, sender))


async def _unknown(conn: asyncpg.Connection, sender: Keeping) -> int:
    kept = [UUID(each) for each in await sender.kept() if _is_id(each)]
    known: int = await conn.fetchval("SELECT count(*) FROM letter WHERE document_id = ANY ($1)", kept)
    return len(kept) - known


async def forget_erased(conn: asyncpg.Connection, sender: Keeping, keys: KeyProvider) -> int:
    """Delete every letter that the sender keeps of a pupil whose key is destroyed; how many there were."""
    kept = [UUID(each) for each in await sender.kept() if _is_id(each)]
    deleted, gone = 0, dict[UUID, bool]()
    for row in await conn.fetch(_PUPILS, kept) if kept else ():
        pupil_id = row["pupil_id"]
        if pupil_id not in gone:
            gone[pupil_id] = await _is_erased(pupil_id, keys)
        if gone[pupil_id] and await sender.forget(str(row["document_id"])):
            deleted += 1
    return deleted


async def _is_erased(pupil_id: UUID, keys: KeyProvider) -> bool:
    try:
        await keys.get(pupil_id)
    except KeyErased:
        return True
    except KeyMissing:  # a folder of keys that is not the whole one: nothing is deleted for that
        return False
    return False


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
