"""The commands of the reviews, from asking for one to telling people of its outcome."""

from domain.law.clauses import REGULATIONS, REVIEW
from domain.placement.agreement import email
from domain.placement.event_row import FOLLOWS, GIVEN, EventRow, corrected, each_for
from domain.placement.facts import Need
from domain.placement.reviews import (
    arranging,
    deciding,
    half_terms,
    holding,
    letter_days,
    period_end,
    periods,
    planned,
    requests,
    warnings,
)
from domain.placement.stages import RUNNING, Stage
from domain.placement.step import BODY, LEADERS, PlacementStep
from domain.placement.warnings import on_days
from events.codes import Role
from events.placement.reviews import (
    ReviewDecided,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewRequestRefused,
    ReviewScheduled,
    WrittenViewsReceived,
)

_PEOPLE = frozenset({Role.PARENT, Role.PUPIL, Role.LA_OFFICER, Role.SEND_OFFICER})

_INVITATION = "Whether the invitation was in time follows from it. Until the review is held, invite again."
_OUTCOME = "Whether the outcome was told in time follows from it. Record again that the outcome was notified."
_MEETING = "An invitation is given for one time and no other. Until the review is held, schedule it again."
_REQUEST = "Whether a review must be held follows from it. Until one is held, record the request again."

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

EVENTS = (
    EventRow(
        ReviewRequested,
        clauses=(f"{REGULATIONS} reg 4A",),
        corrections=corrected(
            requests.sound_request, "by", "request", **each_for(_REQUEST, "requested_on", "last_review_on")
        ),
    ),
    EventRow(
        ReviewRequestRefused,
        clauses=(f"{REGULATIONS} reg 4A",),
        corrections=corrected(
            requests.sound_refusal,
            "reason",
            refused_on="It is the day on which the command was given.",
            **each_for(FOLLOWS, "last_review_on", "binding_from"),
        ),
    ),
    EventRow(
        ReviewScheduled,
        clauses=(f"{REGULATIONS} reg 5",),
        corrections=corrected(
            arranging.sound_schedule,
            *("convenience_checked", "place"),
            at=_MEETING,
            scheduled_on="It is the day on which the command was given.",
        ),
    ),
    EventRow(
        ReviewInvitationGiven,
        clauses=(f"{REGULATIONS} reg 5",),
        corrections=corrected(
            arranging.sound_invitation,
            *("recipients", "written_views_invited"),
            **each_for(_INVITATION, *GIVEN, "days_before"),
        ),
    ),
    EventRow(
        WrittenViewsReceived,
        clauses=(f"{REGULATIONS} reg 5",),
        corrections=corrected(arranging.sound_views, "received_on", "from_role", "views"),
    ),
    EventRow(
        ReviewHeld,
        clauses=REVIEW,
        corrections=corrected(
            holding.sound_meeting,
            *("held_on", "attended_roles", "evidence", "pupil_voice", "parent_voice", "minutes"),
        ),
    ),
    EventRow(
        ReviewDecided,
        clauses=(f"{REGULATIONS} reg 4(1)(b)",),
        corrections=corrected(
            deciding.sound_decision,
            *("decided_on", "decision", "until", "next_review_due", "reasons", "views_considered"),
        ),
        needs={Need.PUPILS_AT_PROVIDER},
    ),
    EventRow(
        ReviewOutcomeNotified,
        clauses=(f"{REGULATIONS} reg 6",),
        corrections=corrected(deciding.sound_outcome, "recipients", **each_for(_OUTCOME, *GIVEN, "days_after")),
    ),
)

DUTIES = (
    letter_days.INVITATION,
    letter_days.OUTCOME,
    requests.ANSWER,
    requests.REVIEW,
    periods.DECISION,
    periods.PERIOD,
    planned.DUTY,
    half_terms.DUTY,
    period_end.DUTY,
)
