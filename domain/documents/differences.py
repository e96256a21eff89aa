"""What a placement's record says now that it did not say before, field by field and in words."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from domain.documents.phrases import label, told
from domain.placement.around import Surroundings
from domain.placement.state import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field, with what it said before and says after, line by line; nothing is no line.

    Of a list: what was taken out of it, and what was added.
    """

    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences(before: Placement, after: Placement) -> tuple[Difference, ...]:
    """Every field in which the two differ, in the order of the record."""
    return tuple(_differing(before, after))


def _differing(before: Any, after: Any) -> Iterator[Difference]:
    for each in fields(before):
        was, now = getattr(before, each.name), getattr(after, each.name)
        if was == now:
            continue
        if isinstance(was, Surroundings):
            yield from _differing(was, now)
            continue
        if isinstance(was, tuple):
            was, now = _without(was, now), _without(now, was)
        yield Difference(what=label(each.name), before=told(was, field=each.name), after=told(now, field=each.name))


def _without(some: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(each for each in some if each not in others)
