"""Putting on record that documents were made. What they say is made elsewhere, from the events alone."""

from uuid import UUID

from domain.placement.facts import Facts
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.codes import DocumentKind, RecipientRole
from events.definition import value
from events.ids import DocumentId, EventId
from events.placement.letters import DocumentProduced


@value
class MadeDocument:
    """One of them: its id follows from the event that brought it, its kind and its recipient."""

    document_id: DocumentId
    kind: DocumentKind
    version: int
    subject: UUID | None
    recipient: RecipientRole | None
    recipient_number: int | None
    fingerprint: str
    page_fingerprint: str


@value
class RecordDocuments:
    """Record that the documents which an event brings were made and are kept."""

    cause: EventId
    documents: tuple[MadeDocument, ...]


class DocumentKeptAlready(Rejected):
    """A document is made once for each event and recipient. A second would be a second letter."""

    code = "document_kept_already"
    title = "That document has already been made"


def keep(state: Placement, command: RecordDocuments, _facts: Facts) -> tuple[DocumentProduced, ...]:
    kept = {each.document_id for each in state.papers.documents}
    refuse(
        *(
            DocumentKeptAlready("The record has that document already.", pointer=f"/documents/{number}")
            for number, made in enumerate(command.documents)
            if made.document_id in kept
        )
    )
    return tuple(_produced(made, command.cause) for made in command.documents)


def _produced(made: MadeDocument, cause: EventId) -> DocumentProduced:
    return DocumentProduced(
        document_id=made.document_id,
        kind=made.kind,
        version=made.version,
        cause=cause,
        subject=made.subject,
        recipient=made.recipient,
        recipient_number=made.recipient_number,
        fingerprint=made.fingerprint,
        page_fingerprint=made.page_fingerprint,
    )
