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
            words="Give notice before the start",
            clause="SI 2010/1156 reg 3(2)",
            mark=RuleOrigin.LAW,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T2,
            words="Invite people to the review",
            clause="SI 2010/1156 reg 5",
            mark=RuleOrigin.LAW,
            # Ten days before the meeting, as the invitation is due six days before it.
            remind_days=4,
        ),
        Rule(
            id=RuleId.T3,
            words="Tell people the outcome of the review",
            clause="SI 2010/1156 reg 6",
            mark=RuleOrigin.LAW,
            certainty=Certainty.UNCONFIRMED,
            remind_days=3,
        ),
        # The duty is law. The day is our own target for "as soon as reasonably practicable": missing it is no breach.
        Rule(
            id=RuleId.T4,
            words="Hold the review that was asked for",
            clause="SI 2010/1156 reg 4A",
            mark=RuleOrigin.CHOICE,
        ),
        Rule(
            id=RuleId.ANSWER,
            words="Answer the request for a review",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            owner=Role.HEAD,
            remind_days=2,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.SAFEGUARDING,
            words="Hold the review of the pause",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.GUIDANCE,
            owner=Role.DSL,
            remind_days=2,
        ),
        Rule(
            id=RuleId.CONCERN,
            words="Answer the safeguarding concern",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.GUIDANCE,
            owner=Role.DSL,
            remind_days=0,
        ),
        # Notice to one parent is enough, so another parent's letter that failed is a task and never a breach.
        Rule(
            id=RuleId.LETTER,
            words="Give the letter another way, as it did not arrive or may not have",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            remind_days=1,
        ),
        Rule(
            id=RuleId.T5,
            words="Hold a review in every half-term",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.GUIDANCE,
        ),
        # The law asks for reviews at the intervals that are considered appropriate, and names no day: a planned day and
        # the lead before the period's end are our own, and missing either is no breach.
        Rule(
            id=RuleId.PLAN,
            words="Hold the planned review",
            clause="SI 2010/1156 reg 4(1)(a)",
            mark=RuleOrigin.CHOICE,
        ),
        Rule(
            id=RuleId.T6,
            words="Decide before the period ends",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=RuleOrigin.CHOICE,
            owner=Role.HEAD,
            remind_days=10,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # Reg 4(1)(b) names no day either. Reg 6 does: the decision is notified within six days of the meeting.
        Rule(
            id=RuleId.DECISION,
            words="Decide after the review",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=RuleOrigin.LAW,
            certainty=Certainty.UNCONFIRMED,
            owner=Role.HEAD,
            remind_days=3,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.PERIOD,
            words="Do not require attendance after the period decided",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=RuleOrigin.LAW,
            owner=Role.HEAD,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.REINTEGRATION,
            words="Plan the return to school",
            clause="DfE guidance on alternative provision: reintegration",
            mark=RuleOrigin.CHOICE,
            remind_days=14,
        ),
        Rule(
            id=RuleId.DESTINATION,
            words="Record the end and the destination",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
        ),
        Rule(
            id=RuleId.T7,
            words="Arrange education from the sixth day of the exclusion",
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
            words="Give the details of the education to the parent",
            clause="SI 2007/1870 reg 7",
            mark=RuleOrigin.LAW,
            law=Law.EXCLUSION,
            remind_days=1,
        ),
        Rule(
            id=RuleId.T12,
            words="Hold the annual review of the EHC plan",
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
            words="Tell the council that maintains the EHC plan about the placement",
            clause="Children and Families Act 2014 s 42",
            mark=RuleOrigin.CHOICE,
            remind_days=2,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            id=RuleId.SECTION_F,
            words="Record who delivers each item of section F",
            clause="Children and Families Act 2014 s 42(2)",
            mark=RuleOrigin.CHOICE,
            remind_days=2,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            id=RuleId.VIRTUAL_SCHOOL,
            words="Consult the virtual school about the placement",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.CHOICE,
            remind_days=2,
        ),
        # Transitional rules of the 2026 Regulations were not found: the day is our own, for a person to look by.
        Rule(
            id=RuleId.OVERTAKEN,
            words="Look at a duty that a change of the school's days has overtaken",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            remind_days=3,
        ),
        Rule(
            id=RuleId.TRANSITION,
            words="Bring the placement under the law since 26 July 2026",
            clause="Education Act 2002 s 29A",
            mark=RuleOrigin.CHOICE,
            certainty=Certainty.UNCONFIRMED,
            owner=Role.HEAD,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.T14,
            words="Evaluate the placement after its end",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            remind_days=7,
        ),
        Rule(
            id=RuleId.T9,
            words="Find out the reason for an absence",
            clause="Working together to improve school attendance: code N",
            mark=RuleOrigin.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T10,
            words="Take the register, and tell people about an unexplained absence",
            clause="Working together to improve school attendance: unexplained absence",
            mark=RuleOrigin.GUIDANCE,
            remind_days=0,
            escalate_to=Role.DSL,
        ),
        Rule(
            id=RuleId.T11,
            words="Make the due diligence checks of the provider again",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            remind_days=28,
        ),
        Rule(
            id=RuleId.QA_VISIT,
            words="Make the council's quality assurance visit",
            clause="local practice",
            mark=RuleOrigin.CHOICE,
            owner=Role.LA_OFFICER,
            remind_days=28,
        ),
        Rule(
            id=RuleId.PROVIDER,
            words="Review the placement, as its provider is in doubt",
            clause="KCSIE: alternative provision",
            mark=RuleOrigin.CHOICE,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T13,
            words="Tell the council about the absence for illness",
            clause="Education Act 1996 s 19",
            mark=RuleOrigin.GUIDANCE,
            remind_days=0,
        ),
        Rule(
            id=RuleId.T15,
            words="Review the part-time timetable",
            clause="Working together to improve school attendance: part-time timetables",
            mark=RuleOrigin.GUIDANCE,
            # The guidance asks for the shortest time and an end. The number of days is our own.
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.T18,
            words="Review the length of the placement outside a school",
            clause=_CAPS,
            mark=RuleOrigin.PROPOSED,
            certainty=Certainty.UNCONFIRMED,
            remind_days=14,
        ),
        Rule(
            id=RuleId.T18_SESSIONS,
            words="Review the sessions a week outside a school",
            clause=_CAPS,
            mark=RuleOrigin.PROPOSED,
            certainty=Certainty.UNCONFIRMED,
            remind_days=0,
        ),
        Rule(
            id=RuleId.T19,
            words="Review the hours a week outside a school",
            clause="DfE guidance on the registration of independent schools",
            mark=RuleOrigin.GUIDANCE,
            remind_days=0,
        ),
        # How long schools keep records is the records managers' guidance; that a register's entry is kept for six years
        # is law. Erasing is for a person to decide, so a day that passes is no breach.
        Rule(
            id=RuleId.T16,
            words="Decide on erasing the pupil's personal data",
            clause="UK GDPR art 5(1)(e); IRMS toolkit for schools",
            mark=RuleOrigin.GUIDANCE,
            owner=Role.HEAD,
            remind_days=0,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.T17,
            words="Answer the request for access",
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
            words="Acknowledge the complaint about data protection",
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
            words="Tell the parents and the pupil about the arrangements",
            clause="DfE guidance: arranging alternative provision",
            mark=RuleOrigin.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.TRANSPORT,
            words="Decide on transport, and arrange it if it is required",
            clause="DfE guidance: arranging alternative provision",
            mark=RuleOrigin.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.MEALS,
            words="Arrange free school meals",
            clause="DfE guidance: arranging alternative provision",
            mark=RuleOrigin.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
    )
}
