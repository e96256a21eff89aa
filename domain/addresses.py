"""Where teaching takes place, written so that somebody can go there: a street or place line and a postcode.

Teaching that takes place online has no such address, and says so instead.
"""

import re
from typing import Final

from domain.errors import Rejected

EXAMPLE: Final = "1 Example Street, Derby, DE99 9ZZ"

# The forms of a postcode: its area and district, then a digit and two letters that no sorting machine confuses.
_POSTCODE: Final = re.compile(
    r"(?<![A-Z0-9])(?:GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])", re.IGNORECASE
)
_ONLINE: Final = re.compile(r"(?<!\w)on-?line(?!\w)", re.IGNORECASE)
_NOT_ONLINE: Final = re.compile(
    r"(?<!\w)(?:not?|never|nothing|isn't|aren't|without)\b[^.,;\n]*\bon-?line", re.IGNORECASE
)


class AddressIncomplete(Rejected):
    """An address of teaching has a street or place line and a postcode, or says that the teaching is online."""

    code = "address_incomplete"
    title = "The address is not complete"


def incomplete(address: str, pointer: str) -> AddressIncomplete | None:
    """What is wrong with the address of teaching that somebody wrote down; None where a person could go there."""
    if is_online(address):
        return None
    found = postcode(address)
    lacking = []
    if not _has_place(address, found):
        lacking.append("a street or place line")
    if found is None:
        lacking.append("a postcode")
    if not lacking:
        return None
    return AddressIncomplete(
        f"Give {' and '.join(lacking)}, such as {EXAMPLE}, or say that the teaching is online.", pointer=pointer
    )


def postcode(address: str) -> str | None:
    """The postcode that an address holds, as it is written there. Of several the last is the address's own."""
    found = _POSTCODE.findall(address)
    return found[-1] if found else None


def is_online(address: str) -> bool:
    """The address says that the teaching is online."""
    return _ONLINE.search(address) is not None and _NOT_ONLINE.search(address) is None


def _has_place(address: str, code: str | None) -> bool:
    """Something beside the postcode names a place: two letters at least, as in `1 Ely`."""
    rest = address if code is None else address.replace(code, " ")
    return sum(letter.isalpha() for letter in rest) > 1
