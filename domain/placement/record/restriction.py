"""Who may read the record is restricted, and the restriction lifted."""

from domain.placement.facts import Facts
from domain.placement.guards import written
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.codes import Role
from events.definition import asked, value
from events.ids import PersonId
from events.placement.record import AccessRestricted, AccessRestrictionLifted


@value
class RestrictAccess:
    """Restrict who may read the record to these roles and people, of those who can now. Auditors still can."""

    reader_roles: tuple[Role, ...] = asked("Roles that can still read the record")
    reason: str = asked("Why is access restricted?")
    reader_ids: tuple[PersonId, ...] = asked("People who can still read the record", default=())


@value
class LiftAccessRestriction:
    """Lift the restriction: whoever may see placements like this one may read it again."""

    reason: str = asked("Why is the restriction lifted?")


class RestrictionLocksOut(Rejected):
    """The person who restricts a record must still be able to read it, so that someone can lift the restriction."""

    code = "restriction_locks_out"
    title = "You would lock yourself out"


class NotRestricted(Rejected):
    """Only a restriction that is in force can be lifted."""

    code = "not_restricted"
    title = "The record is not restricted"


def sound_restriction(
    event: RestrictAccess | AccessRestricted, _state: Placement, _facts: Facts
) -> list[Rejected | None]:
    return [written(event.reason, "why access is restricted", "/reason")]


def sound_lifting(
    event: LiftAccessRestriction | AccessRestrictionLifted, _state: Placement, _facts: Facts
) -> list[Rejected | None]:
    return [written(event.reason, "why the restriction is lifted", "/reason")]


def restrict(state: Placement, command: RestrictAccess, facts: Facts) -> tuple[AccessRestricted, ...]:
    stays = facts.actor.role in command.reader_roles or facts.actor.id in command.reader_ids
    refuse(
        None if stays else RestrictionLocksOut("Name your own role, or yourself.", pointer="/reader_roles"),
        *sound_restriction(command, state, facts),
    )
    return (
        AccessRestricted(
            reader_roles=command.reader_roles,
            reader_ids=command.reader_ids,
            reason=command.reason,
        ),
    )


def lift(state: Placement, command: LiftAccessRestriction, facts: Facts) -> tuple[AccessRestrictionLifted, ...]:
    refuse(
        NotRestricted("There is no restriction to lift.") if state.around.restriction is None else None,
        *sound_lifting(command, state, facts),
    )
    return (AccessRestrictionLifted(reason=command.reason),)
