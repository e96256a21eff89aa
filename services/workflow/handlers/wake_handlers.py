"""Wakes the open placements that news of a school, a provider or a pupil concerns.

Each looks again at its dates, its provider and its pupil. A position moves only after the placements have their
signals, so what is recorded while Temporal or the worker is away reaches them when both are back.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from temporalio.client import Client

from events.ids import Urn
from events.provider import (
    DirectoryEntrySuspended,
    DirectoryEntryWithdrawn,
    FullTimePupilsCounted,
    ProviderConcernRaised,
    ProviderDeadlineMissed,
)
from events.pupil import PupilFlagsChanged
from events.school import AcademicYearPublished, CalendarPublished, SchoolSucceeded
from infra.event_store.types import StoredEvent
from infra.projections import open_placements
from services.application import succession, supervision
from services.application.dispatch import wake

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeRule:
    """Which events wake which open placements: those that the streams' names behind `prefix` concern."""

    name: str
    types: tuple[str, ...]
    prefix: str
    concerned: Callable[[asyncpg.Connection, Collection[str]], Awaitable[list[UUID]]]


CALENDARS: Final = WakeRule(
    name=supervision.CALENDARS,
    types=tuple(each.__name__ for each in (CalendarPublished, AcademicYearPublished)),
    prefix="school-",
    concerned=open_placements.open_of_schools,
)
PROVIDERS: Final = WakeRule(
    name=supervision.PROVIDER_NEWS,
    types=tuple(
        each.__name__
        for each in (
            DirectoryEntrySuspended,
            DirectoryEntryWithdrawn,
            FullTimePupilsCounted,
            ProviderConcernRaised,
            ProviderDeadlineMissed,
        )
    ),
    prefix="provider-",
    concerned=open_placements.open_at_providers,
)
PUPILS: Final = WakeRule(
    name=supervision.PUPIL_FLAGS,
    types=(PupilFlagsChanged.__name__,),
    prefix="pupil-",
    concerned=open_placements.open_of_pupils,
)


async def _of_successors(conn: asyncpg.Connection, urns: Collection[str]) -> list[UUID]:
    """The placements of schools whose place another took, at the one that has it now.

    A decision that was under way meanwhile may have put its placement's row back to the school before.
    """
    now = {each: (await succession.chain(conn, Urn(each)))[-1] for each in urns}
    for urn, successor in now.items():
        await succession.move_rows(conn, Urn(urn), successor)
    return await open_placements.open_of_schools(conn, set(now.values()))


SUCCESSIONS: Final = WakeRule(
    name=supervision.SUCCESSIONS,
    types=(SchoolSucceeded.__name__,),
    prefix="school-",
    concerned=_of_successors,
)
WAKE_RULES: Final = (CALENDARS, PROVIDERS, PUPILS, SUCCESSIONS)


class WakeHandler:
    """Wakes the placements of one rule."""

    def __init__(self, rule: WakeRule, client: Client) -> None:
        self._rule = rule
        self._client = client

    @property
    def name(self) -> str:
        return self._rule.name

    @property
    def types(self) -> tuple[str, ...]:
        return self._rule.types

    async def handle(self, conn: asyncpg.Connection, events: Sequence[StoredEvent]) -> None:
        """Wake every open placement that one of these events concerns, before the position moves."""
        names = sorted({event.stream_id.removeprefix(self._rule.prefix) for event in events})
        concerned = await self._rule.concerned(conn, names)
        woken = await wake(self._client, _each(concerned))
        log.info("placements_woken", kind=self.name, count=woken)

    async def drain(self, conn: asyncpg.Connection) -> None:
        """A signal leaves no row behind to work on."""


async def _each(placement_ids: Sequence[UUID]) -> AsyncIterator[UUID]:
    for placement_id in placement_ids:
        yield placement_id
