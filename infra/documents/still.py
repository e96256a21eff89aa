"""Letters that show nothing by themselves: on paper as many are left as any writing needs.

They turn the direction of writing, or pile up on one letter. Thousands of them take a minute, or end the process.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

_NOT_ON_PAPER: Final = frozenset(
    [
        "\u2060",
        "\ufeff",
        "\u180e",
        "\u200b",
        "\u034f",
        *map(chr, range(0x202A, 0x202F)),
        *map(chr, range(0x2066, 0x2070)),
    ]
)
_TAGS: Final = range(0xE0000, 0xE0080)
_MOST_MARKS: Final = 8


def still(text: str) -> str:
    return text if text.isascii() else "".join(_kept(text))


def _kept(text: str) -> Iterator[str]:
    marks = 0
    for letter in text:
        marks = marks + 1 if _is_mark(letter) else 0
        if marks <= _MOST_MARKS and letter not in _NOT_ON_PAPER and ord(letter) not in _TAGS:
            yield letter


def with_breaks(word: str) -> str:
    """The word with a place to break before each letter, but not between a letter and its marks."""
    return word[:1] + "".join(letter if _is_mark(letter) else f"\u200b{letter}" for letter in word[1:])


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Me", "Mc", "Cf"}
