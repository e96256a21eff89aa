"""E-mail addresses and telephone numbers inside a field, and how they are recognised elsewhere."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from domain.shared.folding import Word, folded, is_unseen

Span = tuple[int, int]

# Before the sign as much as an address may have, so that a long word is not read from each of its letters on.
EMAIL: Final = re.compile(r"[\w.+'\u2019-]{1,64}@[\w-]+(?:\.[\w-]+)*")
PHONE: Final = re.compile(r"(?:\+\s*|\(\s*)?\d(?:[\s().\u2010-\u2013/-]{0,3}\d){5,}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[/.]\d\d?[/.]\d{4}")
_BETWEEN_DIGITS: Final = frozenset("()+.-/\u2010\u2011\u2012\u2013 \u00a0\u2009\u202f\t\n")
_SHORTEST_NUMBER: Final = 6
_LONGEST_ABROAD: Final = 10
_SHORTEST_LOCAL: Final = 3
_MOST_GROUPS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """What a field says of how to reach somebody; numbers without blanks and without the code of the country."""

    emails: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        texts = tuple(texts)
        found = (number for text in texts for number in PHONE.findall(text) if not _DATE.fullmatch(number.strip()))
        return cls(
            emails=frozenset(email.casefold() for text in texts for email in EMAIL.findall(text)),
            numbers=frozenset(number for each in found if len(number := _national(_digits(each))) >= _SHORTEST_NUMBER),
        )

    def in_text(self, text: str, words: list[Word]) -> Iterator[Span]:
        locals_ = {local for each in self.emails if len(local := each.partition("@")[0]) >= _SHORTEST_LOCAL}
        for match in EMAIL.finditer(text) if self.emails else ():
            email = match[0].casefold()
            if email in self.emails or email.partition("@")[0] in locals_:
                yield match.span()
        if self.numbers:
            yield from self._numbers_in(text, [word for word in words if folded(word.written).isdigit()])

    def _numbers_in(self, text: str, groups: list[Word]) -> Iterator[Span]:
        """Groups of digits side by side; the whole number, or its end as it is dialled within the area."""
        for first, group in enumerate(groups):
            digits = ""
            for last in range(first, min(first + _MOST_GROUPS, len(groups))):
                if last > first and not _are_one_number(text[groups[last - 1].end : groups[last].start]):
                    break
                digits += folded(groups[last].written)
                if len(digits) >= _SHORTEST_NUMBER and self._is_one(digits):
                    yield (group.start, groups[last].end)

    def _is_one(self, digits: str) -> bool:
        national = _national(digits)
        return national in self.numbers or any(number.endswith(digits) for number in self.numbers)


def without_contacts(text: str) -> str:
    """The text with a line's end for each e-mail address and number."""
    return PHONE.sub("\n", EMAIL.sub("\n", text))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, folded(text)))


def _national(digits: str) -> str:
    digits = digits.removeprefix("00")
    if digits.startswith("44") and len(digits) > _LONGEST_ABROAD:
        digits = digits[2:]
    return digits.lstrip("0")


def _are_one_number(between: str) -> bool:
    return len(between) <= _SHORTEST_LOCAL and all(char in _BETWEEN_DIGITS or is_unseen(char) for char in between)
