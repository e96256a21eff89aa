"""How large a JSON text is, and which keys it gives twice: asked before it is read."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from events.codec import NotReadable
from events.definition import value

Path = tuple[str | int, ...]

_MOST_TOLD: Final = 100


@value
class JsonShape:
    """`repeated` and `crowded` are places: of keys given twice, and of lists and objects with more parts than asked.

    Of each as many as anybody reads. A text with more values than asked is not looked through to its end.
    """

    repeated: tuple[Path, ...]
    crowded: tuple[Path, ...]
    too_many_values: bool


def shape_of(text: str, *, most_parts: int, most_values: int) -> JsonShape:
    """Raises NotReadable: the text is not JSON, or is nested without end."""
    try:
        # Numbers are not looked at, so their length costs nothing.
        read = json.loads(text, object_pairs_hook=_Pairs, parse_int=len, parse_float=len, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotReadable(str(error)) from error
    repeated: list[Path] = []
    crowded: list[Path] = []
    values = 1
    # Without recursion, and a path is written out only where it is reported: it may have a thousand steps.
    waiting: list[tuple[Any, Any]] = [(None, read)] if isinstance(read, list) else []
    while waiting and values <= most_values:
        steps, found = waiting.pop()
        values += len(found)
        if len(found) > most_parts and len(crowded) < _MOST_TOLD:
            crowded.append(_path(steps))
        if isinstance(found, _Pairs):
            twice = islice(_twice(found), _MOST_TOLD - len(repeated))
            repeated += [_path((steps, key)) for key in twice]
        waiting += reversed([((steps, name), part) for name, part in _named(found) if isinstance(part, list)])
    return JsonShape(repeated=tuple(repeated), crowded=tuple(crowded), too_many_values=values > most_values)


class _Pairs(list[tuple[str, Any]]):
    """An object with each of its keys as often as it was written."""


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _named(found: list[Any]) -> Iterable[tuple[str | int, Any]]:
    return found if isinstance(found, _Pairs) else enumerate(found)


def _twice(pairs: _Pairs) -> Iterator[str]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            yield key
        seen.add(key)


def _path(steps: Any) -> Path:
    found = []
    while steps is not None:
        steps, name = steps
        found.append(name)
    return tuple(reversed(found))
