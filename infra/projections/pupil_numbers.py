"""Which pupil of a school has a UPN: found by a keyed hash, so that neither the number nor the pupil is in the clear.

Each school has a random key of its own in the key store, under a random id. An entry goes when the pupil's key goes.
Without the school's key, or the table's row of it, the index is made again from the placements and the hand-overs.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterable
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, Table, Text, Uuid

from domain.placement.record.history import corrected
from domain.shared import upn
from events.codec import PLACEMENT
from events.ids import PlacementId, PupilId, Urn, placement_stream
from events.placement.referral import ReferralDrafted
from infra.encryption.keys import DataKey, KeyErased, KeyMissing, KeyProvider
from infra.event_store.limits import StreamArchived
from infra.postgres.db import metadata
from infra.projections import number_keys, received
from infra.streams.records import load

pupil_number_key = Table(
    "pupil_number_key",
    metadata,
    Column("school_urn", Text, primary_key=True),
    Column("key_id", Uuid, nullable=False),
)
pupil_number = Table(
    "pupil_number",
    metadata,
    Column("school_urn", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("pupil_id", Uuid, nullable=False),
    PrimaryKeyConstraint("school_urn", "digest", "pupil_id"),
)
Index("pupil_number_pupil_id_idx", pupil_number.c.pupil_id)

_LOCKS: Final = 0x55504E53
_LOCK: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2))"
_KEY: Final = "SELECT key_id FROM pupil_number_key WHERE school_urn = $1"
_SET_KEY: Final = """
INSERT INTO pupil_number_key (school_urn, key_id) VALUES ($1, $2)
ON CONFLICT (school_urn) DO UPDATE SET key_id = excluded.key_id
"""
_FIND: Final = "SELECT pupil_id FROM pupil_number WHERE school_urn = $1 AND digest = $2 ORDER BY pupil_id"
_ADD: Final = "INSERT INTO pupil_number (school_urn, digest, pupil_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_DROP: Final = "DELETE FROM pupil_number WHERE school_urn = $1 AND digest = $2 AND pupil_id = $3"
_DROP_KEYS: Final = "DELETE FROM pupil_number_key WHERE school_urn = ANY ($1)"
_CLEAR: Final = "DELETE FROM pupil_number WHERE school_urn = $1"
_FORGET: Final = "DELETE FROM pupil_number WHERE pupil_id = $1"
_OF_SCHOOL: Final = "SELECT placement_id, pupil_id FROM placement WHERE home_school_urn = $1 ORDER BY placement_id"
_TAG: Final = b"placements/upn/1\x00"


async def of_number(conn: asyncpg.Connection, keys: KeyProvider, school: Urn, number: str) -> tuple[PupilId, ...]:
    """The pupils of a school with a UPN whose data are not erased; held until the caller's transaction ends.

    Two drafts at once come one after the other, and the second finds what the first began. A text that is no UPN is
    nobody's: referrals begin without one.
    """
    text = normal(number)
    if text is None:
        return ()
    return await _found(conn, keys, school, await _held(conn, keys, school), text)


async def looked_up(conn: asyncpg.Connection, keys: KeyProvider, school: Urn, number: str) -> tuple[PupilId, ...]:
    """The same without holding or writing anything: where the school has no index so far, by what it would hold."""
    text = normal(number)
    if text is None:
        return ()
    key = await number_keys.kept(keys, await conn.fetchval(_KEY, school))
    if key is not None:
        return await _found(conn, keys, school, key, text)
    found = {PupilId(pupil_id) async for pupil_id, each in _of_school(conn, keys, school) if each == text}
    return tuple([each for each in sorted(found) if not await _is_erased(keys, each)])


async def _found(
    conn: asyncpg.Connection, keys: KeyProvider, school: Urn, key: DataKey, text: str
) -> tuple[PupilId, ...]:
    found = [PupilId(row["pupil_id"]) for row in await conn.fetch(_FIND, school, digest(key, text))]
    return tuple([each for each in found if not await _is_erased(keys, each)])


async def note(conn: asyncpg.Connection, keys: KeyProvider, school: Urn, number: str, pupil_id: UUID) -> None:
    text = normal(number)
    if text is not None:
        await conn.execute(_ADD, school, digest(await _held(conn, keys, school), text), pupil_id)


async def drop(conn: asyncpg.Connection, keys: KeyProvider, school: Urn, number: str, pupil_id: UUID) -> None:
    """A number that was put right is another child's; a temporary one was this child's all the same, and stays."""
    text = normal(number)
    if text is not None and not upn.Upn(text=text).temporary:
        await conn.execute(_DROP, school, digest(await _held(conn, keys, school), text), pupil_id)


async def forget(conn: asyncpg.Connection, pupil_id: UUID) -> None:
    """Of a pupil whose key is destroyed in the same transaction."""
    await conn.execute(_FORGET, pupil_id)


async def make_again(conn: asyncpg.Connection, *schools: Urn) -> None:
    """Of schools whose placements moved: the next look makes the index again, with what the school has then."""
    for each in sorted(schools):
        await conn.execute(_LOCK, _LOCKS, each)
    await conn.execute(_DROP_KEYS, list(schools))


def normal(number: str) -> str | None:
    """A UPN as it is compared; None for a text that is none."""
    parsed = upn.parse(number)
    return parsed.text if isinstance(parsed, upn.Upn) else None


def digest(key: DataKey, text: str) -> bytes:
    """What is kept in place of a number, which `normal` gave: without the key nobody can try numbers against it."""
    return hmac.digest(key.fingerprint, _TAG + text.encode(), hashlib.sha256)


async def _is_erased(keys: KeyProvider, pupil_id: PupilId) -> bool:
    try:
        await keys.get(pupil_id)
    except (KeyErased, KeyMissing):
        return True
    return False


async def _held(conn: asyncpg.Connection, keys: KeyProvider, school: Urn) -> DataKey:
    """The school's key, with its index held. The index is made from the placements where there is no key yet."""
    await conn.execute(_LOCK, _LOCKS, school)
    key = await number_keys.kept(keys, await conn.fetchval(_KEY, school))
    if key is not None:
        return key
    key = await number_keys.new(keys, school)
    await conn.execute(_CLEAR, school)
    await conn.execute(_SET_KEY, school, key.key_id)
    async for pupil_id, text in _of_school(conn, keys, school):
        await conn.execute(_ADD, school, digest(key, text), pupil_id)
    return key


async def _of_school(conn: asyncpg.Connection, keys: KeyProvider, school: Urn) -> AsyncIterator[tuple[UUID, str]]:
    """Each pupil of a school with each of their numbers."""
    placed = await conn.fetch(_OF_SCHOOL, school)
    for row in placed:
        for text in await _numbers(conn, keys, PlacementId(row["placement_id"])):
            yield row["pupil_id"], text
    of_placements = {row["pupil_id"] for row in placed}
    for pupil_id, number in await received.numbers(conn, keys, school):
        known = normal(number)
        # The number of a placement may be the received one put right.
        if known is not None and (pupil_id not in of_placements or upn.Upn(text=known).temporary):
            yield pupil_id, known


async def _numbers(conn: asyncpg.Connection, keys: KeyProvider, placement_id: PlacementId) -> Iterable[str]:
    """The UPN of a placement's pupil as it is now, and a temporary one from before."""
    try:
        records = await load(conn, placement_stream(placement_id), PLACEMENT, keys)
    except StreamArchived:
        return ()  # Its pupil's key is destroyed.
    now = (each.event for each in corrected(records))
    current = {normal(each.pupil.upn) for each in now if isinstance(each, ReferralDrafted) and each.pupil}
    first = (each.event for each in records)
    before = {normal(each.pupil.upn) for each in first if isinstance(each, ReferralDrafted) and each.pupil}
    return {
        *(each for each in current if each is not None),
        *(each for each in before if each is not None and upn.Upn(text=each).temporary),
    }
