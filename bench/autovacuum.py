"""When autovacuum visits a table that is only inserted into, what it does there, and how it affects writers."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import asyncpg

SETTINGS: Final = {"autovacuum_naptime": "1s", "log_autovacuum_min_duration": "0"}
_COUNT: Final = "SELECT autovacuum_count FROM pg_stat_user_tables WHERE relid = 'event_store.event'::regclass"
_BEGUN: Final = """
SELECT count(*) FROM pg_stat_progress_vacuum WHERE relid = 'event_store.event'::regclass
"""
_LOGGED: Final = re.compile(
    r'automatic vacuum of table "\w+\.event_store\.event".*?(\d+) remain, (\d+) scanned.*?elapsed: ([\d.]+) s',
    re.DOTALL,
)
_PATIENCE_SECONDS: Final = 300

Row = tuple[str, str]
Insert = Callable[[int], Awaitable[None]]
"""Puts so many more events into the table, as the owner."""
Appends = Callable[[], Awaitable[float]]
"""Appends a second by one writer, over a second."""


async def observed(owner: asyncpg.Connection, log: Path, insert: Insert, appends: Appends) -> AsyncIterator[Row]:
    """Begins from a table that was just vacuumed, with autovacuum off for it; ends when autovacuum was there once."""
    before = await appends()
    seen = len(_logged(log))
    runs: int = await owner.fetchval(_COUNT)
    await owner.execute("ALTER TABLE event_store.event RESET (autovacuum_enabled)")
    rows: int = await owner.fetchval("SELECT reltuples::bigint FROM pg_class WHERE oid = 'event_store.event'::regclass")
    inserted, step = 0, max(rows // 20, 1_000)
    while not await owner.fetchval(_BEGUN) and await owner.fetchval(_COUNT) == runs and inserted < rows:
        await insert(step)
        inserted += step
        await asyncio.sleep(2.5)
    yield f"inserts into {rows:,} until autovacuum came, in steps of {step:,}", f"{inserted:,}"
    during = [await appends()]
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while await owner.fetchval(_COUNT) == runs:
            during.append(await appends())
    yield "appends a second by one writer before it", f"{before:,.0f}"
    yield f"and while it ran, least and most of {len(during)} seconds", f"{min(during):,.0f} to {max(during):,.0f}"
    found = _LOGGED.search(_logged(log)[seen:])
    if found is not None:
        pages, scanned, elapsed = found.groups()
        yield "it looked at pages, of", f"{int(scanned):,} of {int(pages):,}"
        yield "and took, s", elapsed


def _logged(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")
