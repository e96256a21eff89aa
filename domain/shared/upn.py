"""The unique pupil number: its form, its check letter and what can be seen from it. None is ever made here."""

import re
from dataclasses import dataclass

from domain.shared.errors import Rejected

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_FORM = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")
# The numbers of local authorities in England run from 201 (City of London) to 947; the rest are not LAs.
_LA_FIRST, _LA_LAST = 201, 947


class UpnFormat(Rejected):
    """A UPN has 13 characters: a check letter, 11 digits, and a digit or, if temporary, a letter."""

    code = "upn_format"
    title = "The UPN is not in the right format"


class UpnCheckLetter(Rejected):
    """The first letter of a UPN is worked out from the rest, so that a typing error shows."""

    code = "upn_check_letter"
    title = "The UPN's check letter is wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upn:
    text: str

    @property
    def temporary(self) -> bool:
        """It ends in a letter: given until the pupil's own number is known."""
        return self.text[-1].isalpha()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of what is odd but no reason to refuse."""
        la_odd = not _LA_FIRST <= int(self.text[1:4]) <= _LA_LAST
        return (*(["temporary_upn"] if self.temporary else []), *(["la_part_unknown"] if la_odd else []))


def check_letter(rest: str) -> str:
    """The letter that the other twelve characters call for: each times its place, 2 to 13, modulo 23."""
    worth = (int(char) if char.isdigit() else _LETTERS.index(char) for char in rest)
    return _LETTERS[sum(value * place for place, value in enumerate(worth, start=2)) % len(_LETTERS)]


def parse(text: str) -> Upn | Rejected:
    """A UPN, trimmed and in capitals, or why it is none."""
    text = text.strip().upper()
    if not _FORM.fullmatch(text):
        return UpnFormat("A UPN has a letter, eleven digits, and one more digit or letter, without I, O and S.")
    if text[0] != check_letter(text[1:]):
        return UpnCheckLetter("The UPN's first letter does not match the rest. Check the number for a typing error.")
    return Upn(text=text)
