"""What a value may be, beyond its type, for the record to keep it and to calculate with it."""

import dataclasses
import typing
from collections.abc import Iterator
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final

from domain.shared.text import kind_of, text_faults

# Beyond these no school calendar exists, and date arithmetic near the ends of what Python knows overflows.
FIRST_YEAR, LAST_YEAR = 1900, 2199
_LARGEST = 2**31 - 1
MOST_ENTRIES: Final = 1_000
MOST_VALUES: Final = 20_000
TOO_MANY: Final = f"A list may have up to {MOST_ENTRIES:,} entries."


def faults(value: Any, *, field: str = "", required: bool = True, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Each part that cannot be kept: where it is, as a JSON pointer, and why.

    The kind of a text, and with it how long it may be, follows from the name of its field. A field that may be left
    out may be left blank; any other needs something that can be seen.
    """
    match value:
        case tuple():
            if len(value) > MOST_ENTRIES:
                yield pointer, TOO_MANY
            for index, part in enumerate(value[:MOST_ENTRIES]):
                yield from faults(part, field=field, pointer=f"{pointer}/{index}")
        case _ if dataclasses.is_dataclass(value):
            for name, needed in _fields(value.__class__):
                part = getattr(value, name)
                yield from faults(part, field=name, required=needed, pointer=f"{pointer}/{name}")
        case _:
            for why in _faults(value, field, required=required):
                yield pointer, why


def _faults(value: Any, field: str, *, required: bool) -> Iterator[str]:
    match value:
        case Enum():
            return
        case str():
            yield from _not_storable(value)
            yield from text_faults(value, kind_of(field), required=required)
        case int() if not isinstance(value, bool) and abs(value) > _LARGEST:
            yield "This number is out of range."
        case date() if not FIRST_YEAR <= value.year <= LAST_YEAR:
            yield f"The year must lie from {FIRST_YEAR} to {LAST_YEAR}."
        case datetime() if value.utcoffset() is None:
            yield "This time needs its offset, as in +00:00."
        case time() if value.tzinfo is not None:
            yield "This is a time on the clock: leave out its offset."


def _not_storable(text: str) -> Iterator[str]:
    if "\0" in text:
        yield "This text holds a NUL character."
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        yield "This text holds half of a surrogate pair."


def needs_value(cls: type, field: str) -> bool:
    """Whether the field may not be left out."""
    return dict(_fields(cls))[field]


@cache
def _fields(cls: type) -> tuple[tuple[str, bool], ...]:
    """Each field, and whether a value has to be given for it."""
    hints = typing.get_type_hints(cls)
    return tuple((field.name, NoneType not in typing.get_args(hints[field.name])) for field in dataclasses.fields(cls))
