"""What a decision about a provider may rely on beside its state."""

from dataclasses import dataclass
from datetime import date

from domain.access.roles import OrgKind, organisation
from events.codes import Role
from events.envelope import Actor
from events.ids import CommandId, ProviderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """`provider_id` is the one that the command was sent to; `today` is the day in Europe/London.

    `placed_there`: whoever gives it sees a placement at the provider. `own_council`: of those who raised a concern that
    is open, the schools of the council that the actor works for, as in `Actor`. `is_a_pupil`: the id is a pupil's; it
    is gathered for a registration alone.
    """

    provider_id: ProviderId
    command_id: CommandId
    actor: Actor
    today: date
    placed_there: bool = False
    own_council: frozenset[str] = frozenset()
    is_a_pupil: bool = False

    @property
    def council(self) -> str | None:
        """The code of the council that an officer acts for."""
        found = organisation(self.actor.org_id) if self.actor.role is Role.LA_OFFICER else None
        return found.name if found is not None and found.kind is OrgKind.LA else None
