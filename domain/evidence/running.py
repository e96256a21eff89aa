"""The clauses of a placement that runs: its reviews, and what is answered at once."""

from domain.evidence.applying import flags_known, once_scheduled, transitional, with_plan
from domain.evidence.finding import (
    decided_after_each_review,
    decisions,
    duty,
    followed,
    kept_under_review,
    once,
    timed,
    timed_by,
    timed_found,
)
from domain.evidence.model import Clause
from domain.evidence.proving import answers_change, answers_doubt, asked_for, of, served_in_time, views_invited
from domain.law.clauses import KCSIE, REGULATIONS
from domain.law.origins import RuleOrigin
from events.codes import RuleId
from events.placement.decision import (
    AnnualReviewRecorded,
    ConsultationRecorded,
    LaNotifiedOfEhcPlan,
    PlacementDetermined,
    PlanDeliveryRecorded,
)
from events.placement.reviews import (
    ReviewDecided,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewOutcomeNotified,
    ReviewRequestRefused,
)
from events.placement.running import (
    PlacementPaused,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    TransitionDealtWith,
)

RUNNING: tuple[Clause, ...] = (
    duty(
        id="review-planned",
        rule=RuleId.PLAN,
        clause=f"{REGULATIONS} reg 4(1)(a)",
        demands="Review meetings on the days that were planned",
        find=timed(ReviewHeld, proves_of=of),
        refs=(f"{REGULATIONS} reg 4(1)(a)",),
    ),
    duty(
        id="review-decision",
        rule=RuleId.DECISION,
        clause=f"{REGULATIONS} reg 4(1)(b)",
        demands="A decision after each review whether the placement goes on, and how long",
        find=timed_found(decisions),
        refs=(f"{REGULATIONS} reg 4(1)(b)",),
    ),
    duty(
        id="period-end",
        rule=RuleId.T6,
        clause=f"{REGULATIONS} reg 4(1)(b)",
        demands="A review before the period ends, with time to decide",
        find=timed(ReviewDecided, proves_of=of),
        refs=(f"{REGULATIONS} reg 4(1)(b)",),
    ),
    duty(
        id="period-decided",
        rule=RuleId.PERIOD,
        clause=f"{REGULATIONS} reg 4(1)(b)",
        demands="No attendance is required past the period that was decided",
        find=timed_found(followed, applies=kept_under_review),
        refs=(f"{REGULATIONS} reg 4(1)(b)",),
    ),
    Clause(
        id="review-views",
        clause=f"{REGULATIONS} reg 4(2)",
        demands="The decision takes account of the views given",
        find=decided_after_each_review,
    ),
    duty(
        id="review-requested",
        rule=RuleId.T4,
        clause=f"{REGULATIONS} reg 4A",
        demands="A review asked for by those with the right is held, or refused where the law allows",
        find=timed(ReviewHeld, ReviewRequestRefused, proves=asked_for),
        mark=RuleOrigin.LAW,
        refs=(f"{REGULATIONS} reg 4A",),
    ),
    duty(
        id="invitation-timely",
        rule=RuleId.T2,
        clause=f"{REGULATIONS} reg 5",
        demands="Written invitation not later than six days before a review meeting",
        find=timed_by(served_in_time(ReviewInvitationGiven)),
        refs=(f"{REGULATIONS} reg 5",),
    ),
    Clause(
        id="invitation-views",
        clause=f"{REGULATIONS} reg 5",
        demands="The invitation offers to send written views instead of attending",
        find=once(ReviewInvitationGiven, proves=views_invited, applies=once_scheduled),
        refs=(f"{REGULATIONS} reg 5",),
    ),
    duty(
        id="outcome-timely",
        rule=RuleId.T3,
        clause=f"{REGULATIONS} reg 6",
        demands="Written notification of the decision, with reasons, not later than six days after the meeting",
        find=timed_by(served_in_time(ReviewOutcomeNotified)),
        refs=(f"{REGULATIONS} reg 6",),
    ),
    duty(
        id="annual-review",
        rule=RuleId.T12,
        clause="Children and Families Act 2014 s 44",
        demands="With an EHC plan: it is reviewed within twelve months of the last time",
        find=timed(AnnualReviewRecorded, applies=with_plan),
        refs=("Children and Families Act 2014 s 44",),
    ),
    duty(
        id="transition",
        rule=RuleId.TRANSITION,
        clause="Education Act 2002 s 29A",
        demands="A placement that runs on under a new law is looked at by a person",
        find=timed(TransitionDealtWith, applies=transitional),
    ),
    duty(
        id="half-term",
        rule=RuleId.T5,
        clause=KCSIE,
        demands="A review in every half-term: attendance, safety, and whether the placement still suits",
        find=timed(ReviewHeld, proves_of=of),
    ),
    duty(
        id="concern",
        rule=RuleId.CONCERN,
        clause=KCSIE,
        demands="A concern for the pupil's safety is answered at once",
        find=timed(SafeguardingConcernAnswered, PlacementPaused),
    ),
    duty(
        id="pause-review",
        rule=RuleId.SAFEGUARDING,
        clause=KCSIE,
        demands="A placement paused for a concern is reviewed at once",
        find=timed(ReviewHeld, proves_of=of),
    ),
    duty(
        id="provider-doubt",
        rule=RuleId.PROVIDER,
        clause=KCSIE,
        demands="A placement whose provider came into doubt is reviewed",
        find=timed(ProviderReviewRecorded, ReviewHeld, proves=answers_doubt),
        refs=(KCSIE,),
    ),
    duty(
        id="plan-council",
        rule=RuleId.PLAN_COUNCIL,
        clause="Children and Families Act 2014 s 42",
        demands="With an EHC plan since the decision: the council that maintains it is notified of the placement",
        find=timed(
            LaNotifiedOfEhcPlan,
            proves_of=answers_change,
            applies=flags_known,
        ),
    ),
    duty(
        id="section-f-since",
        rule=RuleId.SECTION_F,
        clause="Children and Families Act 2014 s 42(2)",
        demands="With an EHC plan since the decision: who delivers each item of section F is recorded soon",
        find=timed(
            PlanDeliveryRecorded,
            PlacementDetermined,
            proves_of=answers_change,
            applies=flags_known,
        ),
    ),
    duty(
        id="virtual-school",
        rule=RuleId.VIRTUAL_SCHOOL,
        clause=KCSIE,
        demands="Looked after or with a social worker since the decision: the virtual school is consulted",
        find=timed(
            ConsultationRecorded,
            proves_of=answers_change,
            applies=flags_known,
        ),
    ),
)
