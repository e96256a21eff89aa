"""What may be put right of the events of the return to school and the end."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.corrections.rows.row import CorrectionRow, row
from domain.placement.ending import closing, reintegration
from events.placement.ending import (
    AssessmentSought,
    EvaluationRecorded,
    PlacementClosed,
    PlacementEnded,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        ReintegrationPlanned: row(
            reintegration.sound_plan,
            *("full_time_by", "school_accepted", "steps", "key_adult", "readiness_criteria"),
            *("pupil_view", "parent_view"),
        ),
        ReintegrationStarted: row(reintegration.sound_start, "started_on"),
        ReintegrationStepRecorded: row(
            reintegration.sound_step, "n", "recorded_on", "attendance_basis_points", "outcome"
        ),
        PlacementEnded: row(
            closing.sound_end, "ended_on", "reason", "destination_urn", "agreed_by", "agreed_on", "reason_text"
        ),
        AssessmentSought: row(closing.sound_attempt, "of", "asked_on", "method"),
        EvaluationRecorded: row(
            closing.sound_evaluation,
            *("objectives_met", "attendance_before_basis_points", "attendance_during_basis_points"),
            *("cost_total_pennies", "attendance_after_basis_points", "evaluated_on"),
            *("pupil_assessment", "parent_assessment", "provider_view"),
        ),
        PlacementClosed: row(closing.sound_closing, "closed_on"),
    }
)
