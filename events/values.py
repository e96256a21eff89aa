"""The small values that events and commands are made of."""

from datetime import date, time

from events.codes import (
    CheckOutcome,
    Deliverer,
    DiligenceCheck,
    ParentStance,
    ProposalOverride,
    PupilFlag,
    QaSectionStatus,
    Rag,
    ReviewSource,
    RollStatus,
    Session,
    SessionMode,
    SessionPlace,
)
from events.definition import value
from events.ids import PersonId, SiteId, Urn


@value
class Objective:
    """A stated, measurable aim with its baseline and target."""

    id: str
    text: str
    baseline: str
    target: str
    measure: str


@value
class Parent:
    name: str
    relationship: str
    has_parental_responsibility: bool
    contact: str
    stance: ParentStance
    informed_on: date | None = None


@value
class Pupil:
    """Who the pupil is. Kept only in the personal part of an event."""

    legal_name: str
    born_on: date
    sex: str
    upn: str
    year_group: int
    address: str | None = None
    home_language: str | None = None
    parents: tuple[Parent, ...] = ()


@value
class Unknown:
    """A field of the picture that the school cannot fill in yet, and why."""

    field: str
    reason: str


@value
class ReferralPicture:
    """The pupil's situation as the school describes it. What is left out stands in `unknown` with a reason.

    Attendance in hundredths of a per cent.
    """

    sen_status: str
    on_roll: bool | None = None
    sen_need: str | None = None
    plan_la_code: str | None = None
    section_f_summary: str | None = None
    section_i_school: str | None = None
    flags: tuple[PupilFlag, ...] = ()
    social_care_contact: str | None = None
    health: str | None = None
    attendance_basis_points: int | None = None
    suspension_days: int | None = None
    strengths: str | None = None
    triggers: str | None = None
    strategies_tried: str | None = None
    risk_assessment: str | None = None
    free_school_meals: bool | None = None
    transport: str | None = None
    unknown: tuple[Unknown, ...] = ()


@value
class PlanCouncil:
    """The council that maintains an EHC plan, and where to write to it. `la_code` has three digits."""

    la_code: str
    name: str
    address: str


@value
class PlannedReview:
    due: date
    kind: ReviewSource


@value
class ReferralDetails:
    """What a referral says beside the picture. `link_person` speaks for the school at meetings."""

    uln: str | None = None
    roll_status: RollStatus | None = None
    hospital: str | None = None
    medication: str | None = None
    interpreter: str | None = None
    previous_schools: tuple[str, ...] = ()
    link_person: str | None = None


@value
class DirectionGrounds:
    """What a direction off site rests on: how it is to improve behaviour to come, and what help was given before."""

    purpose: str
    prior_help: str
    not_a_sanction: bool


@value
class SectionFItem:
    """One item of special educational provision, and who delivers it while the placement lasts."""

    item: str
    delivered_by: str


@value
class SectionFDelivery:
    """One item of special educational provision and who delivers it; `name` is wanted of anybody but those by kind."""

    item: str
    delivered_by: Deliverer
    name: str | None = None


@value
class PlanConsidered:
    """How an EHC plan was taken into account: whether to review it early, and who delivers each item of section F."""

    early_review: str
    section_f: tuple[SectionFItem, ...]


@value
class SessionTimes:
    """The times of a day's sessions, as regulation 3(4)(e) asks for them: home-school wall-clock time.

    Two sessions: the morning's start, the break, the afternoon's end. One session: start and end.
    """

    mode: SessionMode
    am_start: time | None = None
    break_start: time | None = None
    break_end: time | None = None
    pm_end: time | None = None
    start: time | None = None
    end: time | None = None


@value
class PatternSession:
    """Where the pupil is in one session of each week. Monday is 1, Friday 5."""

    weekday: int
    session: Session
    place: SessionPlace


@value
class ObjectiveRag:
    id: str
    rag: Rag


@value
class ReviewEvidence:
    """What the review looked at. Attendance in hundredths of a per cent."""

    attendance_basis_points: int
    behaviour: str
    progress: str
    rag: tuple[ObjectiveRag, ...] = ()


@value
class Curriculum:
    """How a curriculum was found: broad, balanced and well sequenced, or not."""

    broad: bool
    balanced: bool
    well_sequenced: bool


@value
class ReintegrationStep:
    """One step of a phased return: sessions a week at school and at the provider, from a day."""

    n: int
    from_on: date
    sessions_school: int
    sessions_ap: int
    support: str


@value
class HalfTerm:
    """A run of school weeks between two holidays; both ends are school days or fall outside teaching."""

    name: str
    first_on: date
    last_on: date


@value
class HalfDay:
    """A school day with one session only, and which: a school day by law all the same."""

    day: date
    session: Session


@value
class InheritedCalendar:
    """The days of a school before another took its place, as they were known then, for what began at `urn`."""

    urn: Urn
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...] = ()
    assumed_from: date | None = None


@value
class Site:
    site_id: SiteId
    name: str
    address: str | None = None


@value
class QaSection:
    name: str
    status: QaSectionStatus
    grade: str | None = None


@value
class CheckMade:
    """One check of a provider: who made it and when, what came of it, and when what was seen runs out."""

    kind: DiligenceCheck
    outcome: CheckOutcome
    checked_by: PersonId
    checked_on: date
    expires_on: date | None = None


@value
class CheckEvidence:
    """What was seen for a check, in words."""

    kind: DiligenceCheck
    evidence: str


@value
class OverrideReason:
    """Why a proposal goes on although something speaks against the provider."""

    override: ProposalOverride
    reason: str
