"""The commands that lead out of a placement: the return to school, the end, the evaluation, and a referral stopped."""

from domain.placement.ending import closing, reintegration, warnings
from domain.placement.stages import RUNNING, Stage
from domain.placement.step import LEADERS, NOT_STARTED, UNDECIDED, WORKER, PlacementStep
from domain.placement.warnings import on_days
from events.codes import Role

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
