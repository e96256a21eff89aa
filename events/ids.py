"""Identifiers: opaque UUIDs, told apart by type; and the ids that follow from others."""

import re
from typing import Final, NewType
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


UUID_FORM: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""The one spelling of an id. `UUID()` alone also reads braces, other dashes and none."""

PLACEMENT_STREAMS: Final = "placement-"
"""What the ids of all placements' own streams begin with."""


def derived_id(source: UUID, name: str) -> UUID:
    """The id that `source` gives to what it makes: the same each time, so that a retry makes nothing new."""
    return uuid5(source, name)


def event_id_of(command_id: UUID, index: int) -> EventId:
    """The id of a command's event number `index`: the same each time the command is carried out."""
    return EventId(derived_id(command_id, f"event/{index}"))


def placement_stream(placement_id: PlacementId) -> str:
    return f"{PLACEMENT_STREAMS}{placement_id}"


def placement_id_in(stream_id: str) -> PlacementId | None:
    """The placement whose stream this is, or a week of whose register; None for a school, a provider or a pupil."""
    family, _, name = stream_id.partition("-")
    if family not in {"placement", "attendance"}:
        return None
    found = UUID_FORM.match(name)
    if found is None:
        raise ValueError(f"{stream_id} names no placement")
    return PlacementId(UUID(found[0]))


def placement_id_of(stream_id: str) -> PlacementId:
    """As `placement_id_in`, for a stream that is known to be a placement's or of its register."""
    found = placement_id_in(stream_id)
    if found is None:
        raise ValueError(f"{stream_id} names no placement")
    return found


def provider_stream(provider_id: ProviderId) -> str:
    return f"provider-{provider_id}"


def school_stream(urn: Urn) -> str:
    return f"school-{urn}"


def pupil_stream(pupil_id: PupilId) -> str:
    return f"pupil-{pupil_id}"


def attendance_stream(placement_id: PlacementId, week: IsoWeek) -> str:
    return f"attendance-{placement_id}-{week}"
