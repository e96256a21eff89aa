"""Identifiers: opaque UUIDs, told apart by type; and the ids that follow from others."""

from typing import NewType
from uuid import UUID, uuid5

PlacementId = NewType("PlacementId", UUID)
PupilId = NewType("PupilId", UUID)
ProviderId = NewType("ProviderId", UUID)
SiteId = NewType("SiteId", UUID)
MeetingId = NewType("MeetingId", UUID)
AgreementId = NewType("AgreementId", UUID)
NoticeId = NewType("NoticeId", UUID)
ConcernId = NewType("ConcernId", UUID)
DoubtId = NewType("DoubtId", UUID)
ApplicationId = NewType("ApplicationId", UUID)
OfferId = NewType("OfferId", UUID)
ChangeId = NewType("ChangeId", UUID)
ReviewId = NewType("ReviewId", UUID)
RequestId = NewType("RequestId", UUID)
PlanId = NewType("PlanId", UUID)
DocumentId = NewType("DocumentId", UUID)
AccessRequestId = NewType("AccessRequestId", UUID)
ComplaintId = NewType("ComplaintId", UUID)
EventId = NewType("EventId", UUID)
DelegationId = NewType("DelegationId", UUID)
OvertakenId = NewType("OvertakenId", UUID)
CalendarCorrectionId = NewType("CalendarCorrectionId", UUID)
CommandId = NewType("CommandId", UUID)
HandOverId = NewType("HandOverId", UUID)
PersonId = NewType("PersonId", UUID)

Urn = NewType("Urn", str)
"""A school's unique reference number: six digits."""

IsoWeek = NewType("IsoWeek", str)
"""A week from Monday to Sunday as ISO 8601 writes it: `2026-W50`."""


def derived_id(source: UUID, name: str) -> UUID:
    """The id that `source` gives to what it makes: the same each time, so that a retry makes nothing new."""
    return uuid5(source, name)


def event_id_of(command_id: UUID, index: int) -> EventId:
    """The id of a command's event number `index`: the same each time the command is carried out."""
    return EventId(derived_id(command_id, f"event/{index}"))


def placement_stream(placement_id: PlacementId) -> str:
    return f"placement-{placement_id}"


def provider_stream(provider_id: ProviderId) -> str:
    return f"provider-{provider_id}"


def school_stream(urn: Urn) -> str:
    return f"school-{urn}"


def pupil_stream(pupil_id: PupilId) -> str:
    return f"pupil-{pupil_id}"


def attendance_stream(placement_id: PlacementId, week: IsoWeek) -> str:
    return f"attendance-{placement_id}-{week}"
