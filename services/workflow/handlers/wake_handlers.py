"""Takes a revised calendar and a successor to the placements of a school, bad news of a provider to those there, and a
change of a pupil's flags to the pupil's.

Each open one is woken, and looks at its dates, its provider and its pupil again. This follows the record like a read
model does: its position moves only once the placements were told, so that what was recorded while Temporal or the
worker is away reaches them when both are back.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
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
from infra.postgres.db import raw
from infra.projections import placements
from infra.subscriptions.subscription import Batch, run_batch
from infra.temporal import client as temporal
from services.application import succession

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeHandler:
    """What is followed, and which open placements it concerns: by the names of the streams behind `prefix`."""

    name: str
    types: tuple[str, ...]
    prefix: str
    concerned: Callable[[asyncpg.Connection, Collection[str]], Awaitable[list[UUID]]]

    def batches(self, engine: AsyncEngine, client: Client) -> Callable[[], Awaitable[Batch]]:
        """Takes the next batch of the record, each time that it is called."""
        return partial(run_batch, engine, self.name, partial(_rouse, self, client), types=self.types)


CALENDARS: Final = WakeHandler(
    name="calendars",
    types=tuple(each.__name__ for each in (CalendarPublished, AcademicYearPublished)),
    prefix="school-",
    concerned=placements.open_of_schools,
)
PROVIDERS: Final = WakeHandler(
    name="provider-news",
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
    concerned=placements.open_at_providers,
)
PUPILS: Final = WakeHandler(
    name="pupil-flags",
    types=(PupilFlagsChanged.__name__,),
    prefix="pupil-",
    concerned=placements.open_of_pupils,
)


async def _of_successors(conn: asyncpg.Connection, urns: Collection[str]) -> list[UUID]:
    """The placements of schools whose place another took, at the one that has it now.

    A decision that was under way meanwhile may have put its placement's row back to the school before.
    """
    now = {each: (await succession.chain(conn, Urn(each)))[-1] for each in urns}
    for urn, successor in now.items():
        await succession.move_rows(conn, Urn(urn), successor)
    return await placements.open_of_schools(conn, set(now.values()))


SUCCESSIONS: Final = WakeHandler(
    name="successions",
    types=(SchoolSucceeded.__name__,),
    prefix="school-",
    concerned=_of_successors,
)
WAKE_HANDLERS: Final = (CALENDARS, PROVIDERS, PUPILS, SUCCESSIONS)


async def _rouse(rousing: WakeHandler, client: Client, conn: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Wake every open placement that is concerned by one of these events."""
    names = sorted({event.stream_id.removeprefix(rousing.prefix) for event in events})
    concerned = await rousing.concerned(await raw(conn), names)
    woken = await temporal.wake(client, _each(concerned))
    log.info("placements_roused", kind=rousing.name, count=woken)


async def _each(placement_ids: Sequence[UUID]) -> AsyncIterator[UUID]:
    for placement_id in placement_ids:
        yield placement_id
