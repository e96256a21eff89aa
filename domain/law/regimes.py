"""Which law binds whom, from when; the figures it sets; and what a miss of each rule amounts to.

Changed only by a release. A row that has bound somebody is never edited: it ends, and another begins.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from domain.law.bases import BASES, is_placement
from domain.shared.errors import Rejected
from events.codes import CommissionerKind, LegalBasis, RecipientRole, RegimeId, Role, RuleId, Severity


class Mark(StrEnum):
    """Where a rule comes from."""

    LAW = "law"
    GUIDANCE = "guidance"
    CHOICE = "choice"
    PROPOSED = "proposed"
    """By the government, and not law."""


class Certainty(StrEnum):
    """Whether the text itself was seen in a source."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


class Law(StrEnum):
    """The laws that set timed rules. Which of them bind as law is for each regime to say."""

    SECTION_29A = "section_29a"
    EXCLUSION = "exclusion"


_SCHOOLS = frozenset(CommissionerKind) - {CommissionerKind.LA}
_DIRECTION = frozenset({Law.SECTION_29A})
_EXCLUSION = frozenset({Law.EXCLUSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The rules that bind one kind of commissioner, for pupils of these kinds of school, in one stretch of time.

    Both ends are included. With `runs_on` placements go on beyond the end, and what the law since then asks of them is
    for a person to settle. `laws` bind as law; what the other of them demands is good practice.
    """

    id: RegimeId
    commissioners: frozenset[CommissionerKind]
    bases: frozenset[LegalBasis]
    power: bool
    clause: str
    source: str
    laws: frozenset[Law] = frozenset()
    schools: frozenset[CommissionerKind] = _SCHOOLS
    certainty: Certainty = Certainty.CONFIRMED
    from_on: date = date.min
    to_on: date = date.max
    runs_on: bool = False
    invitees: frozenset[RecipientRole] = frozenset({RecipientRole.RELEVANT_PERSON})

    @property
    def binding(self) -> bool:
        """Section 29A and the regulations under it bind as law."""
        return Law.SECTION_29A in self.laws

    def severity(self, rule: RuleId) -> Severity:
        """BREACH where a rule of law is missed under a regime that it binds, ADVISORY everywhere else."""
        found = RULES[rule]
        return Severity.BREACH if found.mark is Mark.LAW and found.law in self.laws else Severity.ADVISORY

    def is_for(self, commissioner: CommissionerKind, basis: LegalBasis, school: CommissionerKind) -> bool:
        return commissioner in self.commissioners and basis in self.bases and school in self.schools


_REGULATIONS_2010 = "SI 2010/1156 as amended by SI 2012/2532"
_REGULATIONS_2007 = "SI 2007/1870 as amended by SI 2012/1033"
_ACADEMIES = frozenset({CommissionerKind.ACADEMY, CommissionerKind.AP_ACADEMY})
_PRU = frozenset({CommissionerKind.PRU})
_LA = frozenset({CommissionerKind.LA})
_OSD = frozenset({LegalBasis.OSD})
_SUSPENSION = frozenset({LegalBasis.SUSP6})
_EXCLUSION_LAW_BEGAN = date(2007, 9, 1)
_LAST_DAY_OUTSIDE = date(2026, 7, 25)
_FIRST_DAY_INSIDE = date(2026, 7, 26)

REGIMES: tuple[Regime, ...] = (
    Regime(
        id=RegimeId.MAINT_2013,
        commissioners=frozenset({CommissionerKind.MAINTAINED}),
        bases=_OSD,
        laws=_DIRECTION,
        power=True,
        clause="Education Act 2002 s 29A",
        source=_REGULATIONS_2010,
        from_on=date(2013, 1, 1),
    ),
    Regime(
        id=RegimeId.ACAD_PRE,
        commissioners=_ACADEMIES,
        bases=_OSD,
        power=True,
        clause="articles of association",
        source="DfE guidance on alternative provision: the regulations as good practice",
        to_on=_LAST_DAY_OUTSIDE,
        runs_on=True,
    ),
    Regime(
        id=RegimeId.ACAD_2026,
        commissioners=_ACADEMIES,
        bases=_OSD,
        laws=_DIRECTION,
        power=True,
        clause="Education Act 2002 s 29A",
        source="Application to Academies and Pupil Referral Units Regulations 2026",
        certainty=Certainty.UNCONFIRMED,
        from_on=_FIRST_DAY_INSIDE,
        invitees=frozenset({RecipientRole.RELEVANT_PERSON, RecipientRole.HEAD, RecipientRole.BOARD_NOMINEE}),
    ),
    Regime(
        id=RegimeId.PRU_PRE,
        commissioners=_PRU,
        bases=_OSD,
        power=False,
        clause="Education Act 2002 s 29A",
        source=_REGULATIONS_2010,
        to_on=_LAST_DAY_OUTSIDE,
    ),
    Regime(
        id=RegimeId.PRU_2026,
        commissioners=_PRU,
        bases=_OSD,
        laws=_DIRECTION,
        power=True,
        clause="Education Act 2002 s 29A",
        source="Application to Academies and Pupil Referral Units Regulations 2026",
        certainty=Certainty.UNCONFIRMED,
        from_on=_FIRST_DAY_INSIDE,
    ),
    Regime(
        id=RegimeId.EXCL_S100,
        commissioners=_SCHOOLS - _PRU,
        bases=_SUSPENSION,
        laws=_EXCLUSION,
        power=True,
        clause="Education and Inspections Act 2006 s 100",
        source=_REGULATIONS_2007,
        certainty=Certainty.UNCONFIRMED,
        from_on=_EXCLUSION_LAW_BEGAN,
    ),
    Regime(
        id=RegimeId.EXCL_PRU,
        commissioners=_LA,
        bases=_SUSPENSION,
        schools=_PRU,
        laws=_EXCLUSION,
        power=True,
        clause="Education Act 1996 s 19(3A)(b)",
        source=_REGULATIONS_2007,
        certainty=Certainty.UNCONFIRMED,
        from_on=_EXCLUSION_LAW_BEGAN,
    ),
    Regime(
        id=RegimeId.LA_S19,
        commissioners=_LA,
        bases=frozenset({LegalBasis.PEX6, LegalBasis.S19_ILL, LegalBasis.S19_OTH}),
        laws=_EXCLUSION,
        power=True,
        clause="Education Act 1996 s 19",
        source=f"Education Act 1996 s 19(1) and (3A); {_REGULATIONS_2007}",
    ),
    Regime(
        id=RegimeId.EHCP_S42,
        commissioners=_LA,
        bases=frozenset({LegalBasis.EHCP_S42}),
        power=True,
        clause="Children and Families Act 2014 s 42(2)",
        source="Children and Families Act 2014, explanatory notes para 234",
        certainty=Certainty.UNCONFIRMED,
        from_on=date(2014, 9, 1),
    ),
    Regime(
        id=RegimeId.EOTAS_S61,
        commissioners=_LA,
        bases=frozenset({LegalBasis.EOTAS_S61}),
        power=False,
        clause="Children and Families Act 2014 s 61",
        source="DfE guidance on alternative provision: provision under section 61 is not alternative provision",
    ),
    Regime(
        id=RegimeId.VOLUNTARY,
        commissioners=frozenset(CommissionerKind),
        bases=frozenset({LegalBasis.AGREED}),
        power=True,
        clause="agreement of the school and the parents",
        source="DfE guidance on alternative provision: the regulations as good practice",
    ),
)


class NoPower(Rejected):
    """Nobody may direct a pupil off site who has no power to: the regime on the day of the determination decides."""

    code = "no_power_to_direct"
    title = "There is no power to direct the pupil off site"
    legal_refs = ("Education Act 2002 s 29A",)


class NotTheirBasis(Rejected):
    """Each legal basis is a duty or a power of certain bodies, and no other body may rely on it.

    The school arranges education from the sixth day of a suspension, and the authority does so for a pupil referral
    unit; the authority arranges it after a permanent exclusion, under section 19 and for an EHC plan.
    """

    code = "not_their_basis"
    title = "The commissioner cannot rely on this legal basis"
    legal_refs = (
        "Education Act 1996 s 19",
        "Education and Inspections Act 2006 s 100",
        "Children and Families Act 2014 s 42",
    )


_NAMES = {
    CommissionerKind.MAINTAINED: "A maintained school",
    CommissionerKind.ACADEMY: "An academy",
    CommissionerKind.AP_ACADEMY: "An AP academy",
    CommissionerKind.PRU: "The management committee of a pupil referral unit",
    CommissionerKind.LA: "A local authority",
}


def regime_for(
    commissioner: CommissionerKind, basis: LegalBasis, on: date, *, school: CommissionerKind
) -> Regime | Rejected:
    """The regime that binds a decision taken on a day for a pupil of a kind of school, or why none allows it."""
    unplaced = is_placement(basis)
    if unplaced is not None:
        return unplaced
    found = next(
        (each for each in REGIMES if each.is_for(commissioner, basis, school) and each.from_on <= on <= each.to_on),
        None,
    )
    if found is not None and found.power:
        return found
    if basis is LegalBasis.OSD:
        return NoPower(
            f"{_NAMES[commissioner]} has no power on {on.isoformat()} to direct a pupil off site under section 29A."
        )
    return _not_theirs(commissioner, basis)


def may_ever_use(
    commissioner: CommissionerKind, basis: LegalBasis, *, school: CommissionerKind
) -> NoPower | NotTheirBasis | None:
    """Why no regime, on any day, lets this commissioner rely on the basis; what is only recorded needs no power."""
    recorded = not BASES[basis].placement
    if any((recorded or each.power) and each.is_for(commissioner, basis, school) for each in REGIMES):
        return None
    if basis is LegalBasis.OSD:
        return NoPower(f"{_NAMES[commissioner]} has no power to direct a pupil off site.", pointer="/commissioner")
    return _not_theirs(commissioner, basis)


def _not_theirs(commissioner: CommissionerKind, basis: LegalBasis) -> NotTheirBasis:
    theirs = BASES[basis]
    return NotTheirBasis(
        f"{_NAMES[commissioner]} cannot rely on {theirs.clause}, for {theirs.words}, here.", pointer="/legal_basis"
    )


def regime(regime_id: RegimeId) -> Regime:
    return next(each for each in REGIMES if each.id is regime_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A timed rule: its clause, where it comes from and whether its text was seen.

    `whatever_regime`: a rule of law that binds on any placement, decided or not. `owner`: whose task it is, who is
    reminded of it so many calendar days before its day. A miss is taken to `escalate_to`. These are our own choice.
    """

    id: RuleId
    words: str
    clause: str
    mark: Mark
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
            mark=Mark.LAW,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T2,
            words="Invitation to the review",
            clause="SI 2010/1156 reg 5",
            mark=Mark.LAW,
            # Ten days before the meeting, as the invitation is due six days before it.
            remind_days=4,
        ),
        Rule(
            id=RuleId.T3,
            words="Outcome of the review notified",
            clause="SI 2010/1156 reg 6",
            mark=Mark.LAW,
            certainty=Certainty.UNCONFIRMED,
            remind_days=3,
        ),
        # The duty is law. The day is our own target for "as soon as reasonably practicable": missing it is no breach.
        Rule(
            id=RuleId.T4,
            words="Review that was asked for held",
            clause="SI 2010/1156 reg 4A",
            mark=Mark.CHOICE,
        ),
        Rule(
            id=RuleId.ANSWER,
            words="Request for a review answered",
            clause="local practice",
            mark=Mark.CHOICE,
            owner=Role.HEAD,
            remind_days=2,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.SAFEGUARDING,
            words="Review of the pause held",
            clause="KCSIE: alternative provision",
            mark=Mark.GUIDANCE,
            owner=Role.DSL,
            remind_days=2,
        ),
        Rule(
            id=RuleId.CONCERN,
            words="Safeguarding concern answered",
            clause="KCSIE: alternative provision",
            mark=Mark.GUIDANCE,
            owner=Role.DSL,
            remind_days=0,
        ),
        # Notice to one parent is enough, so another parent's letter that failed is a task and never a breach.
        Rule(
            id=RuleId.LETTER,
            words="Letter that did not arrive, or may not have, given another way",
            clause="local practice",
            mark=Mark.CHOICE,
            remind_days=1,
        ),
        Rule(
            id=RuleId.T5,
            words="Review held in every half-term",
            clause="KCSIE: alternative provision",
            mark=Mark.GUIDANCE,
        ),
        # The law asks for reviews at the intervals that are considered appropriate, and names no day: a planned day and
        # the lead before the period's end are our own, and missing either is no breach.
        Rule(
            id=RuleId.PLAN,
            words="Planned review held",
            clause="SI 2010/1156 reg 4(1)(a)",
            mark=Mark.CHOICE,
        ),
        Rule(
            id=RuleId.T6,
            words="Decision before the period ends",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=Mark.CHOICE,
            owner=Role.HEAD,
            remind_days=10,
            escalate_to=Role.BODY_DELEGATE,
        ),
        # Reg 4(1)(b) names no day either. Reg 6 does: the decision is notified within six days of the meeting.
        Rule(
            id=RuleId.DECISION,
            words="Decision after the review",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=Mark.LAW,
            certainty=Certainty.UNCONFIRMED,
            owner=Role.HEAD,
            remind_days=3,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.PERIOD,
            words="No attendance required past the period decided",
            clause="SI 2010/1156 reg 4(1)(b)",
            mark=Mark.LAW,
            owner=Role.HEAD,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.REINTEGRATION,
            words="Return to school planned",
            clause="DfE guidance on alternative provision: reintegration",
            mark=Mark.CHOICE,
            remind_days=14,
        ),
        Rule(
            id=RuleId.DESTINATION,
            words="End and destination recorded",
            clause="local practice",
            mark=Mark.CHOICE,
        ),
        Rule(
            id=RuleId.T7,
            words="Education from the sixth day of the exclusion",
            clause="Education and Inspections Act 2006 s 100; Education Act 1996 s 19(3A)",
            mark=Mark.LAW,
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
            mark=Mark.LAW,
            law=Law.EXCLUSION,
            remind_days=1,
        ),
        Rule(
            id=RuleId.T12,
            words="Annual review of the EHC plan",
            clause="Children and Families Act 2014 s 44",
            mark=Mark.LAW,
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
            words="Council that maintains the EHC plan told of the placement",
            clause="Children and Families Act 2014 s 42",
            mark=Mark.CHOICE,
            remind_days=2,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            id=RuleId.SECTION_F,
            words="Delivery of each item of section F recorded",
            clause="Children and Families Act 2014 s 42(2)",
            mark=Mark.CHOICE,
            remind_days=2,
            escalate_to=Role.LA_OFFICER,
        ),
        Rule(
            id=RuleId.VIRTUAL_SCHOOL,
            words="Virtual school consulted on the placement",
            clause="KCSIE: alternative provision",
            mark=Mark.CHOICE,
            remind_days=2,
        ),
        # Transitional rules of the 2026 Regulations were not found: the day is our own, for a person to look by.
        Rule(
            id=RuleId.OVERTAKEN,
            words="Duty overtaken by a change of the school's days looked at",
            clause="local practice",
            mark=Mark.CHOICE,
            remind_days=3,
        ),
        Rule(
            id=RuleId.TRANSITION,
            words="Placement brought under the law since 26 July 2026",
            clause="Education Act 2002 s 29A",
            mark=Mark.CHOICE,
            certainty=Certainty.UNCONFIRMED,
            owner=Role.HEAD,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.T14,
            words="Evaluation after the end",
            clause="local practice",
            mark=Mark.CHOICE,
            remind_days=7,
        ),
        Rule(
            id=RuleId.T9,
            words="Reason for an absence established",
            clause="Working together to improve school attendance: code N",
            mark=Mark.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T10,
            words="Register taken, and an unexplained absence told",
            clause="Working together to improve school attendance: unexplained absence",
            mark=Mark.GUIDANCE,
            remind_days=0,
            escalate_to=Role.DSL,
        ),
        Rule(
            id=RuleId.T11,
            words="Due diligence of the provider made again",
            clause="local practice",
            mark=Mark.CHOICE,
            remind_days=28,
        ),
        Rule(
            id=RuleId.QA_VISIT,
            words="Quality assurance visit of the council's team made",
            clause="local practice",
            mark=Mark.CHOICE,
            owner=Role.LA_OFFICER,
            remind_days=28,
        ),
        Rule(
            id=RuleId.PROVIDER,
            words="Placement reviewed after its provider came into doubt",
            clause="KCSIE: alternative provision",
            mark=Mark.CHOICE,
            remind_days=2,
        ),
        Rule(
            id=RuleId.T13,
            words="Absence for illness told to the local authority",
            clause="Education Act 1996 s 19",
            mark=Mark.GUIDANCE,
            remind_days=0,
        ),
        Rule(
            id=RuleId.T15,
            words="Part-time timetable weighed again",
            clause="Working together to improve school attendance: part-time timetables",
            mark=Mark.GUIDANCE,
            # The guidance asks for the shortest time and an end. The number of days is our own.
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.T18,
            words="Length of the placement outside schools weighed",
            clause=_CAPS,
            mark=Mark.PROPOSED,
            certainty=Certainty.UNCONFIRMED,
            remind_days=14,
        ),
        Rule(
            id=RuleId.T18_SESSIONS,
            words="Sessions a week outside schools weighed",
            clause=_CAPS,
            mark=Mark.PROPOSED,
            certainty=Certainty.UNCONFIRMED,
            remind_days=0,
        ),
        Rule(
            id=RuleId.T19,
            words="Hours a week outside schools weighed",
            clause="DfE guidance on the registration of independent schools",
            mark=Mark.GUIDANCE,
            remind_days=0,
        ),
        # How long schools keep records is the records managers' guidance; that a register's entry is kept for six years
        # is law. Erasing is for a person to decide, so a day that passes is no breach.
        Rule(
            id=RuleId.T16,
            words="Erasure of the pupil's personal data decided",
            clause="UK GDPR art 5(1)(e); IRMS toolkit for schools",
            mark=Mark.GUIDANCE,
            owner=Role.HEAD,
            remind_days=0,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.T17,
            words="Request for access answered",
            clause="UK GDPR art 12(3); SI 2005/1437 reg 5",
            mark=Mark.LAW,
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
            mark=Mark.LAW,
            certainty=Certainty.UNCONFIRMED,
            whatever_regime=True,
            owner=Role.HEAD,
            remind_days=14,
            escalate_to=Role.BODY_DELEGATE,
        ),
        Rule(
            id=RuleId.TOLD,
            words="Parents and pupil told of the arrangements",
            clause="DfE guidance: arranging alternative provision",
            mark=Mark.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.TRANSPORT,
            words="Transport decided, and arranged where required",
            clause="DfE guidance: arranging alternative provision",
            mark=Mark.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
        Rule(
            id=RuleId.MEALS,
            words="Free school meals arranged",
            clause="DfE guidance: arranging alternative provision",
            mark=Mark.GUIDANCE,
            certainty=Certainty.UNCONFIRMED,
        ),
    )
}


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


def figures() -> Figures:
    """The figures in force: one set since 2013, so no rule asks yet on which day."""
    return FIGURES[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTest:
    """When a provider that is not a school must be registered as one, as it stands from a day on.

    The law does not say what full-time is: the department generally takes more than so many minutes a week for it.
    So many pupils of compulsory school age with full-time education make a school, or one of a kind named here.
    """

    from_on: date
    clause: str
    source: str
    certainty: Certainty = Certainty.CONFIRMED
    full_time_minutes: int = 18 * 60
    pupils: int = 5
    with_plan: bool = True
    looked_after: bool = True
    with_sen: bool = False


REGISTRATION_TESTS: tuple[RegistrationTest, ...] = (
    RegistrationTest(
        from_on=date(2009, 9, 1),
        clause="Education and Skills Act 2008 s 92",
        source="DfE guidance on the registration of independent schools",
    ),
    RegistrationTest(
        # No day of commencement was seen: from this one on it would bind. The pupils it counts then have special
        # educational needs, with a plan or without.
        from_on=date.max,
        clause="Education and Skills Act 2008 s 92 as amended by section 43 of the 2026 Act",
        source="2026 c. 21 s 43, not known to be commenced",
        certainty=Certainty.UNCONFIRMED,
        with_sen=True,
    ),
)


def registration_test(on: date) -> RegistrationTest:
    """The test in force on a day; the earliest for any day before it."""
    in_force = [test for test in REGISTRATION_TESTS if test.from_on <= on]
    return in_force[-1] if in_force else REGISTRATION_TESTS[0]


class CensusTerm(StrEnum):
    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


@dataclass(frozen=True, slots=True, kw_only=True)
class CensusDay:
    """On which Thursday of which month a term's school census is taken."""

    term: CensusTerm
    month: int
    thursday: int
    certainty: Certainty = Certainty.UNCONFIRMED

    def of(self, year: int) -> date:
        first = date(year, self.month, 1)
        return first + timedelta(days=(_THURSDAY - first.weekday()) % 7, weeks=self.thursday - 1)


_THURSDAY = 3
# By custom, in the order of a calendar year; the department names each day anew, and no such notice was seen.
CENSUS_DAYS: tuple[CensusDay, ...] = (
    CensusDay(term=CensusTerm.SPRING, month=1, thursday=3),
    CensusDay(term=CensusTerm.SUMMER, month=5, thursday=3),
    CensusDay(term=CensusTerm.AUTUMN, month=10, thursday=1),
)


def census_day(term: CensusTerm, year: int) -> date:
    """The day of a term's census in a calendar year."""
    return next(each for each in CENSUS_DAYS if each.term is term).of(year)


def census_day_before(day: date) -> date:
    """The last day of any term's census before a day."""
    return max(each.of(year) for each in CENSUS_DAYS for year in (day.year - 1, day.year) if each.of(year) < day)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDuty:
    """A council's duty to keep a register, from the day on which the section that demands it comes into force."""

    clause: str
    source: str
    from_on: date
    certainty: Certainty

    def in_force(self, on: date) -> bool:
        return self.from_on <= on


CHILDREN_NOT_IN_SCHOOL = RegisterDuty(
    clause="Education Act 1996 s 436B",
    source="2026 c. 21 s 38, not known to be commenced; what is registered is for regulations to say",
    # No day of commencement was seen.
    from_on=date.max,
    certainty=Certainty.UNCONFIRMED,
)
