"""The positions of one process's handlers, and the one statement that saves those whose handler took nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from infra.postgres.db import connection

SAVE_SECONDS: Final = 0.5
"""For how long a position may stay behind events that its handler does not take."""
# A row that another process holds, or has moved, is left: its runner finds that out when it next claims it.
_SAVE: Final = """
UPDATE subscription SET position = passed.seen, updated_at = clock_timestamp()
FROM (
    SELECT kept.name, asked.seen
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS asked (name, saved, seen)
    JOIN subscription kept ON kept.name = asked.name AND kept.position = asked.saved AND kept.stopped_reason IS NULL
    ORDER BY kept.name
    FOR UPDATE OF kept SKIP LOCKED
) passed
WHERE subscription.name = passed.name
RETURNING subscription.name
"""


@dataclass(slots=True, kw_only=True)
class HandlerPosition:
    """How far one handler is. `saved`: as the database has it; `seen`: up to there nothing more is of its types."""

    name: str
    saved: int = 0
    seen: int = 0
    save_at: float = 0.0
    busy: bool = False

    def reached(self, position: int) -> None:
        """The handler took what lies before it, and the database has it."""
        self.seen = position
        self.is_saved(position)

    def is_saved(self, position: int) -> None:
        self.saved = position
        self.save_at = time.monotonic() + SAVE_SECONDS

    @property
    def unsaved(self) -> bool:
        return self.seen > self.saved


class Positions:
    """Of all handlers of a process. Most events are of a type that few take, and each still has to move them all."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._all: list[HandlerPosition] = []
        self._turn = asyncio.Lock()

    def add(self, name: str) -> HandlerPosition:
        position = HandlerPosition(name=name)
        self._all.append(position)
        return position

    @asynccontextmanager
    async def claiming(self, position: HandlerPosition) -> AsyncIterator[None]:
        """While a handler holds its own row: `save` passes over it, and does not hold it either as this begins."""
        async with self._turn:
            position.busy = True
        try:
            yield
        finally:
            position.busy = False

    async def save(self) -> None:
        """Save each that is behind what its handler has seen. One that somebody else moved stays `unsaved`."""
        async with self._turn:
            behind = {each.name: (each, each.seen) for each in self._all if each.unsaved and not each.busy}
            if not behind:
                return
            async with connection(self._engine) as conn:
                saved = await conn.fetch(
                    _SAVE,
                    list(behind),
                    [each.saved for each, _ in behind.values()],
                    [seen for _, seen in behind.values()],
                )
        for (name,) in saved:
            position, seen = behind[name]
            position.is_saved(seen)
