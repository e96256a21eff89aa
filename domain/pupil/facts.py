"""What a decision about a pupil's own record may rely on beside its state."""

from dataclasses import dataclass
from datetime import date

from domain.access.controllers import Ownership
from events.envelope import Actor
from events.ids import CommandId, PupilId
from events.values.referral import Pupil, ReferralPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class Copyable:
    """What is on record of a pupil beside the pupil's own stream: from the placement that was changed last."""

    pupil: Pupil | None = None
    picture: ReferralPicture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilFacts:
    """`owned` says whose the record is, from its first draft where the record itself does not; None: no such pupil.

    For a hand-over, `receiver_known`: the organisation is a council, or a school that is registered here; and `own` is
    what may be copied.
    """

    pupil_id: PupilId
    command_id: CommandId
    actor: Actor
    today: date
    owned: Ownership | None
    receiver_known: bool = False
    own: Copyable = Copyable()
