"""How far the days are known: the bank holidays of this release, and what each school has published. As figures."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import asyncpg
import sqlalchemy.exc
import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.calendar.london import today
from domain.calendar.school_calendar import SchoolCalendar
from events.ids import Urn, school_stream
from infra.bank_holidays import bank_holidays
from infra.clock import Clock
from infra.event_store.lookup import stream_ids
from infra.postgres.db import connection
from infra.streams.reference import Reference

_EVERY_SECONDS: Final = 600.0
_PAGE: Final = 500
_PREFIX: Final = school_stream(Urn(""))
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedYears:
    """Until which day a school's calendar is published without a gap from today on; None where today is not."""

    urn: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDays:
    """`bank_holidays_until`: the last day of which it is known whether it is one."""

    today: date
    bank_holidays_until: date
    schools: tuple[PublishedYears, ...] = ()


async def known(engine: AsyncEngine, clock: Clock, reference: Reference) -> KnownDays:
    """Look once at every school that is registered."""
    schools: list[PublishedYears] = []
    async with connection(engine) as conn:
        on = today(await clock.now(conn))
        after = ""
        while page := await stream_ids(conn, prefix=_PREFIX, after=after, limit=_PAGE):
            for stream in page:
                school, _ = await reference.current(conn, Urn(stream.removeprefix(_PREFIX)), None)
                if school is not None and school.urn is not None:
                    schools.append(PublishedYears(urn=school.urn, until=reference.calendar(school).published_until(on)))
            after = page[-1]
    return KnownDays(today=on, bank_holidays_until=holidays_until(), schools=tuple(schools))


def holidays_until() -> date:
    """The last day of the last year whose bank holidays this release knows."""
    found = SchoolCalendar(bank_holidays=bank_holidays()).holidays_known_to
    assert found is not None, "the package brings some"
    return found


class CalendarData(Collector):
    """Looks now and then while `run` runs. `collect` gives what was seen last to whoever scrapes the registry."""

    def __init__(self, engine: AsyncEngine, registry: CollectorRegistry, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._reference = Reference()
        self._seen: KnownDays | None = None
        registry.register(self)

    async def run(self) -> None:
        """Until cancelled. A database that is away is tried again."""
        while True:
            try:
                await self.look()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError) as error:
                _log.warning("calendar_data_interrupted", error_type=type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> None:
        self._seen = await known(self._engine, self._clock, self._reference)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        words = "End of the last day whose bank holidays are known"
        yield GaugeMetricFamily("placements_bank_holidays_until_seconds", words, value=_instant(holidays_until()))
        terms = GaugeMetricFamily(
            "placements_school_terms_until_seconds",
            "End of the last day for which a school's calendar is published without a gap; 0 where today is not",
            labels=["school"],
        )
        for each in self._seen.schools if self._seen else ():
            terms.add_metric([each.urn], 0.0 if each.until is None else _instant(each.until))
        yield terms


def _instant(day: date) -> float:
    return datetime.combine(day, time.max, tzinfo=UTC).timestamp()
