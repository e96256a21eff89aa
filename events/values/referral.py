"""Who the pupil is, and what a referral says of them."""

from datetime import date

from events.codes import (
    ParentStance,
    ProposalOverride,
    PupilFlag,
    RollStatus,
)
from events.definition import holds, value
from events.kinds import ADDRESS, CODE, CONTACT, LABEL, LINE, NAME, PUPIL_NAME, STAFF, TEXT


@value
class Objective:
    """A stated, measurable aim with its baseline and target."""

    id: str = holds(CODE)
    text: str = holds(TEXT)
    baseline: str = holds(TEXT)
    target: str = holds(TEXT)
    measure: str = holds(TEXT)


@value
class Parent:
    name: str = holds(NAME)
    relationship: str = holds(LINE)
    has_parental_responsibility: bool
    contact: str = holds(CONTACT)
    stance: ParentStance
    informed_on: date | None = None


@value
class Pupil:
    """Who the pupil is. Kept only in the personal part of an event."""

    legal_name: str = holds(PUPIL_NAME)
    born_on: date
    sex: str = holds(CODE)
    upn: str = holds(CODE)
    year_group: int
    address: str | None = holds(ADDRESS, default=None)
    home_language: str | None = holds(LINE, default=None)
    parents: tuple[Parent, ...] = ()


@value
class Unknown:
    """A field of the picture that the school cannot fill in yet, and why."""

    field: str = holds(CODE)
    reason: str = holds(TEXT)


@value
class ReferralPicture:
    """The pupil's situation as the school describes it. What is left out is in `unknown` with a reason.

    Attendance in hundredths of a per cent.
    """

    sen_status: str = holds(CODE)
    on_roll: bool | None = None
    sen_need: str | None = holds(TEXT, default=None)
    plan_la_code: str | None = holds(CODE, default=None)
    section_f_summary: str | None = holds(TEXT, default=None)
    section_i_school: str | None = holds(LABEL, default=None)
    flags: tuple[PupilFlag, ...] = ()
    social_care_contact: str | None = holds(STAFF, default=None)
    health: str | None = holds(TEXT, default=None)
    attendance_basis_points: int | None = None
    suspension_days: int | None = None
    strengths: str | None = holds(TEXT, default=None)
    triggers: str | None = holds(TEXT, default=None)
    strategies_tried: str | None = holds(TEXT, default=None)
    risk_assessment: str | None = holds(TEXT, default=None)
    free_school_meals: bool | None = None
    transport: str | None = holds(TEXT, default=None)
    unknown: tuple[Unknown, ...] = ()


@value
class ReferralDetails:
    """What a referral says beside the picture. `link_person` speaks for the school at meetings."""

    uln: str | None = holds(CODE, default=None)
    roll_status: RollStatus | None = None
    hospital: str | None = holds(LINE, default=None)
    medication: str | None = holds(TEXT, default=None)
    interpreter: str | None = holds(LINE, default=None)
    previous_schools: tuple[str, ...] = holds(LABEL, default=())
    link_person: str | None = holds(STAFF, default=None)


@value
class OverrideReason:
    """Why a proposal goes on although something speaks against the provider."""

    override: ProposalOverride
    reason: str = holds(TEXT)
