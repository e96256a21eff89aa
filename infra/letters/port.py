"""What a sender of letters is given and what it answers."""

from dataclasses import dataclass, field
from typing import Protocol

from events.codes import DeliveryMethod


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
    return letter


class SenderAway(Exception):
    """The sender cannot take letters just now; the same letter is tried again later."""


class NoSender:
    """Nothing goes out: every letter is to be handed over, also when a sender has been set up later."""

    name = "none"

    async def send(self, letter: Letter) -> str:  # noqa: ARG002 # the port's shape
        raise NotSendable("no_sender")


class Sender(Protocol):
    """A way for letters to go out. Each sender is safe against being given the same letter again."""

    name: str

    async def send(self, letter: Letter) -> str:
        """Sends it, and returns the sender's own id for it. Raises NotSendable, SenderAway."""
