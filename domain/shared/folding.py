"""Words as they sound, however they are written: without case, accents and what cannot be seen.

`anyascii` is a table of characters and nothing else. It keeps the vowel signs of scripts that write them as marks,
which would be lost if marks were taken away.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from anyascii import anyascii

APOSTROPHES: Final = "'\u2019\u2018\u02bc\u02bb\u02b9\uff07`\u00b4"
DASHES: Final = "-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_UNSEEN: Final = frozenset("\u034f\u0640\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_POINTS: Final = dict.fromkeys((*range(0x0591, 0x05C8), *range(0x064B, 0x0660), 0x0670))
"""Vowels that Hebrew and Arabic may leave out."""
_IN_TWO_LETTERS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}  # as they are written where a keyboard has none
)
_WITHOUT_BLANKS: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Letters and digits side by side, with the places in the text where they begin and end.

    `written` is without what cannot be seen.
    """

    start: int
    end: int
    written: str

    @property
    def is_capital(self) -> bool:
        return self.written[:1].isupper()


def is_unseen(char: str) -> bool:
    """Whether it takes no place: it may be put into a name, and the name looks the same."""
    return char in _UNSEEN or unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"


def words(text: str) -> Iterator[Word]:
    """The words of a text in NFC. An apostrophe between letters parts them, as a hyphen does."""
    start, end, written = 0, 0, ""
    for place, char in enumerate(text):
        if char not in APOSTROPHES and (char.isalnum() or unicodedata.category(char)[0] == "M"):
            start = start if written else place
            written += char
            end = place + 1
        elif written and not is_unseen(char):
            yield Word(start=start, end=end, written=written)
            written = ""
    if written:
        yield Word(start=start, end=end, written=written)


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """The letters and digits that it sounds like, small; of a sign that has no sound, the sign."""
    romanised = "".join(filter(str.isalnum, anyascii(word.translate(_POINTS)).casefold()))
    return romanised or word.casefold()


@lru_cache(maxsize=8192)
def spread(word: str) -> str:
    """The same with umlauts as two letters: Müller as Mueller."""
    return folded(word.casefold().translate(_IN_TWO_LETTERS))


def is_written_without_blanks(word: str) -> bool:
    """Whether its script runs words together, so that a name may be inside what looks like one word."""
    return not word.isascii() and unicodedata.name(word[0], "").startswith(_WITHOUT_BLANKS)
