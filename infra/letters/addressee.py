"""To whom and how a letter goes, kept beside its PDF as it is made: sending makes nothing again."""

from dataclasses import dataclass, field

import msgspec

from events.codes import DeliveryMethod, RecipientRole


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAddressee:
    """Its fields are stored: one more is optional, and none is renamed, removed or given another type."""

    method: DeliveryMethod
    role: RecipientRole
    title: str = field(repr=False)
    name: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)
    email: str | None = field(repr=False)


def pack(addressee: LetterAddressee) -> bytes:
    return msgspec.json.encode(addressee)


def unpack(clear: bytes) -> LetterAddressee:
    """What a later release wrote beside these fields is passed over."""
    return msgspec.json.decode(clear, type=LetterAddressee)
