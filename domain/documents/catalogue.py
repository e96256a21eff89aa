"""Which events bring documents, and the id of each document: the same however often it is made."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from domain.documents import agreement, notice, record, referral, reintegration, requests, reviews
from domain.documents.model import Document
from domain.documents.source import Source
from events.ids import DocumentId, EventId, derived_id
from events.placement.agreement import AgreementIssued, NoticeGiven
from events.placement.ending import PlacementClosed, ReintegrationPlanned
from events.placement.referral import ReferralSubmitted
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified, ReviewRequestRefused
from events.placement.union import PlacementEvent

Make = Callable[[Source], tuple[Document, ...]]

MAKES: Mapping[type[PlacementEvent], Make] = MappingProxyType(
    {
        ReferralSubmitted: referral.form,
        AgreementIssued: agreement.agreement,
        NoticeGiven: notice.notices,
        ReviewInvitationGiven: reviews.invitations,
        ReviewOutcomeNotified: reviews.outcomes,
        ReviewRequestRefused: requests.refusal,
        ReintegrationPlanned: reintegration.plan,
        PlacementClosed: record.record,
    }
)
"""What an event brings as it is recorded, made from the record up to it."""


def documents(source: Source) -> tuple[Document, ...]:
    """What the last event of the record brings; nothing for most."""
    make = MAKES.get(type(source.event))
    return make(source) if make else ()


def document_id(cause: EventId, document: Document) -> DocumentId:
    """Follows from the event, the kind and the recipient: making it again makes nothing new."""
    to = document.addressee
    name = f"document/{document.kind}/{to.role}/{to.number}" if to else f"document/{document.kind}"
    return DocumentId(derived_id(cause, name))
