"""What a decision about a home school may rely on beside its state."""

from dataclasses import dataclass
from datetime import date

from domain.school.state import School
from events.envelope import Actor
from events.ids import CommandId, Urn


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolFacts:
    """`urn` is the one that the command was sent to; `actor` gave the command `command_id`, `today` in London.

    `successor` is the school that a conversion or a closure names; None where it is not registered.
    """

    urn: Urn
    actor: Actor
    command_id: CommandId
    today: date
    successor: School | None = None
