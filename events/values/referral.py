"""Who the pupil is, and what a referral says of them."""

from datetime import date

from events.codes import (
    ParentStance,
    ProposalOverride,
    PupilFlag,
    RollStatus,
)
from events.definition import value


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
class OverrideReason:
    """Why a proposal goes on although something speaks against the provider."""

    override: ProposalOverride
    reason: str
