"""How names are found: by the beginnings of their parts, however they are written; nothing here keeps a name.

A name of three parts is found by the beginning of any of them, from three letters on. A part of one or two letters is
found by itself alone, beside another.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

from domain.shared.folding import APOSTROPHES, DASHES, folded, spread, words

FEWEST: Final = 3
"""Letters that a search has at least: fewer would go through all names in a few tries."""
_LONGEST: Final = 24
"""Letters of a part that are told apart. What is typed beyond them is not looked at."""
_MOST_PARTS: Final = 12
_JOINED: Final = str.maketrans("", "", APOSTROPHES + DASHES)


def findable(name: str) -> frozenset[str]:
    """All beginnings by which a name is found."""
    return frozenset(beginning for part in _parts(name) for beginning in _beginnings(part))


def asked(typed: str) -> tuple[str, ...]:
    """What a name must be findable by, to be what was typed; empty where that is too short to search for."""
    found = tuple(dict.fromkeys(folded(word)[:_LONGEST] for word in _typed(typed)))[:_MOST_PARTS]
    return found if sum(map(len, found)) >= FEWEST else ()


def _typed(text: str) -> Iterator[str]:
    """O'Brien as one part, whose beginnings a name has either way; Smith-Jones as two, and Smith-Jo as one."""
    plain = unicodedata.normalize("NFC", text).translate(str.maketrans("", "", APOSTROPHES))
    for tied in plain.split():
        parts = [each.written for each in words(tied)]
        if len(parts) > 1 and any(len(folded(each)) < FEWEST for each in parts):
            parts = [each.written for each in words(tied.translate(_JOINED))]
        yield from parts


def _parts(name: str) -> Iterator[str]:
    """Each part as it sounds, by itself and joined to those that a hyphen or an apostrophe ties it to."""
    name = unicodedata.normalize("NFC", name)
    for tied in name.split():
        for text in (tied, tied.translate(_JOINED), tied.translate(str.maketrans("", "", APOSTROPHES))):
            for word in words(text):
                yield folded(word.written)
                yield spread(word.written)


def _beginnings(part: str) -> Iterator[str]:
    cut = part[:_LONGEST]
    yield cut
    yield from (cut[:length] for length in range(FEWEST, len(cut)))
