"""What lists show of each placement's pupil, sealed under the pupil's key, and the keyed hashes by which it is found.

A row is written in the transaction that moves its placement, and goes with the pupil's key. The hashes are of the
beginnings of the parts of a name, and of the UPN, under a key of each organisation that may read the name: one that
sees the table and has no key learns no name from it, nor that two organisations have the same one.
"""

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import Column, ColumnElement, Index, LargeBinary, Table, Uuid, exists
from sqlalchemy.dialects.postgresql import ARRAY

from domain.placement.provider_sight.phases import ProviderPhase
from domain.placement.state import Placement
from domain.shared.name_search import findable
from events.values.referral import Pupil
from infra.encryption import vault
from infra.encryption.keys import DataKey, KeyErased, KeyMissing, KeyProvider
from infra.postgres.db import metadata
from infra.projections.placements import PlacementRow, placement
from infra.projections.pupil_numbers import normal

NAME: Final = "pupil-names"

placement_name = Table(
    "placement_name",
    metadata,
    Column("placement_id", Uuid, primary_key=True),
    Column("pupil_id", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # In order of their bytes, so that nothing says which belong together.
    Column("found_by", ARRAY(LargeBinary), nullable=False),
)
Index("placement_name_pupil_id_idx", placement_name.c.pupil_id)
Index("placement_name_found_by_idx", placement_name.c.found_by, postgresql_using="gin")

SEARCH_KEY: Final = UUID("5ea7c4a1-0000-4000-8000-706c6163656d")
"""The key in the key store from which each organisation's is drawn; no pupil has it, and it is claimed."""
_OWNER: Final = "search:"
_DIGEST_BYTES: Final = 16
_PUT: Final = """
INSERT INTO placement_name AS kept (placement_id, pupil_id, sealed, found_by) VALUES ($1, $2, $3, $4)
ON CONFLICT (placement_id) DO UPDATE
SET pupil_id = excluded.pupil_id, sealed = excluded.sealed, found_by = excluded.found_by
WHERE (kept.pupil_id, kept.sealed, kept.found_by)
    IS DISTINCT FROM (excluded.pupil_id, excluded.sealed, excluded.found_by)
"""
_DROP: Final = "DELETE FROM placement_name WHERE placement_id = $1"
_FORGET: Final = "DELETE FROM placement_name WHERE pupil_id = $1"
_SEALED: Final = "SELECT placement_id, pupil_id, sealed FROM placement_name WHERE placement_id = ANY ($1)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPupil:
    """What a list shows of a pupil to those who may read names."""

    name: str = field(repr=False)
    year_group: int
    flags: tuple[str, ...] = ()


async def write(conn: asyncpg.Connection, keys: KeyProvider, row: PlacementRow, state: Placement) -> None:
    """The row of a placement that the caller holds: as the record is now, and none without the pupil's key."""
    pupil = state.referral.pupil
    key = await _if_there(keys, row.pupil_id)
    if pupil is None or key is None:
        await conn.execute(_DROP, row.placement_id)
        return
    shown = ListedPupil(
        name=pupil.legal_name,
        year_group=pupil.year_group,
        flags=tuple(each.value for each in state.referral.flags),
    )
    sealed = vault.seal_listed(key, placement_id=row.placement_id, clear=msgspec.json.encode(shown))
    digests = _digests(await search_key_of(keys), row, pupil)
    await conn.execute(_PUT, row.placement_id, row.pupil_id, sealed, sorted(digests))


async def _if_there(keys: KeyProvider, key_id: UUID) -> DataKey | None:
    try:
        return await keys.get(key_id)
    except (KeyErased, KeyMissing):
        return None


def _digests(search_key: DataKey, row: PlacementRow, pupil: Pupil) -> set[bytes]:
    number = normal(pupil.upn)
    return {
        each
        for organisation in _organisations(row)
        for each in (
            *of_name(search_key, organisation, findable(pupil.legal_name)),
            *(() if number is None else (of_number(search_key, organisation, number),)),
        )
    }


async def forget(conn: asyncpg.Connection, pupil_id: UUID) -> None:
    """Of a pupil whose key is destroyed in the same transaction."""
    await conn.execute(_FORGET, pupil_id)


async def shown(
    conn: asyncpg.Connection, keys: KeyProvider, placement_ids: Collection[UUID]
) -> Mapping[UUID, ListedPupil]:
    """What is shown of the pupils of these placements; nothing of one whose key is destroyed, or without a row."""
    if not placement_ids:
        return {}
    rows = await conn.fetch(_SEALED, list(placement_ids))
    found = await keys.get_many({row["pupil_id"] for row in rows})
    return {
        row["placement_id"]: msgspec.json.decode(
            vault.open_listed(found[row["pupil_id"]], placement_id=row["placement_id"], sealed=row["sealed"]),
            type=ListedPupil,
        )
        for row in rows
        if row["pupil_id"] in found
    }


def found_by(digests: Iterable[bytes]) -> ColumnElement[bool]:
    """The condition on placement rows that leaves those whose pupil is found by all of these."""
    return exists().where(
        placement_name.c.placement_id == placement.c.placement_id, placement_name.c.found_by.contains(list(digests))
    )


async def search_key_of(keys: KeyProvider) -> DataKey:
    """Made by the first who needs it. Lost with the key store, as is everything that it could find."""
    try:
        return await keys.get(SEARCH_KEY)
    except KeyMissing:
        key = await keys.create(SEARCH_KEY)
        await keys.claim(SEARCH_KEY, _OWNER)
        return key


def of_name(search_key: DataKey, organisation: str, beginnings: Iterable[str]) -> list[bytes]:
    """The hashes of beginnings of names, as an organisation searches for them."""
    own = _own(search_key, organisation)
    return [_digest(own, b"name", each) for each in beginnings]


def of_number(search_key: DataKey, organisation: str, number: str) -> bytes:
    """The hash of a UPN, as `pupil_numbers.normal` gives it."""
    return _digest(_own(search_key, organisation), b"upn", number)


def _own(search_key: DataKey, organisation: str) -> bytes:
    return search_key.derived(b"placements/search/1/" + organisation.encode())


def _digest(own: bytes, kind: bytes, text: str) -> bytes:
    return hmac.digest(own, kind + b"\x00" + text.encode(), "sha256")[:_DIGEST_BYTES]


def _organisations(row: PlacementRow) -> Iterable[str]:
    """Those whose people may read the name, as `domain.access.roles` writes them."""
    yield f"school:{row.home_school_urn}"
    yield from (f"la:{each}" for each in {row.la_code, *(row.councils or ())} if each is not None)
    if row.provider_id is not None and row.phase in {ProviderPhase.PLACED, ProviderPhase.ENDED}:
        yield f"provider:{row.provider_id}"
