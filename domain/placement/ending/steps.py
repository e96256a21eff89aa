"""The commands that lead out of a placement: the return to school, the end, the evaluation, and a referral stopped."""

from domain.law.clauses import REGULATIONS
from domain.placement.ending import closing, end_duties, reintegration, warnings
from domain.placement.event_row import FOLLOWED, EventRow, corrected
from domain.placement.stages import RUNNING, Stage
from domain.placement.step import LEADERS, NOT_STARTED, UNDECIDED, WORKER, PlacementStep
from domain.placement.warnings import on_days
from events.codes import Role
from events.placement.ending import (
    AssessmentSought,
    EvaluationRecorded,
    PlacementClosed,
    PlacementEnded,
    ReintegrationHalted,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.referral import PlacementCancelled, ReferralDeclined, ReferralWithdrawn

STEPS = (
    PlacementStep(
        reintegration.PlanReintegration,
        reintegration.plan,
        stages=RUNNING,
        by=LEADERS,
        warns=(on_days(warnings.planned),),
    ),
    PlacementStep(
        reintegration.StartReintegration,
        reintegration.start,
        stages={Stage.ACTIVE},
        by=LEADERS,
        leads_to=Stage.REINTEGRATING,
        warns=(on_days(warnings.returned),),
    ),
    PlacementStep(
        reintegration.RecordReintegrationStep,
        reintegration.record_step,
        stages={Stage.REINTEGRATING},
        by=LEADERS,
    ),
    PlacementStep(
        closing.EndPlacement,
        closing.end,
        stages=RUNNING,
        by=LEADERS,
        leads_to=Stage.ENDED,
    ),
    PlacementStep(closing.RecordAssessmentAttempt, closing.record_attempt, stages={Stage.ENDED}, by=LEADERS),
    PlacementStep(closing.Evaluate, closing.evaluate, stages={Stage.ENDED}, by=WORKER),
    PlacementStep(closing.Close, closing.close, stages={Stage.ENDED}, by=LEADERS, leads_to=Stage.CLOSED),
    PlacementStep(
        closing.DeclineReferral,
        closing.decline,
        stages=UNDECIDED,
        by=LEADERS | {Role.LA_OFFICER},
        leads_to=Stage.DECLINED,
    ),
    PlacementStep(closing.Withdraw, closing.withdraw, stages=NOT_STARTED, by=LEADERS, leads_to=Stage.WITHDRAWN),
    PlacementStep(closing.Cancel, closing.cancel, stages=NOT_STARTED, by=LEADERS, leads_to=Stage.CANCELLED),
)

EVENTS = (
    EventRow(
        ReintegrationPlanned,
        clauses=(),
        corrections=corrected(
            reintegration.sound_plan,
            *("full_time_by", "school_accepted", "steps", "key_adult", "readiness_criteria"),
            *("pupil_view", "parent_view"),
        ),
    ),
    EventRow(ReintegrationStarted, clauses=(), corrections=corrected(reintegration.sound_start, "started_on")),
    EventRow(
        ReintegrationStepRecorded,
        clauses=(),
        corrections=corrected(reintegration.sound_step, "n", "recorded_on", "attendance_basis_points", "outcome"),
    ),
    EventRow(ReintegrationHalted, clauses=(f"{REGULATIONS} reg 4(1)(b)",), corrections=FOLLOWED),
    EventRow(
        PlacementEnded,
        clauses=(),
        corrections=corrected(
            closing.sound_end, "ended_on", "reason", "destination_urn", "agreed_by", "agreed_on", "reason_text"
        ),
    ),
    EventRow(AssessmentSought, clauses=(), corrections=corrected(closing.sound_attempt, "of", "asked_on", "method")),
    EventRow(
        EvaluationRecorded,
        clauses=(),
        corrections=corrected(
            closing.sound_evaluation,
            *("objectives_met", "attendance_before_basis_points", "attendance_during_basis_points"),
            *("cost_total_pennies", "attendance_after_basis_points", "evaluated_on"),
            *("pupil_assessment", "parent_assessment", "provider_view"),
        ),
    ),
    EventRow(PlacementClosed, clauses=(), corrections=corrected(closing.sound_closing, "closed_on")),
    EventRow(
        ReferralDeclined,
        clauses=(),
        corrections=corrected(closing.sound_stop, "declined_on", "reason_code", "reason_text"),
    ),
    EventRow(
        ReferralWithdrawn,
        clauses=(),
        corrections=corrected(closing.sound_stop, "withdrawn_on", "reason_code", "reason_text"),
    ),
    EventRow(
        PlacementCancelled,
        clauses=(),
        corrections=corrected(closing.sound_stop, "cancelled_on", "reason_code", "reason_text"),
    ),
)

DUTIES = (
    end_duties.DESTINATION,
    end_duties.EVALUATION,
    reintegration.PLANNED,
)
