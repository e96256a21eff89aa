"""What may be put right of the events of contact and arrangements."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.agreement import arrangements
from domain.placement.corrections.rows.row import CorrectionRow, row
from domain.placement.record import contact
from domain.placement.running import progress
from events.placement.contact import (
    CommunicationSent,
    ContactLogged,
    MealsArranged,
    PlacementVisited,
    ProgressReportReceived,
    TransportArranged,
)

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        PlacementVisited: row(contact.sound_visit, "visited_on", "pupil_seen", "visitor", "observations", "actions"),
        ContactLogged: row(contact.sound_contact, "contacted_on", "with_roles", "method", "summary"),
        CommunicationSent: row(
            contact.sound_communication, "sent_on", "sent_at", "subject", "to_roles", "method", "content"
        ),
        TransportArranged: row(arrangements.sound_transport, "arranged_on", "required", "mode", "from_on", "details"),
        MealsArranged: row(arrangements.sound_meals, "arranged_on", "arrangement", "from_on", "eligible", "details"),
        ProgressReportReceived: row(
            progress.sound,
            *("received_on", "period_from", "period_to", "attendance_basis_points", "curriculum"),
            *("objective_rag", "behaviour", "curriculum_text", "personal_development", "achievements"),
            "pupil_voice",
        ),
    }
)
