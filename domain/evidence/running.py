"""The clauses of a placement that runs: its reviews, and what is answered at once."""

from domain.evidence.applying import flags_known, once_scheduled, transitional, with_plan
from domain.evidence.finding import decided_after_each_review, decided_in_time, once, timed, timed_by, within_the_period
from domain.evidence.model import KCSIE, REGULATIONS, Clause
from domain.evidence.proving import answers_change, answers_doubt, asked_for, of, served_in_time, views_invited
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
    Clause(
        id="review-planned",
        clause=f"{REGULATIONS} reg 4(1)(a)",
        demands="Review meetings on the days that were planned",
        find=timed(RuleId.PLAN, ReviewHeld, proves=of(RuleId.PLAN)),
        rule=RuleId.PLAN,
        mark=RuleOrigin.CHOICE,
        refs=(f"{REGULATIONS} reg 4(1)(a)",),
    ),
    Clause(
        id="review-decision",
        clause=f"{REGULATIONS} reg 4(1)(b)",
        demands="A decision after each review whether the placement goes on, and how long",
        find=decided_in_time,
        rule=RuleId.DECISION,
        refs=(f"{REGULATIONS} reg 4(1)(b)",),
    ),
    Clause(
        id="period-end",
        clause=f"{REGULATIONS} reg 4(1)(b)",
        demands="A review before the period ends, with time to decide",
        find=timed(RuleId.T6, ReviewDecided, proves=of(RuleId.T6)),
        rule=RuleId.T6,
        mark=RuleOrigin.CHOICE,
        refs=(f"{REGULATIONS} reg 4(1)(b)",),
    ),
    Clause(
        id="period-decided",
        clause=f"{REGULATIONS} reg 4(1)(b)",
        demands="No attendance is required past the period that was decided",
        find=within_the_period,
        rule=RuleId.PERIOD,
        refs=(f"{REGULATIONS} reg 4(1)(b)",),
    ),
    Clause(
        id="review-views",
        clause=f"{REGULATIONS} reg 4(2)",
        demands="The decision takes account of the views given",
        find=decided_after_each_review,
    ),
    Clause(
        id="review-requested",
        clause=f"{REGULATIONS} reg 4A",
        demands="A review asked for by those with the right is held, or refused where the law allows",
        find=timed(RuleId.T4, ReviewHeld, ReviewRequestRefused, proves=asked_for),
        rule=RuleId.T4,
        refs=(f"{REGULATIONS} reg 4A",),
    ),
    Clause(
        id="invitation-timely",
        clause=f"{REGULATIONS} reg 5",
        demands="Written invitation not later than six days before a review meeting",
        find=timed_by(RuleId.T2, served_in_time(ReviewInvitationGiven)),
        rule=RuleId.T2,
        refs=(f"{REGULATIONS} reg 5",),
    ),
    Clause(
        id="invitation-views",
        clause=f"{REGULATIONS} reg 5",
        demands="The invitation offers to send written views instead of attending",
        find=once(ReviewInvitationGiven, proves=views_invited, applies=once_scheduled),
        refs=(f"{REGULATIONS} reg 5",),
    ),
    Clause(
        id="outcome-timely",
        clause=f"{REGULATIONS} reg 6",
        demands="Written notification of the decision, with reasons, not later than six days after the meeting",
        find=timed_by(RuleId.T3, served_in_time(ReviewOutcomeNotified)),
        rule=RuleId.T3,
        refs=(f"{REGULATIONS} reg 6",),
    ),
    Clause(
        id="annual-review",
        clause="Children and Families Act 2014 s 44",
        demands="With an EHC plan: it is reviewed within twelve months of the last time",
        find=timed(RuleId.T12, AnnualReviewRecorded, applies=with_plan),
        rule=RuleId.T12,
        law=None,
        refs=("Children and Families Act 2014 s 44",),
    ),
    Clause(
        id="transition",
        clause="Education Act 2002 s 29A",
        demands="A placement that runs on under a new law is looked at by a person",
        find=timed(RuleId.TRANSITION, TransitionDealtWith, applies=transitional),
        rule=RuleId.TRANSITION,
        mark=RuleOrigin.CHOICE,
    ),
    Clause(
        id="half-term",
        clause=KCSIE,
        demands="A review in every half-term: attendance, safety, and whether the placement still suits",
        find=timed(RuleId.T5, ReviewHeld, proves=of(RuleId.T5)),
        rule=RuleId.T5,
        mark=RuleOrigin.GUIDANCE,
    ),
    Clause(
        id="concern",
        clause=KCSIE,
        demands="A concern for the pupil's safety is answered at once",
        find=timed(RuleId.CONCERN, SafeguardingConcernAnswered, PlacementPaused),
        rule=RuleId.CONCERN,
        mark=RuleOrigin.GUIDANCE,
    ),
    Clause(
        id="pause-review",
        clause=KCSIE,
        demands="A placement paused for a concern is reviewed at once",
        find=timed(RuleId.SAFEGUARDING, ReviewHeld, proves=of(RuleId.SAFEGUARDING)),
        rule=RuleId.SAFEGUARDING,
        mark=RuleOrigin.GUIDANCE,
    ),
    Clause(
        id="provider-doubt",
        clause=KCSIE,
        demands="A placement whose provider came into doubt is reviewed",
        find=timed(RuleId.PROVIDER, ProviderReviewRecorded, ReviewHeld, proves=answers_doubt),
        rule=RuleId.PROVIDER,
        mark=RuleOrigin.CHOICE,
        refs=(KCSIE,),
    ),
    Clause(
        id="plan-council",
        clause="Children and Families Act 2014 s 42",
        demands="With an EHC plan since the decision: the council that maintains it is notified of the placement",
        find=timed(
            RuleId.PLAN_COUNCIL,
            LaNotifiedOfEhcPlan,
            proves=answers_change(RuleId.PLAN_COUNCIL),
            applies=flags_known,
        ),
        rule=RuleId.PLAN_COUNCIL,
        mark=RuleOrigin.CHOICE,
    ),
    Clause(
        id="section-f-since",
        clause="Children and Families Act 2014 s 42(2)",
        demands="With an EHC plan since the decision: who delivers each item of section F is recorded soon",
        find=timed(
            *(RuleId.SECTION_F, PlanDeliveryRecorded, PlacementDetermined),
            proves=answers_change(RuleId.SECTION_F),
            applies=flags_known,
        ),
        rule=RuleId.SECTION_F,
        mark=RuleOrigin.CHOICE,
    ),
    Clause(
        id="virtual-school",
        clause=KCSIE,
        demands="Looked after or with a social worker since the decision: the virtual school is consulted",
        find=timed(
            RuleId.VIRTUAL_SCHOOL,
            ConsultationRecorded,
            proves=answers_change(RuleId.VIRTUAL_SCHOOL),
            applies=flags_known,
        ),
        rule=RuleId.VIRTUAL_SCHOOL,
        mark=RuleOrigin.CHOICE,
    ),
)
