"""To which organisation a pupil's record and its key belong: it alone writes there, hands over and erases.

An organisation is written as in an actor: `school:<urn>` or `la:<code>`.
"""

from dataclasses import dataclass

from domain.shared.errors import Rejected
from events.codes import CommissionerKind
from events.ids import Urn


class PupilUnknown(Rejected):
    """A pupil's record belongs to one organisation: the school that commissions, or the council where it arranges.

    Another organisation gets a record of its own: leave the id out, or let the controller hand the record over.
    """

    code = "pupil_unknown"
    title = "No pupil has this id"
    legal_refs = ("UK GDPR art 5(1)(f)",)


class NotController(Rejected):
    """Only the organisation that a pupil's record belongs to writes in it, hands it over, or decides on its erasure."""

    code = "not_controller"
    title = "The pupil's record belongs to another organisation"
    legal_refs = ("UK GDPR art 5(1)(f)", "UK GDPR art 24")


UNKNOWN_ID = "No pupil has this id. Leave it out for a new one."
"""The same words for the id of another organisation's pupil as for an id that something else has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whose a pupil's record is. `schools` are the home schools of its placements.

    Until a draft of the pupil is accepted nothing is `opened`, and the id belongs to who first drafted with it.
    `claimed_by` is the controller that the record began with, and its key is claimed for: a school whose place the
    controller took since, or the same.
    """

    controller: str | None
    claimed_by: str | None = None
    opened: bool = True
    schools: frozenset[Urn] = frozenset()


def school_org(urn: Urn) -> str:
    return f"school:{urn}"


def council_org(la_code: str) -> str:
    return f"la:{la_code}"


def controller_of(commissioner: CommissionerKind, home_school_urn: Urn, la_code: str | None) -> str | None:
    """The controller of a placement: who commissions it. None where the council is, and is not known."""
    if commissioner is not CommissionerKind.LA:
        return school_org(home_school_urn)
    return council_org(la_code) if la_code else None


def is_of(owned: Ownership, commissioner: CommissionerKind, home_school_urn: Urn, la_code: str | None) -> bool:
    """Whether a placement is one of the controller's own: it commissions it, or is the home school.

    A record from before controllers were recorded may have been used by others as well.
    """
    return owned.controller in {school_org(home_school_urn), controller_of(commissioner, home_school_urn, la_code)}


def may_draft(owned: Ownership, controller: str | None, home_school_urn: Urn, org_id: str | None) -> bool:
    """Whether a draft for this controller and home school, by somebody of an organisation, may use the pupil's id.

    A school that has a placement of the pupil uses the council's record of the pupil for the council's placements.
    """
    if not owned.opened:
        return owned.controller == org_id
    if owned.controller != controller:
        return False
    return org_id == controller or (home_school_urn in owned.schools and org_id == school_org(home_school_urn))


def of_controller(owned: Ownership | None, org_id: str | None) -> NotController | None:
    """Why somebody of an organisation may not decide on the pupil's whole record."""
    if owned is None or owned.controller == org_id:
        return None
    return NotController("This is decided by the organisation that the pupil's record belongs to.")
