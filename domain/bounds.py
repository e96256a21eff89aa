"""What a value may be, beyond its type, for the record to keep it and to reckon with it."""

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from typing import Any

# Beyond these no school calendar exists, and date arithmetic near the ends of what Python knows overflows.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LARGEST = 2**31 - 1


def faults(value: Any, *, longest_text: int | None = None, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Each part that cannot be kept: where it stands, as a JSON pointer, and why. Texts up to so many characters."""
    match value:
        case tuple():
            for index, part in enumerate(value):
                yield from faults(part, longest_text=longest_text, pointer=f"{pointer}/{index}")
        case _ if dataclasses.is_dataclass(value):
            for name in _names(value.__class__):
                part = getattr(value, name)
                yield from faults(part, longest_text=longest_text, pointer=f"{pointer}/{name}")
        case _:
            found = _fault(value, longest_text)
            if found is not None:
                yield pointer, found


def _fault(value: Any, longest_text: int | None) -> str | None:
    match value:
        case str():
            return _text_fault(value, longest_text)
        case int() if not isinstance(value, bool) and abs(value) > _LARGEST:
            return "This number is out of range."
        case date() if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            return f"The year must lie from {_FIRST_YEAR} to {_LAST_YEAR}."
        case datetime() if value.utcoffset() is None:
            return "This time needs its offset, as in +00:00."
        case time() if value.tzinfo is not None:
            return "This is a time on the clock: leave out its offset."
    return None


def _text_fault(text: str, longest: int | None) -> str | None:
    if longest is not None and len(text) > longest:
        return f"This text is longer than {longest:,} characters."
    if "\0" in text:
        return "This text holds a NUL character."
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return "This text holds half of a surrogate pair."
    return None


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))
