"""The commands of a placement that runs: its start, its weekly pattern, its terms, and what is reported meanwhile."""

from domain.law.clauses import KCSIE, REGISTER, REGULATIONS, START
from domain.placement.agreement import pattern
from domain.placement.event_row import WHO, EventRow, corrected, each_for
from domain.placement.facts import Need
from domain.placement.running import (
    flag_tasks,
    limits,
    overtaken,
    progress,
    provider_review,
    safeguarding,
    terms,
    transition,
    warnings,
)
from domain.placement.running import start as running
from domain.placement.running import start as starting
from domain.placement.stages import IN_FORCE, RUNNING, Stage
from domain.placement.step import BODY, LEADERS, PROTECTORS, SYSTEM, WORKER, PlacementStep
from domain.placement.warnings import on_days
from events.codes import Role
from events.placement.contact import ProgressReportReceived
from events.placement.running import (
    AttendancePatternSet,
    PlacementPaused,
    PlacementResumed,
    PlacementStarted,
    ProviderChangeReported,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TermsChanged,
    TransitionDealtWith,
)

_CONCERNED = IN_FORCE | {Stage.SCREENING, Stage.AWAITING_DECISION, Stage.ENDED}

_TERMS = "A notice is given for the terms as they were changed. Change the terms again."

STEPS = (
    PlacementStep(
        pattern.SetAttendancePattern,
        pattern.set_pattern,
        stages=IN_FORCE,
        by=LEADERS,
        needs={Need.OTHER_PLACEMENTS, Need.PUPILS_AT_PROVIDER},
        warns=(warnings.limit_ahead,),
    ),
    PlacementStep(
        starting.StartPlacement,
        starting.start,
        stages={Stage.READY_TO_START},
        by=WORKER | SYSTEM,
        needs={Need.OTHER_PLACEMENTS},
        leads_to=Stage.ACTIVE,
        warns=(warnings.limit_ahead,),
    ),
    PlacementStep(
        terms.ChangeTerms,
        terms.change,
        stages=RUNNING,
        by=LEADERS,
        needs={Need.PUPILS_AT_PROVIDER},
        warns=(on_days(warnings.changed),),
    ),
    PlacementStep(
        terms.ReportProviderChange,
        terms.report,
        stages=IN_FORCE,
        by=LEADERS | {Role.PROVIDER_USER},
    ),
    PlacementStep(
        safeguarding.RaiseSafeguardingConcern,
        safeguarding.raise_concern,
        stages=_CONCERNED,
        by=WORKER | PROTECTORS | {Role.SEND_OFFICER, Role.SOCIAL_WORKER, Role.PROVIDER_USER, Role.PARENT},
        of_the_plan=True,
    ),
    PlacementStep(safeguarding.AnswerSafeguardingConcern, safeguarding.answer, stages=_CONCERNED, by=PROTECTORS),
    PlacementStep(
        safeguarding.PauseForSafeguarding,
        safeguarding.pause,
        stages={Stage.ACTIVE, Stage.REINTEGRATING},
        by=PROTECTORS,
        leads_to=Stage.PAUSED,
    ),
    PlacementStep(safeguarding.ResumePlacement, safeguarding.resume, stages={Stage.PAUSED}, by=PROTECTORS),
    PlacementStep(
        progress.ReceiveProgressReport,
        progress.receive_report,
        stages=RUNNING | {Stage.ENDED},
        by=LEADERS | {Role.PROVIDER_USER},
    ),
    PlacementStep(transition.RecordTransitionDealtWith, transition.deal_with, stages=RUNNING | {Stage.ENDED}, by=BODY),
    PlacementStep(
        provider_review.RecordProviderReview,
        provider_review.record,
        stages=IN_FORCE,
        by=LEADERS | {Role.DSL, Role.LA_OFFICER},
    ),
)

EVENTS = (
    EventRow(
        AttendancePatternSet,
        clauses=REGISTER,
        corrections=corrected(
            pattern.sound,
            *("set_on", "effective_from", "sessions", "am_start", "pm_start", "part_time_until", "agreed_with"),
        ),
        needs={Need.OTHER_PLACEMENTS, Need.PUPILS_AT_PROVIDER},
    ),
    EventRow(
        PlacementStarted,
        clauses=(f"{REGULATIONS} reg 2",),
        corrections=corrected(running.sound, "started_on"),
        needs={Need.OTHER_PLACEMENTS},
    ),
    EventRow(
        TermsChanged,
        clauses=START,
        corrections=corrected(
            terms.sound_change,
            "reason",
            **each_for(_TERMS, "field", "changed_on", "effective_on", "days", "from_value", "to_value"),
        ),
    ),
    EventRow(
        ProviderChangeReported,
        clauses=(),
        corrections=corrected(terms.sound_report, "kind", "reported_on", "detail", by_role=WHO),
    ),
    EventRow(
        SafeguardingConcernRaised,
        clauses=(KCSIE,),
        corrections=corrected(
            safeguarding.sound_concern, "raised_on", "severity", "pause_requested", "concern", by_role=WHO
        ),
    ),
    EventRow(
        SafeguardingConcernAnswered,
        clauses=(KCSIE,),
        corrections=corrected(safeguarding.sound_answer, "answered_on", "answer"),
    ),
    EventRow(
        PlacementPaused,
        clauses=(KCSIE,),
        corrections=corrected(safeguarding.sound_pause, "paused_on", "interim_education"),
    ),
    EventRow(
        PlacementResumed,
        clauses=(KCSIE,),
        corrections=corrected(safeguarding.sound_resumption, "resumed_on", "safeguards"),
    ),
    EventRow(
        ProgressReportReceived,
        clauses=(),
        corrections=corrected(
            progress.sound,
            *("received_on", "period_from", "period_to", "attendance_basis_points", "curriculum"),
            *("objective_rag", "behaviour", "curriculum_text", "personal_development", "achievements"),
            "pupil_voice",
        ),
    ),
    EventRow(
        TransitionDealtWith,
        clauses=("Education Act 2002 s 29A",),
        corrections=corrected(transition.sound, "dealt_with_on", "how"),
    ),
    EventRow(
        ProviderReviewRecorded,
        clauses=(KCSIE,),
        corrections=corrected(provider_review.sound, "reviewed_on", "outcome", "reasons"),
    ),
)

DUTIES = (
    safeguarding.CONCERN,
    safeguarding.PAUSE_REVIEW,
    flag_tasks.COUNCIL_TOLD,
    flag_tasks.DELIVERY,
    flag_tasks.VIRTUAL_SCHOOL,
    transition.DUTY,
    overtaken.DUTY,
    provider_review.DUTY,
    limits.PART_TIME,
    limits.WEEKS,
    limits.SESSIONS,
    limits.HOURS,
)
