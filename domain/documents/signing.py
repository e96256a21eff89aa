"""What was signed: the document of an agreement, as it was kept when that version of it was issued."""

from collections.abc import Iterable, Mapping

from domain.placement.record.history import Record
from events.codes import DocumentKind
from events.ids import AgreementId, DocumentId, EventId
from events.placement.agreement import AgreementIssued, AgreementSigned
from events.placement.letters import DocumentProduced


def signatures(records: Iterable[Record]) -> Mapping[DocumentId, tuple[Record, ...]]:
    """The signatures under each document. A signature is under the version that was the latest when it was given."""
    issued: dict[AgreementId, EventId] = {}
    made: dict[EventId, DocumentId] = {}
    signed: list[tuple[EventId, Record]] = []
    for record in records:
        event = record.event
        if isinstance(event, AgreementIssued):
            issued[event.agreement_id] = record.event_id
        elif isinstance(event, AgreementSigned):
            signed.append((issued[event.agreement_id], record))
        elif isinstance(event, DocumentProduced) and event.kind is DocumentKind.AGREEMENT:
            made[event.cause] = event.document_id
    found: dict[DocumentId, tuple[Record, ...]] = {}
    for cause, record in signed:
        if cause in made:
            found[made[cause]] = (*found.get(made[cause], ()), record)
    return found
