"""The record, or one placement of it, as the lines of a file that proves itself."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg

from events.ids import PlacementId, placement_stream
from infra.clock import clock_for, runs_since
from infra.proof.export import record_lines, stream_lines
from infra.proof.notes import NoteVerifier
from infra.settings import Settings


async def export_lines(
    conn: asyncpg.Connection, settings: Settings, verifier: NoteVerifier, placement_id: UUID | None
) -> AsyncIterator[bytes]:
    """Line by line, in constant memory. Personal parts stay sealed. Raises StreamArchived."""
    clock = clock_for(settings)
    at = await clock.now(conn)
    if placement_id is None:
        lines = record_lines(conn, verifier, at, runs_since=await runs_since(clock, conn))
    else:
        lines = stream_lines(conn, verifier, at, placement_stream(PlacementId(placement_id)))
    async for line in lines:
        yield line.encode()
