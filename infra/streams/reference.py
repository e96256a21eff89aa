"""Home schools and providers as decisions need them: folded once, kept until their stream moves on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import asyncpg
from cachetools import LRUCache

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.provider import evolve as provider_fold
from domain.provider.state import Provider
from domain.school import evolve as school_fold
from domain.school.state import School
from events.codec import PROVIDER, SCHOOL, Codec
from events.ids import ProviderId, Urn, provider_stream, school_stream
from infra.bank_holidays import bank_holidays
from infra.event_store.lookup import stream_versions
from infra.streams.records import load

_KEPT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    codec: Codec[Any]
    initial: Any
    evolve: Callable[[Any, Any], Any]


_SCHOOL = _Kind(codec=SCHOOL, initial=school_fold.initial(), evolve=school_fold.evolve)
_PROVIDER = _Kind(codec=PROVIDER, initial=provider_fold.initial(), evolve=provider_fold.evolve)


def reference_streams(urn: Urn | None, provider_id: ProviderId | None) -> list[str]:
    """The streams of a school and of a provider, of those that are named."""
    school = [school_stream(urn)] if urn else []
    return school + ([provider_stream(provider_id)] if provider_id else [])


class Reference:
    """A cache by stream version: one round trip asks for the versions, another only for what has moved on."""

    def __init__(self) -> None:
        self._kept: LRUCache[str, tuple[int, Any]] = LRUCache(_KEPT)
        self._calendars: LRUCache[tuple[Urn | None, Urn | None, int], SchoolCalendar] = LRUCache(_KEPT)

    async def current(
        self, conn: asyncpg.Connection, urn: Urn | None, provider_id: ProviderId | None
    ) -> tuple[School | None, Provider | None]:
        """The school and the provider as they stand; None for one that is not asked for or not registered."""
        return await self.at(conn, urn, provider_id, await stream_versions(conn, reference_streams(urn, provider_id)))

    async def at(
        self, conn: asyncpg.Connection, urn: Urn | None, provider_id: ProviderId | None, versions: Mapping[str, int]
    ) -> tuple[School | None, Provider | None]:
        """As `current`, for who has asked for the versions of `reference_streams` together with others."""
        return (
            await self._of(conn, school_stream(urn) if urn else None, versions, _SCHOOL),
            await self._of(conn, provider_stream(provider_id) if provider_id else None, versions, _PROVIDER),
        )

    async def successors(self, conn: asyncpg.Connection, school: School | None) -> tuple[School, ...]:
        """The school, and each that took the place of the one before it; none where it is not registered."""
        found: list[School] = []
        while school is not None:
            found.append(school)
            urn = school.succeeded.successor_urn if school.succeeded else None
            school = None if urn is None else (await self.current(conn, urn, None))[0]
        return tuple(found)

    def calendar(
        self, school: School | None, version: int | None = None, *, former: Urn | None = None
    ) -> SchoolCalendar:
        """The school's calendar with the bank holidays, or an earlier version; without a school, of weekdays alone.

        `former` is the school that had this one's place first, for what began there.
        """
        if school is None:
            return SchoolCalendar(bank_holidays=bank_holidays())
        key = (school.urn, former, school.calendar_version if version is None else version)
        calendar = self._calendars.get(key)
        if calendar is None:
            found = school.calendar(bank_holidays(), version)
            calendar = found if former is None else school.joined(found, former)
            self._calendars[key] = calendar
        return calendar

    def calendar_of(self, placement: Placement, school: School | None) -> SchoolCalendar:
        """The calendar that a placement uses: once it is over, the one that it was closed with."""
        kept = placement.duties.calendar_version
        over = placement.stage in TERMINAL and school is not None and 0 < kept < school.calendar_version
        return self.calendar(school, kept if over else None, former=placement.began_at)

    async def _of(self, conn: asyncpg.Connection, stream: str | None, versions: Mapping[str, int], kind: _Kind) -> Any:
        if stream is None or stream not in versions:
            return None
        kept = self._kept.get(stream)
        if kept is None or kept[0] != versions[stream]:
            records = await load(conn, stream, kind.codec)
            kept = (records[-1].version, reduce(kind.evolve, (record.event for record in records), kind.initial))
            self._kept[stream] = kept
        return kept[1]
