"""What can happen to a pupil's own record, beside any placement: whose it is, the pupil's flags, a hand-over.

The stream is sealed under the pupil's key and is erased with it.
"""

from datetime import date

from events.codes import HandOverPart, PupilFlag
from events.definition import event, personal
from events.ids import HandOverId, PupilId
from events.kinds import CONTACT, FACT, NAME, PARTS, TEXT
from events.values.decision import PlanCouncil
from events.values.referral import Pupil, ReferralPicture


@event()
class PupilRegistered:
    """The pupil's record is open. It and its key belong to one controller: the school or council that commissions.

    `controller` is written as in an actor: `school:<urn>` or `la:<code>`.
    """

    pupil_id: PupilId
    controller: str


@event(occurred="effective_on")
class PupilFlagsChanged:
    """From this day the pupil has these flags and no others; `plan` is the council that maintains the EHC plan.

    What the law asked of a placement before the day of recording, it asked by what was known then.
    """

    effective_on: date
    recorded_on: date
    flags: tuple[PupilFlag, ...] = personal(FACT, default=())
    plan: PlanCouncil | None = personal(PARTS)
    reason: str | None = personal(TEXT)


@event(occurred="agreed_on")
class ElectronicServiceAgreed:
    """A parent, or the pupil from 18, agreed to be served by e-mail at this address, until it is withdrawn."""

    agreed_on: date
    parent: str | None = personal(NAME)
    email: str | None = personal(CONTACT)
    how: str | None = personal(TEXT)


@event(occurred="withdrawn_on")
class ElectronicServiceWithdrawn:
    """From this day a parent, or the pupil from 18, is no longer served by e-mail."""

    withdrawn_on: date
    parent: str | None = personal(NAME)
    reason: str | None = personal(TEXT)


@event(occurred="handed_over_on")
class PupilHandedOver:
    """Another organisation now has a record of its own of this pupil, with a copy of the parts that are named."""

    hand_over_id: HandOverId
    handed_over_on: date
    to_controller: str
    to_pupil_id: PupilId
    copied: tuple[HandOverPart, ...]
    reason: str | None = personal(TEXT)


@event(occurred="received_on")
class PupilReceived:
    """The record begins with a copy that another organisation handed over, and keeps the link to that one's record."""

    hand_over_id: HandOverId
    received_on: date
    from_controller: str
    from_pupil_id: PupilId
    copied: tuple[HandOverPart, ...]
    pupil: Pupil | None = personal(PARTS)
    flags: tuple[PupilFlag, ...] = personal(FACT, default=())
    plan: PlanCouncil | None = personal(PARTS)
    picture: ReferralPicture | None = personal(PARTS)


PupilEvent = (
    PupilRegistered
    | PupilFlagsChanged
    | PupilHandedOver
    | PupilReceived
    | ElectronicServiceAgreed
    | ElectronicServiceWithdrawn
)
