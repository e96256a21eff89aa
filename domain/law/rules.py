"""The timed rules: what each is, where it comes from, whose task it is, and who hears of a miss.

Changed only by a release.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.law.origins import Certainty, Law, RuleOrigin
from events.codes import Role, RuleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A timed rule: its clause, where it comes from and whether its text was seen.

    `whatever_regime`: a rule of law that binds on any placement, decided or not. `owner`: whose task it is, who is
    reminded of it so many calendar days before its day. A miss is taken to `escalate_to`. These are our own choice.
    """

    id: RuleId
    words: str
    clause: str
    mark: RuleOrigin
    law: Law = Law.SECTION_29A
    certainty: Certainty = Certainty.CONFIRMED
    whatever_regime: bool = False
    owner: Role = Role.CASE_WORKER
    remind_days: int = 5
    escalate_to: Role = Role.HEAD

    def remind_on(self, due: date) -> date:
        """The day on which the owner is reminded."""
        return due - timedelta(days=self.remind_days)


# What the government has said that it means to bring in for providers that are not schools. It binds nobody.
_CAPS = "proposed by the government with the non-school standards of August 2025: not law"

RULES: dict[RuleId, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            id=RuleId.T1,
            words="Notice before the start",
            clause="SI 2010/1156 reg 3(2)",
            mark=RuleOrigin.LAW,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T2,
            words="Invitation to the review",
            clause="SI 2010/1156 reg 5",
            mark=RuleOrigin.LAW,
            # Ten days before the meeting, as the invitation is due six days before it.
            remind_days=4,
        ),
        Rule(
            id=RuleId.T3,
            words="Outcome of the review notified",
            clause="SI 2010/1156 reg 6",
            mark=RuleOrigin.LAW,
            certainty=Certainty.UNCONFIRMED,
            remind_days=3,
        ),
        # The duty is law. The day is our own target for "as soon as reasonably practicable": missing it is no breach.
        Rule(
            id=RuleId.T4,
            words="Review that was asked for held",
            clause="SI 2010/1156 reg 4A",
            mark=RuleOrigin.CHOICE,
        ),
        Rule(
            id=RuleId.ANSWER,
            words="Request for a review answered",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            owner=Role.HEAD,
            remind_days=2,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.SAFEGUARDING,
            words="Review of the pause held",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.GUIDANCE,
            owner=Role.DSL,
            remind_days=2,
        ),
        Rule(
            id=RuleId.CONCERN,
            words="Safeguarding concern answered",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.GUIDANCE,
            owner=Role.DSL,
            remind_days=0,
        ),
        # Notice to one parent is enough, so another parent's letter that failed is a task and never a breach.
        Rule(
            id=RuleId.LETTER,
            words="Letter that did not arrive, or may not have, given another way",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            remind_days=1,
        ),
        Rule(
            id=RuleId.T5,
            words="Review held in every half-term",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.GUIDANCE,
        ),
        # The law asks for reviews at the intervals that are considered appropriate, and names no day: a planned day and
        # the lead before the period's end are our own, and missing either is no breach.
        Rule(
            id=RuleId.PLAN,
            words="Planned review held",
            clause="SI 2010/1156 reg 4(1)(a)",
            mark=RuleOrigin.CHOICE,
        ),
        Rule(
            id=RuleId.T6,
            words="Decision before the period ends",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=RuleOrigin.CHOICE,
            owner=Role.HEAD,
            remind_days=10,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # Reg 4(1)(b) names no day either. Reg 6 does: the decision is notified within six days of the meeting.
        Rule(
            id=RuleId.DECISION,
            words="Decision after the review",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=RuleOrigin.LAW,
            certainty=Certainty.UNCONFIRMED,
            owner=Role.HEAD,
            remind_days=3,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.PERIOD,
            words="No attendance required past the period decided",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=RuleOrigin.LAW,
            owner=Role.HEAD,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.REINTEGRATION,
            words="Return to school planned",
            clause="DfE guidance on alternative provision: reintegration",
            mark=RuleOrigin.CHOICE,
            remind_days=14,
        ),
        Rule(
            id=RuleId.DESTINATION,
            words="End and destination recorded",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
        ),
        Rule(
            id=RuleId.T7,
            words="Education from the sixth day of the exclusion",
            clause="Education and Inspections Act 2006 s 100; Education Act 1996 s 19(3A)",
            mark=RuleOrigin.LAW,
            law=Law.EXCLUSION,
            whatever_regime=True,
            owner=Role.HEAD,
            remind_days=1,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            id=RuleId.T8,
            words="Details of the education to the parent",
            clause="SI 2007/1870 reg 7",
            mark=RuleOrigin.LAW,
            law=Law.EXCLUSION,
            remind_days=1,
        ),
        Rule(
            id=RuleId.T12,
            words="Annual review of the EHC plan",
            clause="Children and Families Act 2014 s 44",
            mark=RuleOrigin.LAW,
            certainty=Certainty.UNCONFIRMED,
            whatever_regime=True,
            owner=Role.SEND_OFFICER,
            remind_days=28,
            escalate_to=Role.LA_OFFICER,
        ),
        # The council must secure section F at all times (s 42(2)). By when the placement's commissioner tells it, and
        # records the delivery, no law says: a miss of our own day is no breach.
        Rule(
            id=RuleId.PLAN_COUNCIL,
            words="Council that maintains the EHC plan told about the placement",
            clause="Children and Families Act 2014 s 42",
            mark=RuleOrigin.CHOICE,
            remind_days=2,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            id=RuleId.SECTION_F,
            words="Delivery of each item of section F recorded",
            clause="Children and Families Act 2014 s 42(2)",
            mark=RuleOrigin.CHOICE,
            remind_days=2,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            id=RuleId.VIRTUAL_SCHOOL,
            words="Virtual school consulted on the placement",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.CHOICE,
            remind_days=2,
        ),
        # Transitional rules of the 2026 Regulations were not found: the day is our own, for a person to look by.
        Rule(
            id=RuleId.OVERTAKEN,
            words="Duty overtaken by a change of the school's days looked at",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            remind_days=3,
        ),
        Rule(
            id=RuleId.TRANSITION,
            words="Placement brought under the law since 26 July 2026",
            clause="Education Act 2002 s 29A",
            mark=RuleOrigin.CHOICE,
            certainty=Certainty.UNCONFIRMED,
            owner=Role.HEAD,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.T14,
            words="Evaluation after the end",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            remind_days=7,
        ),
        Rule(
            id=RuleId.T9,
            words="Reason for an absence established",
            clause="Working together to improve school attendance: code N",
            mark=RuleOrigin.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T10,
            words="Register taken, and an unexplained absence told",
            clause="Working together to improve school attendance: unexplained absence",
            mark=RuleOrigin.GUIDANCE,
            remind_days=0,
            escalate_to=Role.DSL,
        ),
        Rule(
            id=RuleId.T11,
            words="Due diligence of the provider made again",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            remind_days=28,
        ),
        Rule(
            id=RuleId.QA_VISIT,
            words="Quality assurance visit of the council's team made",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            owner=Role.LA_OFFICER,
            remind_days=28,
        ),
        Rule(
            id=RuleId.PROVIDER,
            words="Placement reviewed after its provider came into doubt",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.CHOICE,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T13,
            words="Absence for illness told to the local authority",
            clause="Education Act 1996 s 19",
            mark=RuleOrigin.GUIDANCE,
            remind_days=0,
        ),
        Rule(
            id=RuleId.T15,
            words="Part-time timetable weighed again",
            clause="Working together to improve school attendance: part-time timetables",
            mark=RuleOrigin.GUIDANCE,
            # The guidance asks for the shortest time and an end. The number of days is our own.
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.T18,
            words="Length of the placement outside schools weighed",
            clause=_CAPS,
            mark=RuleOrigin.PROPOSED,
            certainty=Certainty.UNCONFIRMED,
            remind_days=14,
        ),
        Rule(
            id=RuleId.T18_SESSIONS,
            words="Sessions a week outside schools weighed",
            clause=_CAPS,
            mark=RuleOrigin.PROPOSED,
            certainty=Certainty.UNCONFIRMED,
            remind_days=0,
        ),
        Rule(
            id=RuleId.T19,
            words="Hours a week outside schools weighed",
            clause="DfE guidance on the registration of independent schools",
            mark=RuleOrigin.GUIDANCE,
            remind_days=0,
        ),
        # How long schools keep records is the records managers' guidance; that a register's entry is kept for six years
        # is law. Erasing is for a person to decide, so a day that passes is no breach.
        Rule(
            id=RuleId.T16,
            words="Erasure of the pupil's personal data decided",
            clause="UK GDPR art 5(1)(e); IRMS toolkit for schools",
            mark=RuleOrigin.GUIDANCE,
            owner=Role.HEAD,
            remind_days=0,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.T17,
            words="Request for access answered",
            clause="UK GDPR art 12(3); SI 2005/1437 reg 5",
            mark=RuleOrigin.LAW,
            whatever_regime=True,
            owner=Role.HEAD,
            remind_days=7,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # Put into the Act by the Data (Use and Access) Act 2025, s 103, whose commencement was not seen.
        Rule(
            id=RuleId.COMPLAINT,
            words="Complaint about data protection acknowledged",
            clause="Data Protection Act 2018 s 164A",
            mark=RuleOrigin.LAW,
            certainty=Certainty.UNCONFIRMED,
            whatever_regime=True,
            owner=Role.HEAD,
            remind_days=14,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.TOLD,
            words="Parents and pupil told about the arrangements",
            clause="DfE guidance: arranging alternative provision",
            mark=RuleOrigin.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.TRANSPORT,
            words="Transport decided, and arranged where required",
            clause="DfE guidance: arranging alternative provision",
            mark=RuleOrigin.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.MEALS,
            words="Free school meals arranged",
            clause="DfE guidance: arranging alternative provision",
            mark=RuleOrigin.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
    )
}
