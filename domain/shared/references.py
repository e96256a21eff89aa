"""The short reference of a placement, which can be read over a telephone: AP-7K3M-9QX2-4C.

Nine characters follow from the placement's id and a counter, and the tenth checks them (Luhn over the same 32 signs).
The counter rises until the reference is free, in the order in which placements begin. The database assigns it
(`placement_reference`), since it alone knows that order; a test holds the two to the same reference.
"""

import hashlib
from collections.abc import Callable
from typing import Final
from uuid import UUID

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U."""
PREFIX: Final = "AP"
_BASE: Final = len(ALPHABET)
_BITS: Final = 5
_MADE: Final = 9
_LENGTH: Final = _MADE + 1
_COUNTER_BYTES: Final = 8
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN: Final = dict.fromkeys(map(ord, " \t\u00a0-\u2010\u2011\u2012\u2013\u2212_./"))
"""What people put between groups, or what a text becomes when it is copied."""

Digest = Callable[[bytes], bytes]


class MistypedReference(ValueError):
    """It is meant as a reference, and it is none that was ever given: a sign is wrong, missing or too many."""


class NotAReference(ValueError):
    """It does not look like a reference at all."""


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def reference_of(placement_id: UUID, counter: int = 0, *, digest: Digest = _sha256) -> str:
    """The reference that the placement has where those of lower counters belong to placements that began before."""
    found = digest(placement_id.bytes + counter.to_bytes(_COUNTER_BYTES))
    number = int.from_bytes(found[:6]) >> 48 - _BITS * _MADE
    signs = "".join(ALPHABET[number >> _BITS * place & _BASE - 1] for place in reversed(range(_MADE)))
    return written(signs + check_sign(signs))


def check_sign(signs: str) -> str:
    """The sign that goes behind these."""
    return ALPHABET[-_sum(signs, first=2) % _BASE]


def written(signs: str) -> str:
    """The ten signs in groups, with the prefix."""
    return f"{PREFIX}-{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def parse(text: str) -> str:
    """A reference as it is written, from what somebody typed: in any case, with or without prefix and hyphens.

    Raises:
        MistypedReference, NotAReference.
    """
    signs = text.translate(_BETWEEN)
    signs = signs.upper() if signs.isascii() else signs
    begins = signs.startswith(PREFIX) and len(signs) != _LENGTH
    signs = (signs.removeprefix(PREFIX) if begins else signs).translate(_READ_AS)
    if len(signs) == _LENGTH and not set(signs) - set(ALPHABET) and _sum(signs, first=1) % _BASE == 0:
        return written(signs)
    if begins or (len(signs) == _LENGTH and signs.isascii() and signs.isalnum()):
        raise MistypedReference("a sign of the reference is wrong, missing or too many")
    raise NotAReference("not in the form of a reference")


def _sum(signs: str, *, first: int) -> int:
    """Every second sign is doubled, from the right; of a number with two digits in base 32 both are added."""
    values = (ALPHABET.index(sign) * factor for sign, factor in zip(reversed(signs), _factors(first), strict=False))
    return sum(value // _BASE + value % _BASE for value in values)


def _factors(first: int) -> tuple[int, ...]:
    return tuple(first if place % 2 == 0 else 3 - first for place in range(_LENGTH))
