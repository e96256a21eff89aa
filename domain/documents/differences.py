"""What a placement's record says now that it did not say before, field by field and in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.documents.phrases import label, told
from domain.placement.parts.surroundings import Surroundings
from domain.placement.record.view import published
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
    return tuple(_differing(published(before), published(after)))


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in before:
        was, now = before[name], after[name]
        if was == now:
            continue
        if isinstance(was, Surroundings):
            yield from _differing(was._asdict(), now._asdict())
            continue
        if isinstance(was, tuple):
            was, now = _without(was, now), _without(now, was)
        yield Difference(what=label(name), before=told(was, field=name), after=told(now, field=name))


def _without(some: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(each for each in some if each not in others)
