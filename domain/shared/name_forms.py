"""The ways in which one person's name is written: whole, turned round, with an initial, or with a title."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.shared.contact_parts import without_contacts
from domain.shared.folding import words

_SHORTEST: Final = 2
"""Letters. One letter is no name that could be told from a word."""

_PERSONS: Final = re.compile(r"[;/|&\n]|\b(?:and|et|und)\b", re.IGNORECASE)
_ENDS: Final = re.compile(r"\s+[-\u2013]\s+|[,(:]")
TITLES: Final = ("mr", "mrs", "ms", "miss", "mx", "dr", "prof")
_TITLE: Final = re.compile(rf"(?:{'|'.join(TITLES)})\b\.?\s+", re.IGNORECASE)
_BARRELS: Final = re.compile("[-\u2010\u2011\u2013]")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForm:
    """The sound of a name, written without blanks, and what else has to be so for a text to mean it.

    `blank`: it is more than one word. `capitals`: each word of it has a capital letter. `comma`: a comma may part it.
    """

    sound: str
    blank: bool = True
    capitals: bool = False
    comma: bool = False


SoundOf = Callable[[str], str]


def names_in(written: str) -> Iterator[str]:
    """Each name of a field as `Dr Quill Example, head`, `Example, Quill`, `Quill and Sorrel Example, 07700 900123`."""
    written = unicodedata.normalize("NFC", written)
    rest = without_contacts(written)
    persons = [each.strip(" ,.)(") for each in _PERSONS.split(rest)]
    persons = [each for each in persons if each and (rest == written or _could_be_named_beside_a_contact(each))]
    family = persons[-1].split()[-1] if persons and len(persons[-1].split()) > 1 else None
    for number, person in enumerate(persons):
        yield from _names_of(person)
        if family is not None and number < len(persons) - 1 and len(person.split()) == 1:
            yield f"{person} {family}"


def _could_be_named_beside_a_contact(part: str) -> bool:
    """Not `mobile` or `Home`, which would be taken out of every sentence."""
    return len(part.split()) > 1


def _names_of(person: str) -> Iterator[str]:
    first, *rest = (part.strip(" ).") for part in _ENDS.split(person))
    yield person
    yield _TITLE.sub("", first, count=1)
    if "," in person and rest and len(first.split()) == 1:
        # Either a surname before its first name, or a name before what its bearer does; both are looked for.
        yield f"{rest[0]} {first}"
    # Lines of an address.
    yield from (part for part in rest if len(part.split()) > 1 and any(map(str.isdigit, part)))


def forms(name: str, sound: SoundOf, *, with_title: bool) -> Iterator[NameForm]:
    """How the name may be written in a text."""
    parts = [part for part in (_sounds(word, sound) for word in name.split()) if part]
    whole = "".join(parts)
    if len(whole) < _SHORTEST:
        return
    if len(parts) == 1:
        yield NameForm(sound=whole, blank=False, capitals=name.strip()[:1].isupper())
        return
    yield NameForm(sound=whole, blank=not any(map(str.isdigit, whole)), comma="," in name)
    if any(map(str.isdigit, whole)):
        return
    *before, last = parts
    yield NameForm(sound=last + "".join(before), comma=True)
    yield from _shortened(name.split(), parts, sound, with_title=with_title)


def _shortened(written: list[str], parts: list[str], sound: SoundOf, *, with_title: bool) -> Iterator[NameForm]:
    first, last = parts[0], parts[-1]
    barrels = {_sounds(each, sound) for each in (written[-1], *_BARRELS.split(written[-1]))} - {""}
    families = {*barrels, "".join(parts[1:])}
    for given in {first, first[:1], "".join(part[:1] for part in parts[:-1])}:
        for family in {*families, *(parts[1:-1] if given == first else ())}:
            yield NameForm(sound=given + family, capitals=True)
            yield NameForm(sound=family + given, capitals=True, comma=True)
    if with_title and len(last) >= _SHORTEST:
        yield from (NameForm(sound=title + family, capitals=True) for title in TITLES for family in families)


def _sounds(word: str, sound: SoundOf) -> str:
    return "".join(sound(each.written) for each in words(word))
