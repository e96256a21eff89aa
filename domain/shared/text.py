"""What of a text can be seen, and how long a text of its kind may be."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# Letters and symbols by their category that show nothing: fillers, a Braille cell without dots, blanks of old scripts.
from domain.shared import words
from events.fields import shape_named
from events.kinds import TextShape

_SHOWING_NOTHING: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\U00013441\U00013442\U0001d159")
_BIDIRECTIONAL: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f"
)
_LINE_BREAKS: Final = frozenset("\n\r")


def visible(text: str | None) -> bool:
    """Whether there is a letter, a digit or a symbol in it that can be seen. Spaces, marks and punctuation are none."""
    return text is not None and any(map(_shows, text))


def _shows(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNS" and letter not in _SHOWING_NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class TextKind:
    """`most_lines` of 1 is one line. `plain` refuses control characters and those that turn the direction of writing.

    `rules_say_blank` leaves a blank one to the rules, which know when a code may be missing.
    """

    most_characters: int
    most_lines: int = 1
    plain: bool = True
    rules_say_blank: bool = False


LONG: Final = TextKind(most_characters=20_000, most_lines=500, plain=False)
LINE: Final = TextKind(most_characters=500)
NAME: Final = TextKind(most_characters=200)
CODE: Final = TextKind(most_characters=100, rules_say_blank=True)
ADDRESS: Final = TextKind(most_characters=1_000, most_lines=12)
# A whole value of the record as JSON: its parts are looked at by their own kinds once it was read.
JSON: Final = TextKind(most_characters=500_000, most_lines=20_000, plain=False)

_OF_SHAPE: Final = MappingProxyType(
    {
        TextShape.LONG: LONG,
        TextShape.LINE: LINE,
        TextShape.NAME: NAME,
        TextShape.CODE: CODE,
        TextShape.ADDRESS: ADDRESS,
        TextShape.JSON: JSON,
    }
)


def kind_of(field: str) -> TextKind:
    """How a field of a command or a fact is written: as the event's field of that name says; else it may be long."""
    return _OF_SHAPE[shape_named(field)]


def text_faults(text: str, kind: TextKind, *, required: bool) -> Iterator[str]:
    """What is wrong with a text that is to be recorded now; what was recorded before stays as it is."""
    if len(text) > kind.most_characters:
        yield f"This text is longer than {words.figure(kind.most_characters, 'character', form=',')}."
        return  # what is too long is not read through
    blank_allowed = not required or kind.rules_say_blank
    if not visible(text) and not (blank_allowed and not text.strip()):
        yield "This needs a letter, a digit or a symbol that can be seen."
    if kind.plain:
        yield from _plain_faults(text, kind)
    elif _lines(text) > kind.most_lines:
        yield f"This text has more than {words.figure(kind.most_lines, 'line', form=',')}."


def _plain_faults(text: str, kind: TextKind) -> Iterator[str]:
    if kind.most_lines == 1 and not _LINE_BREAKS.isdisjoint(text):
        yield "This is one line: leave out its line breaks."
    elif _lines(text) > kind.most_lines:
        yield f"This text has more than {words.figure(kind.most_lines, 'line', form=',')}."
    if any(map(_controls, text)):
        yield "This holds a control character, or one that turns the direction of writing."


def _controls(letter: str) -> bool:
    if letter in _LINE_BREAKS:
        return False
    return letter in _BIDIRECTIONAL or unicodedata.category(letter) in {"Cc", "Zl", "Zp"}


def _lines(text: str) -> int:
    return len(text.splitlines())
