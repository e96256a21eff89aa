"""What a writer of list rows holds until its transaction ends, so that all rows follow from the last state of a record.

One order of locks for every transaction, since otherwise two can wait for each other:

1. the row of the command;
2. the pupil (`placements.hold_of_pupil`), by whoever begins a placement, keeps a register or changes a pupil's record;
3. the rows of the pupil's placements, by their ids;
4. a provider, a school's index of numbers, a row of `due_row`;
5. the rows of the lists;
6. the streams, in the append, and with them the writer fence. Readers of the feed wait for whoever has it, so
   that nothing is waited for after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from infra.projections.basis import BASIS

# All placements of the pupil, since one decision may ask for the others: were its own held first, two of them
# would wait for each other.
_HOLD: Final = """
SELECT placement_id, version, is_open, rows_version, rows_basis, reference FROM placement
WHERE pupil_id = (SELECT pupil_id FROM placement WHERE placement_id = $1)
ORDER BY placement_id FOR UPDATE
"""
_PROVIDER_ROWS: Final = 0x50524C53
_HOLD_PROVIDER: Final = "SELECT pg_advisory_xact_lock($1, hashtext($2::uuid::text))"
_MARK: Final = "UPDATE placement SET rows_version = version, rows_basis = $2 WHERE placement_id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlacement:
    """A placement's row while it is held. `rows_version` is None until all of its rows were written inline."""

    version: int
    is_open: bool
    rows_version: int | None
    rows_basis: int | None
    reference: str | None

    @property
    def are_current(self) -> bool:
        """Whether the rows follow from the placement as it is, by the figures and holidays of this release."""
        return self.rows_version == self.version and self.rows_basis is not None and self.rows_basis >= BASIS


async def hold(conn: asyncpg.Connection, placement_id: UUID) -> HeldPlacement | None:
    """The placement, and the other ones of its pupil, until the transaction ends. None of one that has not begun."""
    found = await conn.fetch(_HOLD, placement_id)
    return _held(found).get(placement_id)


async def hold_provider(conn: asyncpg.Connection, provider_id: UUID) -> None:
    """The rows about a provider, until the transaction ends."""
    await conn.execute(_HOLD_PROVIDER, _PROVIDER_ROWS, provider_id)


async def mark_current(conn: asyncpg.Connection, placement_id: UUID) -> None:
    """All rows of a placement were written, from the version that it has."""
    await conn.execute(_MARK, placement_id, BASIS)


def _held(found: list[asyncpg.Record]) -> Mapping[UUID, HeldPlacement]:
    return {
        each["placement_id"]: HeldPlacement(
            version=each["version"],
            is_open=each["is_open"],
            rows_version=each["rows_version"],
            rows_basis=each["rows_basis"],
            reference=each["reference"],
        )
        for each in found
    }
