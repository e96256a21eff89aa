"""The commands of the reviews, from asking for one to telling people of its outcome."""

from domain.placement.agreement import email
from domain.placement.reviews import arranging, deciding, holding, requests, warnings
from domain.placement.stages import RUNNING, Stage
from domain.placement.step import BODY, LEADERS, Need, PlacementStep
from domain.placement.warnings import on_days
from events.codes import Role

_PEOPLE = frozenset({Role.PARENT, Role.PUPIL, Role.LA_OFFICER, Role.SEND_OFFICER})

STEPS = (
    PlacementStep(requests.RequestReview, requests.request, stages=RUNNING, by=LEADERS | _PEOPLE, of_the_plan=True),
    PlacementStep(requests.GrantReviewRequest, requests.grant, stages=RUNNING, by=LEADERS),
    PlacementStep(requests.RefuseReviewRequest, requests.refuse_request, stages=RUNNING, by=LEADERS),
    PlacementStep(
        arranging.ScheduleReview,
        arranging.schedule,
        stages=RUNNING,
        by=LEADERS,
        warns=(on_days(warnings.scheduled), warnings.no_time_to_invite),
    ),
    PlacementStep(
        arranging.InviteToReview,
        arranging.invite,
        stages=RUNNING,
        by=LEADERS,
        needs=email.needs,
        warns=(warnings.late_invitation, warnings.social_care_not_invited),
    ),
    PlacementStep(
        arranging.RecordWrittenViews,
        arranging.record_views,
        stages=RUNNING,
        by=_PEOPLE | {Role.CASE_WORKER, Role.SOCIAL_WORKER},
        of_the_plan=True,
    ),
    PlacementStep(holding.HoldReview, holding.hold, stages=RUNNING, by=LEADERS, warns=(on_days(warnings.held),)),
    PlacementStep(
        deciding.DecideReview,
        deciding.decide_review,
        stages=RUNNING,
        by=LEADERS | BODY,
        needs={Need.PUPILS_AT_PROVIDER},
        warns=(on_days(warnings.decided),),
    ),
    PlacementStep(
        deciding.NotifyOutcome,
        deciding.notify,
        stages=RUNNING | {Stage.ENDED},
        by=LEADERS,
        needs=email.needs,
        warns=(warnings.late_outcome,),
    ),
)
