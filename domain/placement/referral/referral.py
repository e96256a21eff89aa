"""What a referral says, and what it must not leave out."""

from datetime import date

from domain.placement.guards import at_least
from domain.shared.errors import Rejected
from domain.shared.text import visible
from events.codes import PrimaryReason, PupilFlag
from events.definition import asked, value
from events.ids import PersonId
from events.placement.referral import ReferralSubmitted
from events.values.referral import Objective, Pupil, ReferralDetails, ReferralPicture


@value
class SubmitReferral:
    """Submit the referral, complete and signed off by a senior leader."""

    primary_reason: PrimaryReason | None = asked("Main reason for the placement", default=None)
    provision_requested: str | None = asked(
        "What provision do you want for the pupil?",
        hint="For example, 3 days a week of construction, with English and maths at school",
        default=None,
    )
    sessions_requested: int | None = asked(
        "Sessions a week", hint="A full week is 10 sessions: a morning and an afternoon each day", default=None
    )
    proposed_days: int | None = asked("How many school days should the placement last?", default=None)
    objectives: tuple[Objective, ...] = asked(
        "Objectives", hint="What the placement is meant to achieve. Each one can be measured", default=()
    )
    parent_informed_on: date | None = asked("When did you tell the parent about the referral?", default=None)
    signed_off_by: PersonId | None = asked("Senior leader who signed the referral off", default=None)
    picture: ReferralPicture | None = asked("The pupil's situation", default=None)
    details: ReferralDetails | None = asked("More about the pupil", default=None)


class ReferralIncomplete(Rejected):
    """A referral describes the pupil's whole situation. If something is not known yet, leave it out and give the
    reason under `unknown`.
    """

    code = "referral_incomplete"
    title = "The referral is not complete"


class ObjectiveMissing(Rejected):
    """Objectives are agreed and set out in writing: at least one, with its baseline and target."""

    code = "objective_missing"
    title = "The referral has no objective"


def gap(given: object, what: str, pointer: str | None) -> ReferralIncomplete | None:
    blank = given in (None, ()) or (isinstance(given, str) and not visible(given))
    return ReferralIncomplete(f"Give {what}.", pointer=pointer) if blank else None


def pupil_gaps(pupil: Pupil | None) -> list[Rejected | None]:
    """The pupil came with the draft, so these have no place in the body: they are put right by a correction."""
    if pupil is None:
        return []
    wanted = {
        "the pupil's legal name": pupil.legal_name,
        "the pupil's sex": pupil.sex,
        "the pupil's address": pupil.address,
        "the language spoken at home": pupil.home_language,
        "at least one parent": pupil.parents,
    }
    return [gap(given, f"{what}: correct the draft's pupil", None) for what, given in wanted.items()]


def request_gaps(command: SubmitReferral | ReferralSubmitted) -> list[Rejected | None]:
    objectives_sound = all(
        visible(aim.text) and visible(aim.baseline) and visible(aim.target) for aim in command.objectives
    )
    return [
        gap(command.primary_reason, "the main reason for the placement", "/primary_reason"),
        gap(command.provision_requested, "the provision asked for", "/provision_requested"),
        gap(command.sessions_requested, "the sessions a week asked for", "/sessions_requested"),
        None
        if command.sessions_requested is None
        else at_least(command.sessions_requested, 1, "The number of sessions a week", "/sessions_requested"),
        gap(command.proposed_days, "the length asked for, in school days", "/proposed_days"),
        None
        if command.proposed_days is None
        else at_least(command.proposed_days, 1, "The length in school days", "/proposed_days"),
        gap(command.parent_informed_on, "the day on which a parent was told", "/parent_informed_on"),
        gap(command.signed_off_by, "the senior leader who signed it off", "/signed_off_by"),
        None
        if command.objectives and objectives_sound
        else ObjectiveMissing(
            "Give at least one objective, each with its text, baseline and target.", pointer="/objectives"
        ),
    ]


_PICTURE = {
    "on_roll": "whether the pupil is on the home school's roll",
    "sen_status": "the pupil's SEN status",
    "health": "the pupil's health and medication",
    "attendance_basis_points": "the pupil's attendance",
    "suspension_days": "the days of suspension",
    "strengths": "the pupil's strengths",
    "triggers": "what triggers the pupil's difficulties",
    "strategies_tried": "what was tried before, and its effect",
    "risk_assessment": "the risk assessment",
    "free_school_meals": "whether the pupil has free school meals",
    "transport": "the transport arrangements",
}
_WITH_PLAN = {
    "sen_need": "the special educational need",
    "plan_la_code": "the council that maintains the EHC plan",
    "section_f_summary": "a summary of section F of the EHC plan",
    "section_i_school": "the school named in section I of the EHC plan",
}
_IN_SOCIAL_CARE = {"social_care_contact": "the social care contact"}
PICTURE_FIELDS = {**_PICTURE, **_WITH_PLAN, **_IN_SOCIAL_CARE}
"""What of the pupil's situation may be not known yet, by field, in words."""
_SOCIAL_CARE_FLAGS = {PupilFlag.LOOKED_AFTER, PupilFlag.SOCIAL_WORKER, PupilFlag.CHILD_PROTECTION}


def picture_gaps(picture: ReferralPicture | None) -> list[Rejected | None]:
    if picture is None:
        return [ReferralIncomplete("Describe the pupil's situation.", pointer="/picture")]
    wanted = dict(_PICTURE)
    if PupilFlag.EHCP in picture.flags:
        wanted |= _WITH_PLAN
    if _SOCIAL_CARE_FLAGS & set(picture.flags):
        wanted |= _IN_SOCIAL_CARE
    excused = {unknown.field for unknown in picture.unknown if visible(unknown.reason)}
    return [
        gap(getattr(picture, field), f"{what}, or say under unknown why not", f"/picture/{field}")
        for field, what in wanted.items()
        if field not in excused
    ]
