"""The documents that were made of a placement, and what became of each letter."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from domain.placement.fates import LetterStatus, told
from events.placement.contact import CommunicationSent
from events.placement.letters import DocumentProduced, LetterFateRecorded, LetterReturned


class PapersState(NamedTuple):
    documents: tuple[DocumentProduced, ...] = ()
    letters: tuple[LetterStatus, ...] = ()


def lettered(part: PapersState, event: LetterFateRecorded | LetterReturned | CommunicationSent) -> PapersState:
    """With what an event says of a letter."""
    return part._replace(letters=told(part.letters, event))


EVOLVE: Final[Mapping[type[Any], Callable[[PapersState, Any], PapersState]]] = {
    DocumentProduced: lambda part, event: part._replace(documents=(*part.documents, event)),
    LetterFateRecorded: lettered,
    LetterReturned: lettered,
}
