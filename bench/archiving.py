"""What it costs to put whole streams into an archive, to verify it and to take them off, and what comes free."""

import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg

from infra.proof.archive import archive_lines, detach, read_archive
from infra.proof.notes import NoteVerifier

_SIZES: Final = """
SELECT (sum(pg_total_relation_size(oid)) FILTER (WHERE relname = 'event'))::float8 AS events,
    (sum(pg_total_relation_size(oid)) FILTER (WHERE relname = 'event_archived'))::float8 AS stubs
FROM pg_class WHERE relnamespace = 'event_store'::regnamespace AND relkind = 'r'
"""
# A stream of the load is complete before those of the next few hundred begin.
_OLDEST: Final = "SELECT stream_id FROM event_store.stream ORDER BY recorded_at, stream_id LIMIT $1"

Row = tuple[str, str]


async def archived(owner: asyncpg.Connection, app: asyncpg.Connection, verifier: NoteVerifier) -> AsyncIterator[Row]:
    """The older half of the streams. The record must be under a checkpoint."""
    half = await owner.fetchval("SELECT count(*) / 2 FROM event_store.stream")
    streams = [row[0] for row in await owner.fetch(_OLDEST, half)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.jsonl"
        began = time.perf_counter()
        with path.open("w", encoding="utf-8") as file:
            async for line in archive_lines(app, verifier, datetime.now(UTC), streams):
                file.write(line)
        yield f"an archive of {len(streams):,} streams written, s", f"{time.perf_counter() - began:.1f}"
        began = time.perf_counter()
        archive, found = read_archive(path, verifier)
        assert found.sound, found.flaws
        yield f"its {archive.events:,} events verified, s", f"{time.perf_counter() - began:.1f}"
        yield "the file, bytes an event", f"{path.stat().st_size / archive.events:,.0f}"
        before = await owner.fetchrow(_SIZES)
        began = time.perf_counter()
        done = await detach(owner, archive)
        assert done.events == archive.events
        yield "taken off, s", f"{time.perf_counter() - began:.1f}"
    began = time.perf_counter()
    await owner.execute("VACUUM event_store.event")
    yield "VACUUM after that, s", f"{time.perf_counter() - began:.1f}"
    began = time.perf_counter()
    await owner.execute("VACUUM FULL event_store.event")
    yield "VACUUM FULL, with the table locked, s", f"{time.perf_counter() - began:.1f}"
    after = await owner.fetchrow(_SIZES)
    assert before is not None
    assert after is not None
    yield "table and indexes before, MB", f"{before['events'] / 1e6:,.0f}"
    yield "table and indexes after, MB", f"{after['events'] / 1e6:,.0f}"
    yield "what stays of the archived, bytes an event", f"{after['stubs'] / archive.events:,.0f}"
