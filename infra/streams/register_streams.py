"""Placements' registers as a process read them last: only the weeks that moved on since are read again."""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any, Final

import asyncpg

from domain.attendance.register import Register
from domain.attendance.state import Week, evolve, initial
from events.codec import ATTENDANCE
from events.envelope import Recorded
from events.ids import IsoWeek, PlacementId, PupilId, attendance_stream
from infra.encryption.keys import KeyErased, KeyProvider
from infra.event_store.lookup import read_streams, stream_heads
from infra.streams.records import Decryptor, decode

_KEPT: Final = 500
# More weeks than any placement lasts: seven years of them.
_MOST_WEEKS: Final = 366
_Head = tuple[int, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class _CachedWeek:
    head: _Head
    week: Week = field(repr=False)


class RegisterStreams:
    """The registers read last, a few hundred of them. What is clear in memory goes when the pupil's key goes."""

    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys
        self._kept: OrderedDict[PlacementId, dict[str, _CachedWeek]] = OrderedDict()

    async def current(self, conn: asyncpg.Connection, placement_id: PlacementId, pupil_id: PupilId) -> Register:
        """The whole register as it is now, in the order of its weeks.

        Read it before the transaction appends: what is not committed yet must not be remembered.
        """
        prefix = attendance_stream(placement_id, IsoWeek(""))
        heads = await stream_heads(conn, prefix=prefix, limit=_MOST_WEEKS)
        kept = await self._readable(placement_id, pupil_id)
        moved = [name for name, head in heads.items() if name not in kept or kept[name].head != head]
        if moved:
            kept = kept | await self._read(conn, moved, heads)
            self._keep(placement_id, kept)
        return Register(weeks={IsoWeek(name.removeprefix(prefix)): kept[name].week for name in heads})

    async def _readable(self, placement_id: PlacementId, pupil_id: PupilId) -> dict[str, _CachedWeek]:
        try:
            await self._keys.get(pupil_id)
        except KeyErased:
            self._kept.pop(placement_id, None)
        return self._kept.get(placement_id, {})

    async def _read(
        self, conn: asyncpg.Connection, names: list[str], heads: Mapping[str, _Head]
    ) -> dict[str, _CachedWeek]:
        opener = Decryptor(self._keys)
        records: defaultdict[str, list[Recorded[Any]]] = defaultdict(list)
        for stored in await read_streams(conn, names):
            records[stored.stream_id].append(await decode(stored, ATTENDANCE, opener))
        return {
            name: _CachedWeek(
                # A week that moves on between the two statements is read again next time.
                head=heads[name],
                week=reduce(evolve, (record.event for record in records[name]), initial()),
            )
            for name in names
        }

    def _keep(self, placement_id: PlacementId, weeks: dict[str, _CachedWeek]) -> None:
        self._kept[placement_id] = weeks
        self._kept.move_to_end(placement_id)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
