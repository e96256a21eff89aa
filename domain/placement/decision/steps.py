"""The commands of the decision: the meeting before it, the plan that it needs, the determination itself."""

from domain.law.clauses import KCSIE, REVIEW, START
from domain.placement.decision import decision_day, determination, meeting, move_start, plans, section_f, warnings
from domain.placement.event_row import FOLLOWS, LAW, WHO, EventRow, corrected, each_for
from domain.placement.facts import Need
from domain.placement.referral.warnings import total_unknown
from domain.placement.stages import DECIDED, IN_FORCE, Stage
from domain.placement.step import BODY, LEADERS, UNTIL_END, WORKER, PlacementStep
from domain.placement.warnings import on_days
from events.codes import Role
from events.placement.decision import (
    AnnualReviewRecorded,
    ConsultationRecorded,
    DeterminationProposed,
    PlacementDetermined,
    PlanDeliveryRecorded,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingNotRequired,
    ProfessionalsMeetingOverridden,
    StartDateMoved,
)

_START = "A notice is given for one start and no other. Until the placement starts, move the start date."

STEPS = (
    PlacementStep(
        meeting.ConveneProfessionalsMeeting,
        meeting.convene,
        stages={Stage.SCREENING},
        by=WORKER,
        warns=(on_days(warnings.convened), warnings.meeting_past),
    ),
    PlacementStep(
        meeting.RecordConsultation,
        meeting.consult,
        stages=IN_FORCE | {Stage.REFERRED, Stage.SCREENING},
        by={Role.CASE_WORKER, Role.SOCIAL_WORKER, Role.VIRTUAL_SCHOOL},
    ),
    PlacementStep(
        meeting.RecordProfessionalsMeeting,
        meeting.record,
        stages={Stage.SCREENING},
        by=WORKER,
        leads_to=Stage.AWAITING_DECISION,
        warns=(on_days(warnings.met),),
    ),
    PlacementStep(
        meeting.DispenseWithMeeting,
        meeting.dispense,
        stages={Stage.SCREENING},
        by=LEADERS,
        leads_to=Stage.AWAITING_DECISION,
    ),
    PlacementStep(meeting.OverrideMeeting, meeting.override, stages={Stage.SCREENING}, by=meeting.OVERRIDE),
    PlacementStep(
        plans.RecordAnnualReview,
        plans.record,
        stages=UNTIL_END,
        by=WORKER | {Role.SEND_OFFICER},
        of_the_plan=True,
    ),
    PlacementStep(
        section_f.RecordPlanDelivery,
        section_f.record,
        stages=UNTIL_END,
        by=LEADERS | {Role.SEND_OFFICER},
        of_the_plan=True,
    ),
    PlacementStep(
        determination.Determine,
        determination.determine,
        stages={Stage.AWAITING_DECISION},
        by=BODY | determination.AUTHORITY,
        needs={Need.PUPILS_AT_PROVIDER},
        leads_to=Stage.DETERMINED,
        warns=(on_days(warnings.determined), warnings.no_time_for_notice, total_unknown),
    ),
    PlacementStep(
        determination.ConfirmDetermination,
        determination.confirm,
        stages={Stage.AWAITING_DECISION},
        by=BODY | determination.AUTHORITY,
        needs={Need.PUPILS_AT_PROVIDER},
        leads_to=Stage.DETERMINED,
    ),
    PlacementStep(
        move_start.MoveStartDate,
        move_start.move_start,
        stages=DECIDED,
        by=LEADERS,
        needs={Need.PUPILS_AT_PROVIDER},
        warns=(on_days(warnings.moved), warnings.no_time_for_notice),
    ),
)

EVENTS = (
    EventRow(
        ProfessionalsMeetingConvened,
        clauses=(KCSIE,),
        corrections=corrected(meeting.sound_convening, "at", "invited_roles", "place", "invited_names"),
    ),
    EventRow(
        ConsultationRecorded,
        clauses=(KCSIE,),
        corrections=corrected(meeting.sound_consultation, "role", "consulted_on", "body", "view"),
    ),
    EventRow(
        ProfessionalsMeetingHeld,
        clauses=(KCSIE,),
        corrections=corrected(
            meeting.sound_meeting,
            *("held_on", "attended_roles", "apologies_roles", "recommendation", "attended_names", "minutes"),
            *("pupil_view", "parent_view"),
        ),
    ),
    EventRow(
        ProfessionalsMeetingNotRequired, clauses=(KCSIE,), corrections=corrected(meeting.sound_dispensing, "reason")
    ),
    EventRow(
        ProfessionalsMeetingOverridden,
        clauses=(KCSIE,),
        corrections=corrected(meeting.sound_override, "reason", by=WHO, by_role=WHO, complete=FOLLOWS),
    ),
    EventRow(
        AnnualReviewRecorded,
        clauses=("Children and Families Act 2014 s 44",),
        corrections=corrected(plans.sound, "reviewed_on", "note"),
    ),
    EventRow(
        PlanDeliveryRecorded,
        clauses=("Children and Families Act 2014 s 42(2)",),
        corrections=corrected(section_f.sound, "arranged_on", "items"),
    ),
    EventRow(
        DeterminationProposed,
        clauses=("Education Act 2002 s 29A",),
        corrections=corrected(
            decision_day.sound_proposed,
            *("proposed_end", "days", "review_plan", "exams_ahead", "minute_reference"),
            *("reasons", "alternatives", "direction", "ehc_plan"),
            **each_for(
                "A second person confirms it as it was typed. Record the decision again.",
                *("proposed_on", "proposed_by", "determined_on", "decided_by", "decided_by_role", "start_date"),
            ),
        ),
    ),
    EventRow(
        PlacementDetermined,
        clauses=("Education Act 2002 s 29A", *REVIEW),
        corrections=corrected(
            decision_day.sound_determination,
            *("determined_on", "by", "proposed_end", "days", "review_plan", "reasons", "alternatives"),
            *("direction", "ehc_plan", "exams_ahead", "decided_by", "minute_reference"),
            **each_for(LAW, "legal_basis", "regime_id"),
            **each_for("It is who acted, as the sign-in showed it.", "confirmed_by"),
            decided_by_role="The power to decide rests on it. Cancel, and decide again.",
            start_date=_START,
            calendar_version=FOLLOWS,
        ),
    ),
    EventRow(
        StartDateMoved,
        clauses=START,
        corrections=corrected(
            move_start.sound_move,
            *("moved_on", "proposed_end", "days", "reason"),
            to_date=_START,
            from_date=FOLLOWS,
        ),
    ),
)

DUTIES = (plans.ANNUAL_REVIEW,)
