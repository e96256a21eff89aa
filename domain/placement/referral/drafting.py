"""A referral is drafted: for which pupil, by which school, and who commissions."""

import re

from domain.access.controllers import UNKNOWN_ID, PupilUnknown, controller_of, may_draft
from domain.law import powers
from domain.placement.ages import referred
from domain.placement.facts import Facts
from domain.placement.guards import not_future
from domain.placement.state import Placement, initial
from domain.placement.step import Named, Numbered
from domain.shared.errors import Rejected, refuse
from events.codes import CommissionerKind, LegalBasis
from events.definition import asked, value
from events.ids import CommandId, PupilId, Urn, derived_id
from events.placement.referral import ReferralDrafted
from events.values.referral import Pupil


@value
class DraftReferral:
    """Start a referral for a pupil of a home school.

    `pupil_id` names a pupil known from an earlier placement; without it the pupil is new. Where the school has a pupil
    with this UPN already, name that one, or say with `another_child` that this is somebody else.
    """

    home_school_urn: Urn = asked("Home school", hint="The school where the pupil is on roll")
    commissioner: CommissionerKind = asked("Who arranges and pays for the placement")
    legal_basis: LegalBasis = asked(
        "Legal basis", hint="This decides which law binds the placement, and cannot be changed later"
    )
    pupil: Pupil = asked("The pupil")
    pupil_id: PupilId | None = asked(
        "Pupil who has had a placement before", hint="Leave this empty for a new pupil", default=None
    )
    another_child: bool = asked(
        "Is this a different child from others who have the same UPN?",
        hint="Say yes only if you have checked that both numbers are right",
        default=False,
    )


class SchoolUnknown(Rejected):
    """The home school's calendar defines school days, so the school is registered first."""

    code = "school_unknown"
    title = "The home school is not registered"


class ErasureFollows(Rejected):
    """The erasure includes every placement of the pupil. A new placement would lose its data as soon as it ends.

    Draft the referral without the pupil's earlier id, as for a new pupil.
    """

    code = "erasure_follows"
    title = "The pupil's personal data will be erased"
    legal_refs = ("UK GDPR art 17(1)",)


class PupilKnown(Rejected):
    """The school has a pupil with this UPN, and a child has one record. Name that pupil, or say that this is another.

    `offers` has the id of the pupil. If two children have the same number, one of the numbers is wrong: correct it.
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
    """The kind of commissioner decides which law applies. It is the home school's own kind, or the council."""

    code = "commissioner_mismatch"
    title = "The commissioner is not of the home school's kind"


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
        ErasureFollows("Leave out the pupil's id to begin a new record.", pointer="/pupil_id")
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
            "Give the kind of school that the home school is registered as, or la.", pointer="/commissioner"
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
