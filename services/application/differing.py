"""What changed in the record between two moments: of one placement field by field, of all of them in counts."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.documents.differences import Difference, differences
from events.envelope import Recorded
from infra.encryption.keys import KeyProvider
from services.application import replay
from services.application.replay import LookBack, Replayed


class Axis(StrEnum):
    """By what two moments differ: what the record knew at each, or how things stood."""

    KNOWN_AT = "known-at"
    AS_AT = "as-at"

    def moment(self, instant: datetime | None) -> LookBack:
        return LookBack(known_at=instant) if self is Axis.KNOWN_AT else LookBack(at=instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementDiff:
    """`came` counts at the second moment alone, `went` at the first; `changed` are the fields that differ."""

    came: tuple[Recorded[Any], ...]
    went: tuple[Recorded[Any], ...]
    changed: tuple[Difference, ...]


async def of_one(
    engine: AsyncEngine, placement_id: UUID, before: LookBack, after: LookBack, *, keys: KeyProvider | None = None
) -> PlacementDiff | None:
    """None where there is nothing of the placement at either moment. Without `keys` personal parts stay closed."""
    was, now = await replay.both(engine, placement_id, before, after, keys=keys)
    if not was.records and not now.records:
        return None
    return PlacementDiff(
        came=_beyond(now, was), went=_beyond(was, now), changed=tuple(differences(was.state, now.state))
    )


def _beyond(one: Replayed, other: Replayed) -> tuple[Recorded[Any], ...]:
    """The events that count in one and not in the other."""
    there = {record.event_id for record in other.records}
    return tuple(record for record in one.records if record.event_id not in there)


class Counted:
    """How many placements of each stage, and events of each type, there were at two moments."""

    def __init__(self) -> None:
        self._was, self._now = Counter[tuple[str, str]](), Counter[tuple[str, str]]()

    def add(self, was: Replayed, now: Replayed) -> None:
        self._was.update(_counted(was))
        self._now.update(_counted(now))

    @property
    def rows(self) -> list[dict[str, Any]]:
        was, now = self._was, self._now
        return [
            {
                "of": of,
                "name": name,
                "before": was[of, name],
                "after": now[of, name],
                "change": now[of, name] - was[of, name],
            }
            for of, name in sorted(was.keys() | now.keys())
        ]


async def over_all(engine: AsyncEngine, before: LookBack, after: LookBack, counted: Counted) -> AsyncIterator[UUID]:
    """Each placement as it has been counted."""
    async for placement_id in replay.placement_ids(engine):
        counted.add(*await replay.both(engine, placement_id, before, after))
        yield placement_id


def _counted(replayed: Replayed) -> Iterable[tuple[str, str]]:
    if replayed.records:
        yield "placements", replayed.state.stage.replace("_", " ")
    for record in replayed.records:
        yield "events", type(record.event).__name__
