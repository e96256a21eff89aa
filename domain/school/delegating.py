"""The power to direct pupils off site, which the governing body or trust board may let the head use."""

from datetime import date

from domain.school.facts import SchoolFacts
from domain.school.state import Delegation, School
from domain.shared.errors import Rejected, refuse
from events.codes import Role
from events.definition import asked, value
from events.ids import DelegationId
from events.school import DelegationGranted, DelegationRevoked


@value
class GrantDelegation:
    """Record that the governing body or trust board lets the head direct pupils off site, until when and by what id."""

    delegation_id: DelegationId = asked("Number of the delegation")
    granted_on: date = asked("When was it granted?")
    to_role: Role = asked("Who may direct pupils off site?", default=Role.HEAD)
    until_on: date | None = asked("Until when?", hint="Leave empty if it has no end", default=None)


@value
class RevokeDelegation:
    """Record that the governing body or trust board took its power to direct pupils off site back."""

    delegation_id: DelegationId = asked("Delegation")
    revoked_on: date = asked("When was it taken back?")


class DelegationUnsound(Rejected):
    """The power to direct off site belongs to the governing body or the trust board, which may delegate it to the
    head.

    A delegation has an id of its own, and does not end before it begins.
    """

    code = "delegation_unsound"
    title = "The delegation is not correct"
    legal_refs = ("Education Act 2002 s 29A",)


class DelegationUnknown(Rejected):
    """Only a delegation that was granted and has not been revoked can be revoked."""

    code = "delegation_unknown"
    title = "There is no such delegation to revoke"


def grant(state: School, command: GrantDelegation, _facts: SchoolFacts) -> tuple[DelegationGranted, ...]:
    refuse(
        None
        if command.to_role is Role.HEAD
        else DelegationUnsound(
            "The power is delegated to the head. The body's delegate already has it.", pointer="/to_role"
        ),
        DelegationUnsound("Another delegation has this id.", pointer="/delegation_id")
        if _delegation(state, command.delegation_id)
        else None,
        DelegationUnsound("It must not end before it begins.", pointer="/until_on")
        if command.until_on is not None and command.until_on < command.granted_on
        else None,
    )
    return (
        DelegationGranted(
            delegation_id=command.delegation_id,
            to_role=command.to_role,
            granted_on=command.granted_on,
            until_on=command.until_on,
        ),
    )


def revoke(state: School, command: RevokeDelegation, _facts: SchoolFacts) -> tuple[DelegationRevoked, ...]:
    found = _delegation(state, command.delegation_id)
    refuse(
        DelegationUnknown("Name a delegation that is on record and not revoked.", pointer="/delegation_id")
        if found is None or found.revoked_on is not None
        else None,
        DelegationUnsound("It cannot be revoked before it was granted.", pointer="/revoked_on")
        if found is not None and command.revoked_on < found.granted_on
        else None,
    )
    return (DelegationRevoked(delegation_id=command.delegation_id, revoked_on=command.revoked_on),)


def _delegation(state: School, delegation_id: DelegationId) -> Delegation | None:
    return next((each for each in state.delegations if each.delegation_id == delegation_id), None)
