"""A referral is submitted: its parts agree with each other and with the pupil."""

import re
from datetime import date

from domain.law import school_age
from domain.law.bases import BASES, is_placement
from domain.placement import pupil_flags
from domain.placement.ages import referred
from domain.placement.facts import Facts
from domain.placement.guards import at_least, basis_points, not_future
from domain.placement.referral.grounds import NoEhcPlan
from domain.placement.referral.referral import (
    ReferralIncomplete,
    SubmitReferral,
    picture_gaps,
    pupil_gaps,
    request_gaps,
)
from domain.placement.state import Placement, evolve
from domain.shared import upn
from domain.shared.errors import Rejected, refuse
from events.codes import PrimaryReason, PupilFlag, RollStatus
from events.placement.other_streams import PupilFlagsTaken
from events.placement.referral import ReferralSubmitted
from events.values.referral import Pupil, ReferralPicture


class NotOnRoll(Rejected):
    """Only a pupil registered at the school can be directed off site by it."""

    code = "not_on_roll"
    title = "The pupil is not on the home school's roll"
    legal_refs = ("Education Act 2002 s 29A",)


class DetailUnsound(Rejected):
    """A unique learner number has ten digits, and year groups run from 0, Reception, to 14."""

    code = "detail_unsound"
    title = "A detail of the referral is not correct"


class RollMismatch(Rejected):
    """Two answers say if the pupil is on the home school's roll. Both must say the same."""

    code = "roll_mismatch"
    title = "The answers about the school roll do not match"


class ReasonMismatch(Rejected):
    """The main reason is why the placement was commissioned, not the pupil's need. If there was an exclusion, that is
    the main reason.

    Returns to the Department for Education count placements by it.
    """

    code = "reason_mismatch"
    title = "The main reason does not fit the legal basis"


def sound_referral(event: SubmitReferral | ReferralSubmitted, state: Placement, facts: Facts) -> list[Rejected | None]:
    number = (
        upn.parse(state.referral.pupil.upn)
        if state.referral.pupil
        else ReferralIncomplete("The pupil's details have been erased.")
    )
    plan = event.picture is not None and PupilFlag.EHCP in event.picture.flags
    # A correction of later days does not make the pupil older.
    on = facts.today if isinstance(event, SubmitReferral) else facts.begins_on
    return [
        *pupil_gaps(state.referral.pupil),
        *request_gaps(event),
        *picture_gaps(event.picture),
        number if isinstance(number, Rejected) else None,
        referred(state.legal_basis, state.referral.pupil.born_on, on, plan=plan, pointer=None)
        if state.referral.pupil and state.legal_basis
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
    assert state.referral.pupil is not None
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
            upn_warnings=upn_warnings(state.referral.pupil),
            provision_requested=command.provision_requested,
            objectives=command.objectives,
            picture=command.picture,
            details=command.details,
            warnings=year_warnings(state.referral.pupil, facts.today),
        ),
    )
    return (*submitted, *pupil_flags.taken(evolve(state, *submitted), facts))


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
    year = state.referral.pupil.year_group if state.referral.pupil else 0
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
        RollMismatch("The answers about the home school's roll are different.", pointer="/details/roll_status")
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
