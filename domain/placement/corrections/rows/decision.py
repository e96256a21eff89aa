"""What may be put right of the events of a decision."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.corrections.rows.row import FOLLOWS, LAW, WHO, CorrectionRow, each_for, row
from domain.placement.decision import decision_day, meeting, move_start, plans, section_f
from domain.placement.referral import exclusions, grounds
from events.placement.decision import (
    AnnualReviewRecorded,
    ConsultationRecorded,
    DeterminationProposed,
    ExclusionRecorded,
    LaNotifiedOfEhcPlan,
    PlacementDetermined,
    PlanDeliveryRecorded,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingNotRequired,
    ProfessionalsMeetingOverridden,
    StartDateMoved,
)

_START = "A notice is given for one start and no other. Until the placement starts, move the start date."

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        ProfessionalsMeetingConvened: row(meeting.sound_convening, "at", "invited_roles", "place", "invited_names"),
        ConsultationRecorded: row(meeting.sound_consultation, "role", "consulted_on", "body", "view"),
        ProfessionalsMeetingHeld: row(
            meeting.sound_meeting,
            *("held_on", "attended_roles", "apologies_roles", "recommendation", "attended_names", "minutes"),
            *("pupil_view", "parent_view"),
        ),
        ProfessionalsMeetingNotRequired: row(meeting.sound_dispensing, "reason"),
        ProfessionalsMeetingOverridden: row(meeting.sound_override, "reason", by=WHO, by_role=WHO, complete=FOLLOWS),
        ExclusionRecorded: row(exclusions.sound_exclusion, "first_day", "kind", "days"),
        AnnualReviewRecorded: row(plans.sound, "reviewed_on", "note"),
        PlanDeliveryRecorded: row(section_f.sound, "arranged_on", "items"),
        LaNotifiedOfEhcPlan: row(grounds.sound_notification, "la_code", "notified_on"),
        DeterminationProposed: row(
            decision_day.sound_proposed,
            *("proposed_end", "days", "review_plan", "exams_ahead", "minute_reference"),
            *("reasons", "alternatives", "direction", "ehc_plan"),
            **each_for(
                "A second person confirms it as it was typed. Record the decision again.",
                *("proposed_on", "proposed_by", "determined_on", "decided_by", "decided_by_role", "start_date"),
            ),
        ),
        PlacementDetermined: row(
            decision_day.sound_determination,
            *("determined_on", "by", "proposed_end", "days", "review_plan", "reasons", "alternatives"),
            *("direction", "ehc_plan", "exams_ahead", "decided_by", "minute_reference"),
            **each_for(LAW, "legal_basis", "regime_id"),
            **each_for("It is who acted, as the sign-in showed it.", "confirmed_by"),
            decided_by_role="The power to decide rests on it. Cancel, and decide again.",
            start_date=_START,
            calendar_version=FOLLOWS,
        ),
        StartDateMoved: row(
            move_start.sound_move,
            *("moved_on", "proposed_end", "days", "reason"),
            to_date=_START,
            from_date=FOLLOWS,
        ),
    }
)
