"""Ids made here: time-ordered UUIDs for new things, and ids that follow from a command's own id."""

import os
import time
from uuid import UUID, uuid5

_NANOSECONDS_PER_MILLISECOND = 1_000_000
_FRACTIONS_PER_MILLISECOND = 1 << 12


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562, 5.7, with the sub-millisecond fraction of 6.2, method 3).

    48 bits of Unix milliseconds, 12 bits of the fraction of that millisecond, 62 random bits.
    The standard library has one from Python 3.14 on.
    """
    milliseconds, rest = divmod(time.time_ns(), _NANOSECONDS_PER_MILLISECOND)
    fraction = rest * _FRACTIONS_PER_MILLISECOND // _NANOSECONDS_PER_MILLISECOND
    random_bits = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random_bits)


def derived(command_id: UUID, index: int) -> UUID:
    """The id of a command's event number `index`: the same each time the command is carried out."""
    return uuid5(command_id, f"event/{index}")
