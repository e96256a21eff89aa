"""The commands of the decision: the meeting before it, the plan that it needs, the determination itself."""

from domain.placement.decision import determination, meeting, move_start, plans, section_f, warnings
from domain.placement.referral.warnings import total_unknown
from domain.placement.stages import DECIDED, IN_FORCE, Stage
from domain.placement.step import BODY, LEADERS, UNTIL_END, WORKER, Need, PlacementStep
from domain.placement.warnings import on_days
from events.codes import Role

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
