"""People's names in a text, as people write them: turned round, with or without a title, accent, hyphen or blank."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from domain.shared.contact_parts import EMAIL, Contacts, Span
from domain.shared.folding import APOSTROPHES, DASHES, Word, folded, is_unseen, is_written_without_blanks, spread, words
from domain.shared.name_forms import NameForm, SoundOf, forms, names_in

Hide = Callable[[str], str]

_SOUNDS: Final[tuple[SoundOf, ...]] = (folded, spread)
_MOST_WORDS: Final = 24
_INSIDE: Final = frozenset(APOSTROPHES + DASHES)
_MONTHS: Final = frozenset({"april", "may", "june", "august"})
_BEFORE_MONTHS: Final = frozenset({"in", "since", "until", "during", "early", "late", "mid"})
_VERBS: Final = frozenset({"may", "will"})
_AFTER_VERBS: Final = frozenset(
    {"i", "you", "he", "she", "it", "we", "they", "the", "this", "that", "there", "these", "those"}
)

_Known = Mapping[str, list[tuple[NameForm, bool]]]
"""By its sound: each form, and whether it is to be hidden."""


def hider(names: Iterable[str], mark: str, *, but: Iterable[str] = ()) -> Hide:
    """What puts `mark` for each of the names wherever it is whole, and leaves those of `but` as they are.

    A name of one word may be a word as well, as Will or Hope: it is found as it is written and with a capital letter.
    How to reach somebody is found where a field of `names` says it.
    """
    names = tuple(names)
    known = [_known(names, tuple(but), sound) for sound in _SOUNDS]
    contacts = Contacts.of(names)
    unspaced = {form.sound: name for each in names for name in names_in(each) for form in _unspaced(name)}

    def hide(text: str) -> str:
        whole = unicodedata.normalize("NFC", text)
        found = list(words(whole))
        spans = list(contacts.in_text(whole, found))
        for sound, forms_of in zip(_SOUNDS, known, strict=True):
            spans += _named(whole, found, sound, forms_of)
        spans += _run_together(found, unspaced)
        return _marked(whole, spans, mark) if spans else text

    return hide


def _known(names: Iterable[str], but: Iterable[str], sound: SoundOf) -> _Known:
    known: defaultdict[str, list[tuple[NameForm, bool]]] = defaultdict(list)
    for name in dict.fromkeys(name for each in names for name in names_in(each)):
        for form in forms(name, sound, with_title=True):
            known[form.sound].append((form, True))
    for name in but:
        for form in forms(name, sound, with_title=False):
            known[form.sound].append((form, False))
    return known


def _named(text: str, found: list[Word], sound: SoundOf, known: _Known) -> Iterator[Span]:
    """Each name, the longest first, so that no half of one is left; what is kept is before what is as long."""
    longest = max(map(len, known), default=0)
    place = 0
    while place < len(found):
        heard, best = "", None
        for last in range(place, min(place + _MOST_WORDS, len(found))):
            heard += sound(found[last].written)
            if len(heard) > longest or (last > place and not _belongs(text, found[last - 1], found[last])):
                break
            fitting = [hidden for form, hidden in known.get(heard, ()) if _fits(form, text, found, place, last)]
            if fitting:
                best = (last, all(fitting))
        if best is None:
            place += 1
            continue
        last, hidden = best
        if hidden:
            yield (found[place].start, found[last].end)
        place = last + 1


def _belongs(text: str, before: Word, after: Word) -> bool:
    """Whether a name may go on from one word to the next: over blanks, a hyphen, an apostrophe, a stop, a comma."""
    between = [char for char in text[before.end : after.start] if not is_unseen(char)]
    return all(char in _INSIDE or char in ".,\u00b7" or char.isspace() for char in between)


def _fits(form: NameForm, text: str, found: list[Word], first: int, last: int) -> bool:
    run = found[first : last + 1]
    between = "".join(text[one.end : next_.start] for one, next_ in pairwise(run))
    if "," in between and not form.comma:
        return False
    is_parted = any(char not in APOSTROPHES and not is_unseen(char) for char in between)
    if form.blank:
        if not is_parted:
            return False
    elif any(char.isspace() or char in ".," for char in between) and not any(map(str.isdigit, form.sound)):
        return False
    if (form.capitals or "," in between) and not all(word.is_capital or not word.written[0].islower() for word in run):
        return False
    return form.blank or len(run) > 1 or not _is_a_word_here(text, found, first)


def _is_a_word_here(text: str, found: list[Word], place: int) -> bool:
    """Whether a month or a verb is meant, and not somebody of that name: `in May`, `2 May`, `Will she`."""
    word = folded(found[place].written)
    before = folded(found[place - 1].written) if place else ""
    after = folded(found[place + 1].written) if place + 1 < len(found) else ""
    if word in _MONTHS and (before in _BEFORE_MONTHS or _is_day_or_year(before) or _is_day_or_year(after)):
        return True
    follows = text[found[place].end :].removeprefix(" ")[:1]
    return word in _VERBS and after in _AFTER_VERBS and follows.isalpha()


def _is_day_or_year(word: str) -> bool:
    return word.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th").isdigit()


def _unspaced(name: str) -> Iterator[NameForm]:
    if is_written_without_blanks(name):
        joined = "".join(word.written for word in words(name))
        yield from [NameForm(sound=joined, blank=False)] if len(joined) > 1 else ()


def _run_together(found: list[Word], unspaced: Iterable[str]) -> Iterator[Span]:
    """Names of scripts that put no blank between words, inside what looks like one word."""
    for word in found:
        for name in unspaced:
            at = word.written.find(name)
            while at >= 0:
                # What cannot be seen makes the place unknown, so the whole goes.
                is_plain = word.end - word.start == len(word.written)
                yield (word.start + at, word.start + at + len(name)) if is_plain else (word.start, word.end)
                at = word.written.find(name, at + len(name))


def _marked(text: str, spans: list[Span], mark: str) -> str:
    """The text with one mark for each stretch; an e-mail address goes as a whole."""
    emails = [match.span() for match in EMAIL.finditer(text)]
    spans = [_around(span, emails) for span in spans]
    written, at, last = [], 0, -1
    for start, end in sorted(spans):
        if start < last:
            at = last = max(last, end)
            continue
        written += [text[at:start], mark]
        at = last = end
    return "".join(written) + text[at:]


def _around(span: Span, emails: Iterable[Span]) -> Span:
    for start, end in emails:
        if start < span[1] and span[0] < end:
            return (min(start, span[0]), max(end, span[1]))
    return span
