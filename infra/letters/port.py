"""What a sender of letters is given and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from domain.shared.addresses import unpostable
from events.codes import DeliveryMethod, LetterFate


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One document on its way to one person. `reference` is the document's id, and the only part that is not personal.

    `again`: it was handed to the sender before, and what came of that is not known.
    """

    reference: str
    method: DeliveryMethod
    title: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)
    email: str | None = field(repr=False)
    pdf: bytes = field(repr=False)
    again: bool = False


class NotSendable(Exception):
    """This letter will never go this way: a person has to see to it. `why` is a code, and nothing personal."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def reachable(letter: Letter) -> Letter:
    """The letter, where it says to where it goes. Raises NotSendable."""
    if letter.method is DeliveryMethod.EMAIL and letter.email is None:
        raise NotSendable("no_email_address")
    if letter.method is not DeliveryMethod.EMAIL and not letter.address:
        raise NotSendable("no_postal_address")
    if letter.method is not DeliveryMethod.EMAIL and unpostable(letter.address):
        raise NotSendable("address_incomplete")
    return letter


class SenderAway(Exception):
    """The sender cannot take letters just now; the same letter is tried again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderReport:
    """What a sender says of a letter that it took: nothing new, or dispatched at a time, delivered, or failed and why.

    `fate` None: it is still on its way to be dispatched. `final`: there is no more to ask; without a fate, because the
    sender no longer knows the letter.
    """

    fate: LetterFate | None = None
    dispatched_at: datetime | None = None
    why: str | None = None
    final: bool = False


NO_SENDER: Final = "no_sender"


class NoSender:
    """Nothing goes out: every letter is to be handed over, also when a sender has been set up later."""

    name = "none"

    async def send(self, letter: Letter) -> str:  # noqa: ARG002 # the port's shape
        raise NotSendable(NO_SENDER)


@runtime_checkable
class Tracking(Protocol):
    """A sender that can be asked what became of a letter."""

    async def fate(self, sender_reference: str) -> SenderReport:
        """What it says now. Raises SenderAway."""


@runtime_checkable
class Keeping(Protocol):
    """A sender that keeps letters in clear until somebody takes them, and can delete them."""

    async def kept(self) -> tuple[str, ...]:
        """The references of the letters that it still keeps."""

    async def forget(self, reference: str) -> bool:
        """Deletes one; False where it is not there, as after somebody took it."""


class Sender(Protocol):
    """A way for letters to go out. Each sender is safe against being given the same letter again."""

    name: str

    async def send(self, letter: Letter) -> str:
        """Sends it, and returns the sender's own id for it. Raises NotSendable, SenderAway."""
