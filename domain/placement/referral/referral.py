"""The referral: drafting it, and submitting it complete."""

import re
from datetime import date

from domain.access.controllers import UNKNOWN_ID, PupilUnknown, controller_of, may_draft
from domain.law import powers, school_age
from domain.law.bases import BASES, is_placement
from domain.placement import pupil_flags
from domain.placement.ages import referred
from domain.placement.facts import Facts
from domain.placement.guards import at_least, basis_points, not_future
from domain.placement.referral.grounds import NoEhcPlan
from domain.placement.state import Placement, evolve, initial
from domain.placement.step import Named, Numbered
from domain.shared import upn
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import CommissionerKind, LegalBasis, PrimaryReason, PupilFlag, RollStatus
from events.definition import value
from events.ids import CommandId, PersonId, PupilId, Urn, derived_id
from events.placement.other_streams import PupilFlagsTaken
from events.placement.referral import ReferralDrafted, ReferralSubmitted
from events.values.referral import Objective, Pupil, ReferralDetails, ReferralPicture


@value
class DraftReferral:
    """Start a referral for a pupil of a home school.

    `pupil_id` names a pupil known from an earlier placement; without it the pupil is new. Where the school has a pupil
    with this UPN already, name that one, or say with `another_child` that this is somebody else.
    """

    home_school_urn: Urn
    commissioner: CommissionerKind
    legal_basis: LegalBasis
    pupil: Pupil
    pupil_id: PupilId | None = None
    another_child: bool = False


@value
class SubmitReferral:
    """Submit the referral, complete and signed off by a senior leader."""

    primary_reason: PrimaryReason | None = None
    provision_requested: str | None = None
    sessions_requested: int | None = None
    proposed_days: int | None = None
    objectives: tuple[Objective, ...] = ()
    parent_informed_on: date | None = None
    signed_off_by: PersonId | None = None
    picture: ReferralPicture | None = None
    details: ReferralDetails | None = None


class SchoolUnknown(Rejected):
    """The home school's calendar defines school days, so the school is registered first."""

    code = "school_unknown"
    title = "The home school is not registered"


class ErasureFollows(Rejected):
    """What is to be erased takes in every placement of the pupil: a new one would lose its data as soon as it ends.

    Draft the referral without the pupil's earlier id, as of a new pupil.
    """

    code = "erasure_follows"
    title = "The pupil's personal data are to be erased"
    legal_refs = ("UK GDPR art 17(1)",)


class PupilKnown(Rejected):
    """The school has a pupil with this UPN, and a child has one record. Name that pupil, or say that this is another.

    `offers` has the id of the pupil. Two children have one number only by a slip, which is then put right.
    """

    code = "pupil_known"
    title = "The school has a pupil with this UPN"
    legal_refs = ("UK GDPR art 5(1)(d)",)

    def __init__(self, known: tuple[PupilId, ...]) -> None:
        super().__init__(
            "Name the pupil, by the id offered here, as pupil_id. If this is another child, say so with another_child.",
            pointer="/pupil_id",
        )
        self.offers = tuple(str(each) for each in known)


class CommissionerMismatch(Rejected):
    """The kind of the commissioner decides which law binds: it is the home school's own kind, or the authority."""

    code = "commissioner_mismatch"
    title = "The commissioner is not of the home school's kind"


class ReferralIncomplete(Rejected):
    """A referral gives the whole picture. What cannot be known yet is left out with a reason, under `unknown`."""

    code = "referral_incomplete"
    title = "The referral is not complete"


class ObjectiveMissing(Rejected):
    """Objectives are agreed and set out in writing: at least one, with its baseline and target."""

    code = "objective_missing"
    title = "The referral has no objective"


class NotOnRoll(Rejected):
    """Only a pupil registered at the school can be directed off site by it."""

    code = "not_on_roll"
    title = "The pupil is not on the home school's roll"
    legal_refs = ("Education Act 2002 s 29A",)


class DetailUnsound(Rejected):
    """A unique learner number has ten digits, and year groups run from 0, Reception, to 14."""

    code = "detail_unsound"
    title = "A detail of the referral is not sound"


class RollMismatch(Rejected):
    """Whether the pupil is on the home school's roll is said twice, and both say the same."""

    code = "roll_mismatch"
    title = "The roll status does not fit"


class ReasonMismatch(Rejected):
    """The main reason is why the placement was commissioned, not the pupil's need: an exclusion goes before any other.

    Returns to the Department for Education count placements by it.
    """

    code = "reason_mismatch"
    title = "The main reason does not fit the legal basis"


def pupil_of(command: DraftReferral, command_id: CommandId) -> PupilId:
    """The pupil that a draft is about: the one named, or the one that the command introduces."""
    return command.pupil_id or PupilId(derived_id(command_id, "pupil"))


def is_named(command: DraftReferral, command_id: CommandId) -> bool:
    """Whether the client said which pupil it is: the id that it left out follows from the command's."""
    return command.pupil_id not in {None, derived_id(command_id, "pupil")}


def named(_state: Placement, command: DraftReferral, command_id: CommandId) -> Named:
    pupil_id = pupil_of(command, command_id)
    return Named(
        school_urn=command.home_school_urn,
        pupil_id=pupil_id,
        numbered=Numbered(
            pupil_id=pupil_id,
            number=command.pupil.upn,
            school_urn=command.home_school_urn,
            commissioner=command.commissioner,
        ),
    )


def draft(_state: Placement, command: DraftReferral, facts: Facts) -> tuple[ReferralDrafted, ...]:
    # Says nothing of the pupil.
    refuse(_successor(command, facts))
    refuse(_own_pupil(command, facts))
    refuse(
        _urn(command.home_school_urn),
        *_commissioner(command, facts),
        ErasureFollows("Leave the pupil's id out: they begin anew.", pointer="/pupil_id")
        if facts.erasure_settled
        else None,
        PupilKnown(facts.same_number)
        if facts.same_number and not command.another_child and not is_named(command, facts.command_id)
        else None,
    )
    drafted = ReferralDrafted(
        placement_id=facts.placement_id,
        pupil_id=pupil_of(command, facts.command_id),
        home_school_urn=command.home_school_urn,
        commissioner=command.commissioner,
        legal_basis=command.legal_basis,
        pupil=command.pupil,
    )
    refuse(*sound_draft(drafted, initial(), facts))
    return (drafted,)


def _own_pupil(command: DraftReferral, facts: Facts) -> PupilUnknown | None:
    """Alone and before all else: who may not use the id learns nothing else about it."""
    la_code = facts.school.la_code if facts.school else None
    controller = controller_of(command.commissioner, command.home_school_urn, la_code)
    if facts.owned is None or may_draft(facts.owned, controller, command.home_school_urn, facts.actor.org_id):
        return None
    return PupilUnknown(UNKNOWN_ID, pointer="/pupil_id")


def _successor(command: DraftReferral, facts: Facts) -> SchoolUnknown | None:
    if facts.school is None or not any(each.urn == command.home_school_urn for each in facts.former):
        return None
    return SchoolUnknown(
        f"The school with URN {facts.school.urn} took this one's place: refer its pupils there.",
        pointer="/home_school_urn",
    )


def _urn(urn: Urn) -> SchoolUnknown | None:
    if re.fullmatch(r"[0-9]{6}", urn):
        return None
    return SchoolUnknown("A URN has six digits.", pointer="/home_school_urn")


def _commissioner(command: DraftReferral, facts: Facts) -> tuple[Rejected | None, ...]:
    if facts.school is None or facts.school.urn != command.home_school_urn:
        return (SchoolUnknown("Register the home school and publish its calendar first.", pointer="/home_school_urn"),)
    kind = facts.school.kind
    assert kind is not None
    return (
        None
        if command.commissioner in {CommissionerKind.LA, kind}
        else CommissionerMismatch(
            "Give the kind that the home school is registered with, or la.", pointer="/commissioner"
        ),
        powers.may_ever_use(command.commissioner, command.legal_basis, school=kind),
    )


def sound_draft(event: ReferralDrafted, _state: Placement, facts: Facts) -> list[Rejected | None]:
    """What is incomplete in a draft, its submission finds."""
    if event.pupil is None:
        return []
    born_on = event.pupil.born_on
    told = [parent.informed_on for parent in event.pupil.parents if parent.informed_on is not None]
    return [
        not_future(born_on, facts.today, "/pupil/born_on")
        # Whether there is an EHC plan is known once the referral is submitted.
        or referred(event.legal_basis, born_on, facts.begins_on, plan=True, pointer="/pupil/born_on"),
        *(not_future(each, facts.today, "/pupil/parents") for each in told),
    ]


def sound_referral(event: SubmitReferral | ReferralSubmitted, state: Placement, facts: Facts) -> list[Rejected | None]:
    number = upn.parse(state.pupil.upn) if state.pupil else ReferralIncomplete("The pupil's details are gone.")
    plan = event.picture is not None and PupilFlag.EHCP in event.picture.flags
    # A correction of later days does not make the pupil older.
    on = facts.today if isinstance(event, SubmitReferral) else facts.begins_on
    return [
        *_pupil_gaps(state.pupil),
        *_request_gaps(event),
        *_picture_gaps(event.picture),
        number if isinstance(number, Rejected) else None,
        referred(state.legal_basis, state.pupil.born_on, on, plan=plan, pointer=None)
        if state.pupil and state.legal_basis
        else None,
        is_placement(state.legal_basis),
        _on_roll(state, event.picture),
        _reason(state, event.primary_reason),
        _plan(state, event.picture),
        *_figures(event.picture),
        *_details(state, event),
        not_future(event.parent_informed_on, facts.today, "/parent_informed_on") if event.parent_informed_on else None,
    ]


def _figures(picture: ReferralPicture | None) -> list[Rejected | None]:
    if picture is None:
        return []
    return [
        None
        if picture.attendance_basis_points is None
        else basis_points(picture.attendance_basis_points, "/picture/attendance_basis_points"),
        None
        if picture.suspension_days is None
        else at_least(picture.suspension_days, 0, "The days of suspension", "/picture/suspension_days"),
    ]


def submit(state: Placement, command: SubmitReferral, facts: Facts) -> tuple[ReferralSubmitted | PupilFlagsTaken, ...]:
    refuse(*sound_referral(command, state, facts), pupil_flags.agree(command.picture, facts))
    assert state.pupil is not None
    assert command.primary_reason is not None
    assert command.sessions_requested is not None
    assert command.proposed_days is not None
    assert command.parent_informed_on is not None
    assert command.signed_off_by is not None
    submitted = (
        ReferralSubmitted(
            primary_reason=command.primary_reason,
            sessions_requested=command.sessions_requested,
            proposed_days=command.proposed_days,
            parent_informed_on=command.parent_informed_on,
            signed_off_by=command.signed_off_by,
            upn_warnings=upn_warnings(state.pupil),
            provision_requested=command.provision_requested,
            objectives=command.objectives,
            picture=command.picture,
            details=command.details,
            warnings=year_warnings(state.pupil, facts.today),
        ),
    )
    return (*submitted, *pupil_flags.taken(evolve(state, *submitted), facts))


def _gap(given: object, what: str, pointer: str | None) -> ReferralIncomplete | None:
    blank = given in (None, ()) or (isinstance(given, str) and not visible(given))
    return ReferralIncomplete(f"Give {what}.", pointer=pointer) if blank else None


def _pupil_gaps(pupil: Pupil | None) -> list[Rejected | None]:
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
    return [_gap(given, f"{what}: correct the draft's pupil", None) for what, given in wanted.items()]


def _request_gaps(command: SubmitReferral | ReferralSubmitted) -> list[Rejected | None]:
    objectives_sound = all(
        visible(aim.text) and visible(aim.baseline) and visible(aim.target) for aim in command.objectives
    )
    return [
        _gap(command.primary_reason, "the main reason for the placement", "/primary_reason"),
        _gap(command.provision_requested, "the provision asked for", "/provision_requested"),
        _gap(command.sessions_requested, "the sessions a week asked for", "/sessions_requested"),
        None
        if command.sessions_requested is None
        else at_least(command.sessions_requested, 1, "The number of sessions a week", "/sessions_requested"),
        _gap(command.proposed_days, "the length asked for, in school days", "/proposed_days"),
        None
        if command.proposed_days is None
        else at_least(command.proposed_days, 1, "The length in school days", "/proposed_days"),
        _gap(command.parent_informed_on, "the day on which a parent was told", "/parent_informed_on"),
        _gap(command.signed_off_by, "the senior leader who signed it off", "/signed_off_by"),
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
    "plan_la_code": "the authority that maintains the EHC plan",
    "section_f_summary": "a summary of section F of the EHC plan",
    "section_i_school": "the school named in section I of the EHC plan",
}
_IN_SOCIAL_CARE = {"social_care_contact": "the social care contact"}
_SOCIAL_CARE_FLAGS = {PupilFlag.LOOKED_AFTER, PupilFlag.SOCIAL_WORKER, PupilFlag.CHILD_PROTECTION}


def _picture_gaps(picture: ReferralPicture | None) -> list[Rejected | None]:
    if picture is None:
        return [ReferralIncomplete("Describe the pupil's situation.", pointer="/picture")]
    wanted = dict(_PICTURE)
    if PupilFlag.EHCP in picture.flags:
        wanted |= _WITH_PLAN
    if _SOCIAL_CARE_FLAGS & set(picture.flags):
        wanted |= _IN_SOCIAL_CARE
    excused = {unknown.field for unknown in picture.unknown if visible(unknown.reason)}
    return [
        _gap(getattr(picture, field), f"{what}, or say under unknown why not", f"/picture/{field}")
        for field, what in wanted.items()
        if field not in excused
    ]


def _on_roll(state: Placement, picture: ReferralPicture | None) -> NotOnRoll | None:
    assert state.legal_basis is not None
    if not BASES[state.legal_basis].on_roll or picture is None or picture.on_roll is not False:
        return None
    return NotOnRoll("A school can direct off site only a pupil on its own roll.", pointer="/picture/on_roll")


def _plan(state: Placement, picture: ReferralPicture | None) -> NoEhcPlan | None:
    assert state.legal_basis is not None
    basis = BASES[state.legal_basis]
    if picture is None or not basis.ehc_plan or PupilFlag.EHCP in picture.flags:
        return None
    return NoEhcPlan(f"There is no {basis.words} without one.", pointer="/picture/flags")


def _reason(state: Placement, given: PrimaryReason | None) -> ReasonMismatch | None:
    assert state.legal_basis is not None
    basis = BASES[state.legal_basis]
    if given is None or basis.reason in {None, given}:
        return None
    return ReasonMismatch(f"For {basis.words} the main reason is {basis.reason}.", pointer="/primary_reason")


_LAST_YEAR_GROUP = 14


def _details(state: Placement, command: SubmitReferral | ReferralSubmitted) -> list[Rejected | None]:
    year = state.pupil.year_group if state.pupil else 0
    findings: list[Rejected | None] = [
        None
        if 0 <= year <= _LAST_YEAR_GROUP
        else DetailUnsound("The year group is out of range: correct the draft's pupil.")
    ]
    if command.details is None:
        return findings
    uln, roll = command.details.uln, command.details.roll_status
    on_roll = command.picture.on_roll if command.picture else None
    return [
        *findings,
        None
        if uln is None or re.fullmatch(r"[0-9]{10}", uln)
        else DetailUnsound("A unique learner number has ten digits.", pointer="/details/uln"),
        RollMismatch("The picture says otherwise of the home school's roll.", pointer="/details/roll_status")
        if None not in {roll, on_roll} and on_roll is (roll is RollStatus.NONE)
        else None,
    ]


def upn_warnings(pupil: Pupil) -> tuple[str, ...]:
    number = upn.parse(pupil.upn)
    return number.warnings if isinstance(number, upn.Upn) else ()


def year_warnings(pupil: Pupil, on: date) -> tuple[str, ...]:
    """Codes of what is odd but no reason to refuse: a pupil may be taught outside their own year."""
    if pupil.year_group == school_age.year_group(pupil.born_on, on):
        return ()
    return ("year_group_unusual",)
