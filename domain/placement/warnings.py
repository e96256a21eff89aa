"""What the answer to a placement's command may warn of: each command's row names the functions that find it.

A rule that refuses is not here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.placement.facts import Facts
from domain.placement.state import Placement
from domain.warnings import CommandWarning, of_day
from events.placement.union import PlacementEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedCommand:
    """A command that was accepted: the placement before and after it, and what came of it."""

    command: Any
    before: Placement
    after: Placement
    events: tuple[PlacementEvent, ...]
    facts: Facts


PlacementWarningFinder = Callable[[AcceptedCommand], Iterable[CommandWarning | None]]

NamedDay = tuple[str, date, str]
"""The words for what takes place, its day, and the field of the command that names it."""


def on_days(named: Callable[[Any], Iterator[NamedDay]]) -> PlacementWarningFinder:
    """Warns of a day on which people are to come together, if the school has none then, or may not have."""

    def find(one: AcceptedCommand) -> Iterator[CommandWarning | None]:
        for what, day, pointer in named(one.command):
            yield of_day(one.facts.calendar, day, what, pointer)

    return find
