"""What a decision about a provider may rely on beside its state."""

from dataclasses import dataclass
from datetime import date

from events.envelope import Actor
from events.ids import CommandId, ProviderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """`provider_id` is the one that the command was sent to; `today` is the day in Europe/London.

    `placed_there`: whoever gives it sees a placement at the provider.
    """

    provider_id: ProviderId
    command_id: CommandId
    actor: Actor
    today: date
    placed_there: bool = False
