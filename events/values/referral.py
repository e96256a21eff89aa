"""Who the pupil is, and what a referral says of them."""

from datetime import date

from events.codes import (
    ParentStance,
    ProposalOverride,
    PupilFlag,
    RollStatus,
)
from events.definition import Question, asked, holds, value
from events.kinds import ADDRESS, CODE, CONTACT, LABEL, LINE, NAME, PUPIL_NAME, STAFF, TEXT


@value
class Objective:
    """A stated, measurable aim with its baseline and target."""

    id: str = holds(CODE)
    text: str = holds(TEXT, question=Question(label="What should the pupil achieve?"))
    baseline: str = holds(TEXT, question=Question(label="Where is the pupil now?"))
    target: str = holds(TEXT, question=Question(label="Where should the pupil be at the end?"))
    measure: str = holds(TEXT, question=Question(label="How is it measured?"))


@value
class Parent:
    name: str = holds(NAME, question=Question(label="Full name"))
    relationship: str = holds(LINE, question=Question(label="Relationship to the pupil", hint="For example, mother"))
    has_parental_responsibility: bool = asked("Does this person have parental responsibility?")
    contact: str = holds(
        CONTACT, question=Question(label="How to reach this person", hint="A telephone number or an email address")
    )
    stance: ParentStance = asked("Does this person agree to the placement?")
    informed_on: date | None = asked("When was this person told about it?", default=None)


@value
class Pupil:
    """Who the pupil is. Kept only in the personal part of an event."""

    legal_name: str = holds(PUPIL_NAME, question=Question(label="Full legal name"))
    born_on: date = asked("Date of birth", hint="For example, 27 3 2012")
    sex: str = holds(CODE, question=Question(label="Sex", hint="As the school's register has it"))
    upn: str = holds(
        CODE, question=Question(label="UPN", hint="A letter and 12 numbers or letters, for example A900001000001")
    )
    year_group: int = asked("Year group")
    address: str | None = holds(ADDRESS, default=None, question=Question(label="Home address"))
    home_language: str | None = holds(LINE, default=None, question=Question(label="Language spoken at home"))
    parents: tuple[Parent, ...] = asked("Parents", default=())


@value
class Unknown:
    """A field of the picture that the school cannot fill in yet, and why."""

    field: str = holds(CODE, question=Question(label="What is not known?"))
    reason: str = holds(TEXT, question=Question(label="Why is it not known yet?"))


@value
class ReferralPicture:
    """The pupil's situation as the school describes it. What is left out is in `unknown` with a reason.

    Attendance in hundredths of a per cent.
    """

    sen_status: str = holds(CODE, question=Question(label="SEN status"))
    on_roll: bool | None = asked("Is the pupil on the roll of the home school?", default=None)
    sen_need: str | None = holds(TEXT, default=None, question=Question(label="Special educational needs"))
    plan_la_code: str | None = holds(
        CODE,
        default=None,
        question=Question(label="Council that maintains the EHC plan", hint="Its 3 digit code, for example 831"),
    )
    section_f_summary: str | None = holds(
        TEXT, default=None, question=Question(label="Section F of the EHC plan, in short")
    )
    section_i_school: str | None = holds(
        LABEL, default=None, question=Question(label="School named in section I of the EHC plan")
    )
    flags: tuple[PupilFlag, ...] = asked("What else is true of the pupil?", default=())
    social_care_contact: str | None = holds(
        STAFF, default=None, question=Question(label="Social worker", hint="Name and how to reach them")
    )
    health: str | None = holds(TEXT, default=None, question=Question(label="Health"))
    attendance_basis_points: int | None = asked("Attendance this year", default=None)
    suspension_days: int | None = asked("Days of suspension this year", default=None)
    strengths: str | None = holds(TEXT, default=None, question=Question(label="Strengths and interests"))
    triggers: str | None = holds(TEXT, default=None, question=Question(label="What makes things difficult?"))
    strategies_tried: str | None = holds(
        TEXT, default=None, question=Question(label="What has been tried?", hint="And how it worked")
    )
    risk_assessment: str | None = holds(TEXT, default=None, question=Question(label="Risk assessment"))
    free_school_meals: bool | None = asked("Can the pupil get free school meals?", default=None)
    transport: str | None = holds(TEXT, default=None, question=Question(label="Transport to the provider"))
    unknown: tuple[Unknown, ...] = asked(
        "What is not known yet", hint="Each part you leave empty, with the reason", default=()
    )


@value
class ReferralDetails:
    """What a referral says beside the picture. `link_person` speaks for the school at meetings."""

    uln: str | None = holds(CODE, default=None, question=Question(label="ULN", hint="10 digits, for pupils from 14"))
    roll_status: RollStatus | None = asked("How is the pupil registered?", default=None)
    hospital: str | None = holds(LINE, default=None, question=Question(label="Hospital or clinic"))
    medication: str | None = holds(TEXT, default=None, question=Question(label="Medication"))
    interpreter: str | None = holds(LINE, default=None, question=Question(label="Interpreter needed"))
    previous_schools: tuple[str, ...] = holds(LABEL, default=(), question=Question(label="Previous schools"))
    link_person: str | None = holds(
        STAFF, default=None, question=Question(label="Who speaks for the school at meetings?")
    )


@value
class OverrideReason:
    """Why a proposal goes on although something speaks against the provider."""

    override: ProposalOverride = asked("What speaks against the provider?")
    reason: str = holds(TEXT, question=Question(label="Why do you go ahead?"))
