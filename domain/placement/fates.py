"""What became of each letter so far, as its sender, the post and the school have told it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from events.codes import ContactMethod, LetterFate
from events.ids import DocumentId
from events.placement.contact import CommunicationSent
from events.placement.letters import LetterFateRecorded, LetterReturned


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStatus:
    """One letter of which something is known. `handed_over`: somebody gave it another way and said so."""

    document_id: DocumentId
    dispatched: LetterFateRecorded | None = None
    delivered: LetterFateRecorded | None = None
    failed: LetterFateRecorded | None = None
    unheard: LetterFateRecorded | None = None
    returned: LetterReturned | None = None
    handed_over: CommunicationSent | None = None

    @property
    def lost_on(self) -> date | None:
        """The day from which it counts as not arrived; None while it may arrive, or was given another way."""
        if self.handed_over is not None:
            return None
        if self.returned is not None:
            return self.returned.returned_on
        return self.failed.on if self.failed else None

    @property
    def unsure_on(self) -> date | None:
        """The day from which somebody has to find out whether it arrived: its sender no longer knows it."""
        told = self.handed_over or self.returned or self.failed or self.delivered
        return self.unheard.on if self.unheard and not told else None

    def fate(self, fate: LetterFate) -> LetterFateRecorded | None:
        by_fate = {
            LetterFate.DISPATCHED: self.dispatched,
            LetterFate.DELIVERED: self.delivered,
            LetterFate.FAILED: self.failed,
            LetterFate.UNHEARD: self.unheard,
        }
        return by_fate[fate]

    @property
    def posted_since(self) -> bool:
        """Somebody posted it once more, so that it may come back once more."""
        return self.handed_over is not None and self.handed_over.method is ContactMethod.LETTER


def told(
    letters: tuple[LetterStatus, ...], event: LetterFateRecorded | LetterReturned | CommunicationSent
) -> tuple[LetterStatus, ...]:
    """The letters with what an event says of one of them; as they were where it names none."""
    if event.document_id is None:
        return letters
    known = next((each for each in letters if each.document_id == event.document_id), None)
    after = _after(known or LetterStatus(document_id=event.document_id), event)
    return (*(each for each in letters if each.document_id != event.document_id), after)


def _after(letter: LetterStatus, event: LetterFateRecorded | LetterReturned | CommunicationSent) -> LetterStatus:
    if isinstance(event, LetterReturned):
        # What was posted in its place may be what came back; what was given in person stays given.
        return replace(letter, returned=event, handed_over=None if letter.posted_since else letter.handed_over)
    if isinstance(event, CommunicationSent):
        return replace(letter, handed_over=event)
    match event.fate:
        case LetterFate.DISPATCHED:
            return replace(letter, dispatched=event)
        case LetterFate.DELIVERED:
            return replace(letter, delivered=event)
        case LetterFate.FAILED:
            return replace(letter, failed=event)
        case LetterFate.UNHEARD:
            return replace(letter, unheard=event)
        case _:
            assert_never(event.fate)
