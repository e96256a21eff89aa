"""People's names in a text, as people write them: turned round, with or without a title, accent or hyphen."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final

Hide = Callable[[str], str]

_SHORTEST: Final = 2
"""Letters. One letter is no name that could be told from a word."""

_ENDS: Final = re.compile(r"\s+[-\u2013]\s+|[,;/(]")
_TITLE: Final = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof)\b\.?\s+", re.IGNORECASE)
_DASHES: Final = "-\u2010\u2011\u2013"
_APOSTROPHES: Final = "'\u2019\u2018\u02bc`\u00b4"
_MARKS: Final = "[\u0300-\u036f]*"


def hider(names: Iterable[str], mark: str, *, but: Iterable[str] = ()) -> Hide:
    """What puts `mark` for each of the names wherever it stands whole, and leaves those of `but` as they are.

    A name of one word may be a word as well, as Will or Hope: it is found as it is written and with a capital letter.
    """
    kept = {"".join(_spelt(name)) for each in but for name in _whole(each)}
    forms = {form for name in names for form in _forms(name)} - kept
    found = [*((form, False) for form in kept), *((form, True) for form in forms)]
    if not forms:
        return lambda text: text
    # The longest first, so that no half of a name is left; what is kept goes before what is as long.
    found.sort(key=lambda each: (-len(each[0]), each[1]))
    kept_or_not = "|".join(f"(?P<kept{n}>{form})" if not hidden else form for n, (form, hidden) in enumerate(found))
    pattern = re.compile(rf"(?<!\w)(?:{kept_or_not})(?![\w\u0300-\u036f])")
    return lambda text: pattern.sub(lambda match: match[0] if any(match.groups()) else mark, text)


def _whole(name: str) -> Iterator[str]:
    """The name, and the same turned round."""
    words = name.split()
    yield name
    if len(words) > 1:
        yield f"{words[-1]}, {' '.join(words[:-1])}"
        yield f"{words[-1]} {' '.join(words[:-1])}"


def _forms(written: str) -> Iterator[str]:
    """How to find whoever is written down as `Dr Quill Example, head`, or `Example, Quill`."""
    first, *rest = (part.strip(" )") for part in _ENDS.split(written))
    first = _TITLE.sub("", first, count=1) if _TITLE.match(first) else first
    names = {written.strip(), first}
    if "," in written and rest and len(first.split()) == 1:
        # Either a surname before its first name, or a name before what its bearer does; both are looked for.
        names.add(f"{rest[0]} {first}")
    for name in names:
        if len(name) >= _SHORTEST:
            yield from ("".join(_spelt(each)) for each in _whole(name))


def _spelt(name: str) -> Iterator[str]:
    """An expression for each letter; whether small or capital makes a difference in a name of one word alone."""
    alone = len(name.split()) == 1 and name.isalpha()
    for number, letter in enumerate(_bare(name)):
        if letter in _DASHES:
            yield rf"[{_DASHES}\s]"
        elif letter in _APOSTROPHES:
            yield f"[{_APOSTROPHES}]"
        elif letter.isspace():
            yield rf"[{_DASHES}\s]+"
        elif letter.isalpha():
            yield _letter(letter, fixed=alone and number == 0 and letter.isupper())
        else:
            yield re.escape(letter)


def _bare(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", " ".join(name.split())) if not _is_mark(each))


def _is_mark(letter: str) -> bool:
    return unicodedata.combining(letter) != 0


def _letter(letter: str, *, fixed: bool) -> str:
    """The letter with any accent; `fixed` as a capital alone."""
    cases = letter.upper() if fixed else letter.lower() + letter.upper()
    return f"[{''.join(sorted({form for each in cases for form in (each, *_accented().get(each, ()))}))}]{_MARKS}"


@cache
def _accented() -> dict[str, tuple[str, ...]]:
    """Each letter that is one with its accent, by the letter alone."""
    found: dict[str, list[str]] = {}
    for letter in map(chr, range(0xC0, 0x1F00)):
        apart = unicodedata.normalize("NFD", letter)
        base, marks = apart[0], apart[1:]
        if marks and all(map(_is_mark, marks)):
            found.setdefault(base, []).append(letter)
    return {base: tuple(letters) for base, letters in found.items()}
