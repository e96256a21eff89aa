"""The commands of the agreement and of what is arranged for the pupil: notice, transport, meals."""

from domain.placement.agreement import agreement, arrangements, email, notice, warnings
from domain.placement.stages import IN_FORCE, RUNNING, Stage
from domain.placement.step import LEADERS, NOT_STARTED, UNTIL_END, WORKER, PlacementStep
from events.codes import Role

STEPS = (
    PlacementStep(
        agreement.RecordSafeguardingInformation,
        agreement.receive_safeguarding,
        stages=UNTIL_END - {Stage.REFERRED},
        by=WORKER | {Role.DSL},
    ),
    PlacementStep(
        agreement.IssueAgreement,
        agreement.issue,
        stages={Stage.DETERMINED, Stage.AGREEMENT_PENDING},
        by=WORKER,
        leads_to=Stage.AGREEMENT_PENDING,
    ),
    PlacementStep(
        agreement.SignAgreement,
        agreement.sign,
        stages={Stage.AGREEMENT_PENDING},
        by=LEADERS | {Role.PROVIDER_USER},
        leads_to=Stage.READY_TO_START,
    ),
    PlacementStep(
        agreement.RecordParentView,
        agreement.record_parent_view,
        stages=NOT_STARTED | RUNNING,
        by={Role.CASE_WORKER, Role.PARENT},
    ),
    PlacementStep(
        notice.GiveNotice,
        notice.give,
        stages=IN_FORCE,
        by=WORKER,
        needs=email.needs,
        warns=(warnings.late_notice,),
    ),
    PlacementStep(
        arrangements.ArrangeTransport,
        arrangements.arrange_transport,
        stages=UNTIL_END,
        by=LEADERS | {Role.LA_OFFICER},
    ),
    PlacementStep(arrangements.ArrangeMeals, arrangements.arrange_meals, stages=UNTIL_END, by=LEADERS),
)
