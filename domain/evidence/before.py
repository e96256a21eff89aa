"""The clauses of the way to a start: from the meeting before the decision to the first day."""

from domain.evidence.applying import (
    after_exclusion,
    by_school_days,
    directed,
    in_social_care,
    plan_told,
    recipients_known,
    told_in_time,
    with_free_meals,
    with_plan,
)
from domain.evidence.finding import duty, noticed, once, timed, timed_by, timed_found
from domain.evidence.model import Clause
from domain.evidence.proving import all_told, complete, for_this_start, in_hours, to_all, with_sites
from domain.law.clauses import GUIDANCE, KCSIE, REGULATIONS
from domain.law.origins import RuleOrigin
from domain.placement.decision.section_f import says_who
from events.codes import RuleId
from events.placement.agreement import AgreementSigned, NoticeGiven, SafeguardingInformationReceived
from events.placement.contact import MealsArranged, TransportArranged
from events.placement.decision import (
    LaNotifiedOfEhcPlan,
    PlacementDetermined,
    PlanDeliveryRecorded,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingOverridden,
)
from events.placement.referral import ProviderProposed
from events.placement.running import PlacementStarted

BEFORE: tuple[Clause, ...] = (
    Clause(
        id="meeting",
        clause=KCSIE,
        demands="With social care: a professionals' meeting with it before the decision",
        find=once(
            ProfessionalsMeetingHeld,
            ProfessionalsMeetingOverridden,
            proves=complete,
            applies=in_social_care,
        ),
        mark=RuleOrigin.GUIDANCE,
        refs=(KCSIE,),
    ),
    Clause(
        id="addresses",
        clause=KCSIE,
        demands="Every address that the pupil attends is known",
        find=once(ProviderProposed, proves=with_sites),
        mark=RuleOrigin.GUIDANCE,
    ),
    Clause(
        id="power",
        clause="Education Act 2002 s 29A",
        demands="A direction off site is decided by those with the power, to improve behaviour",
        find=once(PlacementDetermined, applies=directed),
        refs=("Education Act 2002 s 29A",),
    ),
    Clause(
        id="ehc-told",
        clause=f"{REGULATIONS} reg 3(3)",
        demands="With an EHC plan: the council that maintains it is told before the start",
        find=once(LaNotifiedOfEhcPlan, proves=told_in_time, applies=plan_told),
        law=None,
        refs=("Children and Families Act 2014 s 44",),
    ),
    Clause(
        id="ehc-section-f",
        clause="Children and Families Act 2014 s 42(2)",
        demands="With an EHC plan: it is on record who delivers each item of section F",
        find=once(PlacementDetermined, PlanDeliveryRecorded, proves=says_who, applies=with_plan),
        law=None,
        refs=("Children and Families Act 2014 s 42(2)",),
    ),
    Clause(
        id="safeguarding",
        clause=KCSIE,
        demands="The provider confirms in writing that its staff are checked and that it will tell of changes",
        find=once(SafeguardingInformationReceived),
        mark=RuleOrigin.GUIDANCE,
        refs=(KCSIE,),
    ),
    Clause(
        id="agreement",
        clause="local practice",
        demands="The pupil's own commissioning agreement is signed by both sides",
        find=once(AgreementSigned, proves=complete),
        mark=RuleOrigin.CHOICE,
    ),
    duty(
        id="notice-timely",
        rule=RuleId.T1,
        clause=f"{REGULATIONS} reg 3(2)",
        demands="Written notice not less than two school days before the start",
        find=timed_found(noticed, applies=by_school_days),
        refs=(f"{REGULATIONS} reg 3", f"{REGULATIONS} reg 3(2)"),
    ),
    Clause(
        id="notice-recipients",
        clause=f"{REGULATIONS} reg 3(3)",
        demands="The notice goes to the relevant person, and to the council with an EHC plan",
        find=once(NoticeGiven, proves=to_all, applies=recipients_known),
        refs=(f"{REGULATIONS} reg 3",),
    ),
    Clause(
        id="notice-content",
        clause=f"{REGULATIONS} reg 3(4)",
        demands="The notice says address, whom to report to, days, reasons, objectives and session times",
        find=once(NoticeGiven, proves=for_this_start),
        refs=(f"{REGULATIONS} reg 3(4)",),
    ),
    duty(
        id="day-six",
        rule=RuleId.T7,
        clause="Education and Inspections Act 2006 s 100; Education Act 1996 s 19(3A)",
        demands="After an exclusion: education from the sixth school day",
        find=timed(PlacementStarted, applies=after_exclusion),
        refs=("Education and Inspections Act 2006 s 100", "Education Act 1996 s 19(3A)"),
    ),
    duty(
        id="day-six-details",
        rule=RuleId.T8,
        clause="SI 2007/1870 reg 7",
        demands="After an exclusion: the parent has the details 48 hours before, or consents to less",
        find=timed_by(in_hours, applies=after_exclusion),
        refs=("SI 2007/1870 reg 7",),
    ),
    duty(
        id="told",
        rule=RuleId.TOLD,
        clause=GUIDANCE,
        demands="Parents and pupil are told about the arrangements",
        find=timed_by(all_told),
    ),
    duty(
        id="transport",
        rule=RuleId.TRANSPORT,
        clause=GUIDANCE,
        demands="Transport is secured where required",
        find=timed(TransportArranged),
        refs=(GUIDANCE,),
    ),
    duty(
        id="meals",
        rule=RuleId.MEALS,
        clause=GUIDANCE,
        demands="Free school meals are arranged where the pupil is eligible",
        find=timed(MealsArranged, applies=with_free_meals),
        refs=("Education Act 1996 s 512ZB",),
    ),
    Clause(
        id="start",
        clause=f"{REGULATIONS} reg 2",
        demands="The placement starts on a school day of the home school",
        find=once(PlacementStarted),
        refs=(f"{REGULATIONS} reg 2",),
    ),
)
