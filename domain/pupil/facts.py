"""What a decision about a pupil's own record may rely on beside its state."""

from dataclasses import dataclass
from datetime import date

from domain.controllers import Ownership
from events.envelope import Actor
from events.ids import CommandId, PupilId


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilFacts:
    """`owned` says whose the record is, from its first draft where the record itself does not; None: no such pupil."""

    pupil_id: PupilId
    command_id: CommandId
    actor: Actor
    today: date
    owned: Ownership | None
