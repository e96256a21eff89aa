"""The commands of a placement that runs: its start, its weekly pattern, its terms, and what is reported meanwhile."""

from domain.placement.agreement import pattern
from domain.placement.running import progress, provider_review, safeguarding, terms, transition, warnings
from domain.placement.running import start as starting
from domain.placement.stages import IN_FORCE, RUNNING, Stage
from domain.placement.step import BODY, LEADERS, PROTECTORS, SYSTEM, WORKER, Need, PlacementStep
from domain.placement.warnings import on_days
from events.codes import Role

_CONCERNED = IN_FORCE | {Stage.SCREENING, Stage.AWAITING_DECISION, Stage.ENDED}

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
