"""The timed rules: what each is, where it comes from, whose task it is, who hears of a miss; and the numbers in them.

Changed only by a release. A row of figures that has bound somebody is never edited: another row begins on a later day.
"""

from dataclasses import KW_ONLY, dataclass
from datetime import date, time, timedelta

from domain.law.clauses import GUIDANCE, KCSIE, LOCAL, REGULATIONS
from domain.law.origins import Certainty, Law, RuleOrigin
from events.codes import Role, RuleId


@dataclass(frozen=True, slots=True)
class Rule:
    """A timed rule: its clause, where it comes from and whether its text was seen.

    `whatever_regime`: a rule of law that binds on any placement, decided or not. `owner`: whose task it is, who is
    reminded of it so many calendar days before its day. A miss is taken to `escalate_to`. These are our own choice.
    """

    id: RuleId
    words: str
    clause: str
    mark: RuleOrigin
    _: KW_ONLY
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

_LAW, _GUIDANCE, _CHOICE = RuleOrigin.LAW, RuleOrigin.GUIDANCE, RuleOrigin.CHOICE
_UNSEEN = Certainty.UNCONFIRMED

RULES: dict[RuleId, Rule] = {
    rule.id: rule
    for rule in (
        Rule(RuleId.T1, "Give notice before the start", f"{REGULATIONS} reg 3(2)", _LAW, remind_days=2),
        Rule(
            RuleId.T7,
            "Arrange education from the sixth day of the exclusion",
            "Education and Inspections Act 2006 s 100; Education Act 1996 s 19(3A)",
            _LAW,
            law=Law.EXCLUSION,
            whatever_regime=True,
            owner=Role.HEAD,
            remind_days=1,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            RuleId.T8,
            "Give the details of the education to the parent",
            "SI 2007/1870 reg 7",
            _LAW,
            law=Law.EXCLUSION,
            remind_days=1,
        ),
        Rule(
            RuleId.T2,
            "Invite people to the review",
            f"{REGULATIONS} reg 5",
            _LAW,
            # Ten days before the meeting, as the invitation is due six days before it.
            remind_days=4,
        ),
        Rule(
            RuleId.T3,
            "Tell people the outcome of the review",
            f"{REGULATIONS} reg 6",
            _LAW,
            certainty=_UNSEEN,
            remind_days=3,
        ),
        Rule(RuleId.CONCERN, "Answer the safeguarding concern", KCSIE, _GUIDANCE, owner=Role.DSL, remind_days=0),
        Rule(
            RuleId.ANSWER,
            "Answer the request for a review",
            LOCAL,
            _CHOICE,
            owner=Role.HEAD,
            remind_days=2,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(RuleId.DESTINATION, "Record the end and the destination", LOCAL, _CHOICE),
        Rule(
            RuleId.REINTEGRATION,
            "Plan the return to school",
            "DfE guidance on alternative provision: reintegration",
            _CHOICE,
            remind_days=14,
        ),
        Rule(RuleId.T14, "Evaluate the placement after its end", LOCAL, _CHOICE, remind_days=7),
        # Reg 4(1)(b) names no day either. Reg 6 does: the decision is notified within six days of the meeting.
        Rule(
            RuleId.DECISION,
            "Decide after the review",
            f"{REGULATIONS} reg 4(1)(b)",
            _LAW,
            certainty=_UNSEEN,
            owner=Role.HEAD,
            remind_days=3,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            RuleId.PERIOD,
            "Do not require attendance after the period decided",
            f"{REGULATIONS} reg 4(1)(b)",
            _LAW,
            owner=Role.HEAD,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            RuleId.T12,
            "Hold the annual review of the EHC plan",
            "Children and Families Act 2014 s 44",
            _LAW,
            certainty=_UNSEEN,
            whatever_regime=True,
            owner=Role.SEND_OFFICER,
            remind_days=28,
            escalate_to=Role.LA_OFFICER,
        ),
        # The council must secure section F at all times (s 42(2)). By when the placement's commissioner tells it, and
        # records the delivery, no law says: a miss of our own day is no breach.
        Rule(
            RuleId.PLAN_COUNCIL,
            "Tell the council that maintains the EHC plan about the placement",
            "Children and Families Act 2014 s 42",
            _CHOICE,
            remind_days=2,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            RuleId.SECTION_F,
            "Record who delivers each item of section F",
            "Children and Families Act 2014 s 42(2)",
            _CHOICE,
            remind_days=2,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(RuleId.VIRTUAL_SCHOOL, "Consult the virtual school about the placement", KCSIE, _CHOICE, remind_days=2),
        Rule(
            RuleId.TRANSITION,
            "Bring the placement under the law since 26 July 2026",
            "Education Act 2002 s 29A",
            _CHOICE,
            certainty=_UNSEEN,
            owner=Role.HEAD,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # Transitional rules of the 2026 Regulations were not found: the day is our own, for a person to look by.
        Rule(
            RuleId.OVERTAKEN,
            "Look at a duty that a change of the school's days has overtaken",
            LOCAL,
            _CHOICE,
            remind_days=3,
        ),
        Rule(RuleId.PROVIDER, "Review the placement, as its provider is in doubt", KCSIE, _CHOICE, remind_days=2),
        Rule(
            RuleId.TOLD, "Tell the parents and the pupil about the arrangements", GUIDANCE, _GUIDANCE, certainty=_UNSEEN
        ),
        Rule(
            RuleId.TRANSPORT,
            "Decide on transport, and arrange it if it is required",
            GUIDANCE,
            _GUIDANCE,
            certainty=_UNSEEN,
        ),
        Rule(RuleId.MEALS, "Arrange free school meals", GUIDANCE, _GUIDANCE, certainty=_UNSEEN),
        Rule(
            RuleId.T17,
            "Answer the request for access",
            "UK GDPR art 12(3); SI 2005/1437 reg 5",
            _LAW,
            whatever_regime=True,
            owner=Role.HEAD,
            remind_days=7,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # Put into the Act by the Data (Use and Access) Act 2025, s 103, whose commencement was not seen.
        Rule(
            RuleId.COMPLAINT,
            "Acknowledge the complaint about data protection",
            "Data Protection Act 2018 s 164A",
            _LAW,
            certainty=_UNSEEN,
            whatever_regime=True,
            owner=Role.HEAD,
            remind_days=14,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # Notice to one parent is enough, so another parent's letter that failed is a task and never a breach.
        Rule(
            RuleId.LETTER,
            "Give the letter another way, as it did not arrive or may not have",
            LOCAL,
            _CHOICE,
            remind_days=1,
        ),
        # How long schools keep records is the records managers' guidance; that a register's entry is kept for six years
        # is law. Erasing is for a person to decide, so a day that passes is no breach.
        Rule(
            RuleId.T16,
            "Decide on erasing the pupil's personal data",
            "UK GDPR art 5(1)(e); IRMS toolkit for schools",
            _GUIDANCE,
            owner=Role.HEAD,
            remind_days=0,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # The law asks for reviews at the intervals that are considered appropriate, and names no day: a planned day and
        # the lead before the period's end are our own, and missing either is no breach.
        Rule(RuleId.PLAN, "Hold the planned review", f"{REGULATIONS} reg 4(1)(a)", _CHOICE),
        Rule(RuleId.T5, "Hold a review in every half-term", KCSIE, _GUIDANCE),
        Rule(
            RuleId.T6,
            "Decide before the period ends",
            f"{REGULATIONS} reg 4(1)(b)",
            _CHOICE,
            owner=Role.HEAD,
            remind_days=10,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # The duty is law. The day is our own target for "as soon as reasonably practicable": missing it is no breach.
        Rule(RuleId.T4, "Hold the review that was asked for", f"{REGULATIONS} reg 4A", _CHOICE),
        Rule(RuleId.SAFEGUARDING, "Hold the review of the pause", KCSIE, _GUIDANCE, owner=Role.DSL, remind_days=2),
        Rule(
            RuleId.T15,
            "Review the part-time timetable",
            "Working together to improve school attendance: part-time timetables",
            _GUIDANCE,
            # The guidance asks for the shortest time and an end. The number of days is our own.
            certainty=_UNSEEN,
        ),
        Rule(
            RuleId.T18,
            "Review the length of the placement outside a school",
            _CAPS,
            RuleOrigin.PROPOSED,
            certainty=_UNSEEN,
            remind_days=14,
        ),
        Rule(
            RuleId.T18_SESSIONS,
            "Review the sessions a week outside a school",
            _CAPS,
            RuleOrigin.PROPOSED,
            certainty=_UNSEEN,
            remind_days=0,
        ),
        Rule(
            RuleId.T19,
            "Review the hours a week outside a school",
            "DfE guidance on the registration of independent schools",
            _GUIDANCE,
            remind_days=0,
        ),
        Rule(
            RuleId.T9,
            "Find out the reason for an absence",
            "Working together to improve school attendance: code N",
            _GUIDANCE,
            certainty=_UNSEEN,
            remind_days=2,
        ),
        Rule(
            RuleId.T10,
            "Take the register, and tell people about an unexplained absence",
            "Working together to improve school attendance: unexplained absence",
            _GUIDANCE,
            remind_days=0,
            escalate_to=Role.DSL,
        ),
        Rule(RuleId.T11, "Make the due diligence checks of the provider again", LOCAL, _CHOICE, remind_days=28),
        Rule(
            RuleId.QA_VISIT,
            "Make the council's quality assurance visit",
            LOCAL,
            _CHOICE,
            owner=Role.LA_OFFICER,
            remind_days=28,
        ),
        Rule(
            RuleId.T13,
            "Tell the council about the absence for illness",
            "Education Act 1996 s 19",
            _GUIDANCE,
            remind_days=0,
        ),
    )
}
"""Where one command or one day brings several things, they come in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The numbers in the rules, as they stand from a day on.

    Notice, review opening, period end, evaluation, requested-review, half-term and educational-record figures are
    school days; invitation and outcome, and the ten weeks in which a review held lifts the duty to hold another on
    request, are calendar days. Notice is counted in clear days: neither the day it is given nor the day of the
    start counts. The six days of regulation 6, the clear-day reading, the months of an annual review and the five
    school days of an absence without a reason were not seen in a source. A register's minutes count from the
    session's start. How long due diligence is valid and how often a council visits, in months, in how many school
    days a placement is reviewed whose provider came into doubt or a change of the pupil's flags is answered, and
    what a session counts, in minutes, where the hours are not stated, are our choices. So are the school days after
    which a part-time timetable is weighed again; the weeks and the sessions a week outside schools are proposals
    that were reported, and not law. The years after birth for which a pupil's record is kept, longer with special
    educational needs, are the records managers' guidance; those of an entry in a register are law.

    The ages of a pupil who is not of compulsory school age, in whole years, the last one to its end, follow
    the year groups that schools teach; the last one with an EHC plan is law. How many months before a child is old
    enough a referral may be written is our choice.
    """

    from_on: date
    notice_clear_school_days: int = 2
    invitation_days: int = 6
    outcome_days: int = 6
    requested_review_bar_days: int = 70
    requested_review_school_days: int = 15
    request_answer_school_days: int = 5
    pause_review_school_days: int = 5
    concern_answer_school_days: int = 1
    day_six: int = 6
    day_six_details_hours: int = 48
    suspension_school_days: int = 5
    annual_review_months: int = 12
    transition_school_days: int = 10
    determination_back_school_days: int = 5
    overtaken_school_days: int = 3
    flags_school_days: int = 5
    adult_age: int = 18
    pupil_from_age: int = 4
    pupil_to_age: int = 18
    plan_to_age: int = 25
    referred_ahead_months: int = 6
    school_age: int = 5
    leaving_age: int = 16
    leaving_weeks: int = 6
    review_lead_school_days: int = 15
    period_end_lead_school_days: int = 10
    half_term_least_school_days: int = 10
    half_term_most_school_days: int = 30
    destination_school_days: int = 10
    evaluation_school_days: int = 20
    post_working_days: int = 2
    email_until: time = time(16, 30)
    lost_letter_school_days: int = 1
    pupil_record_years: int = 25
    sen_record_years: int = 31
    register_years: int = 6
    subject_access_months: int = 1
    subject_access_extension_months: int = 2
    educational_record_school_days: int = 15
    complaint_acknowledged_days: int = 30
    unexplained_school_days: int = 5
    register_minutes: int = 30
    illness_school_days: int = 15
    part_time_school_days: int = 30
    non_school_weeks: int = 12
    non_school_sessions: int = 4
    due_diligence_months: int = 12
    qa_visit_months: int = 12
    provider_review_school_days: int = 5
    registration_review_school_days: int = 1
    session_minutes: int = 150


FIGURES: tuple[Figures, ...] = (Figures(from_on=date(2013, 1, 1)),)


def figures(on: date) -> Figures:
    """The figures in force on a day; the first for any day before them."""
    return next((each for each in reversed(FIGURES) if each.from_on <= on), FIGURES[0])
