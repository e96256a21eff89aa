"""Every command of a pupil's own record, a row each, and what follows from one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from domain.access.controllers import UNKNOWN_ID, PupilUnknown, of_controller
from domain.pupil import electronic, flags, handing
from domain.pupil.facts import PupilFacts
from domain.pupil.state import PupilRecord, PupilStage
from domain.shared.errors import refuse
from domain.shared.step import Command, Step, table
from events.codes import Role
from events.pupil import PupilEvent, PupilRegistered


def _no_receiver(_command: object) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilStep(Step[Command, PupilRecord, PupilFacts, PupilEvent, PupilStage], Generic[Command]):
    """One command of a pupil's own record.

    `receiver` is the organisation that the command hands the record over to: the facts say whether there is such a
    one, and what may be copied for it.
    """

    receiver: Callable[[Command], str | None] = _no_receiver


_ANY = frozenset(PupilStage)
_KEEPERS = frozenset({
    *(Role.CASE_WORKER, Role.HEAD, Role.DSL),
    *(Role.LA_OFFICER, Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER),
})  # fmt: skip

_ROWS = (
    PupilStep(flags.ChangePupilFlags, flags.change, stages=_ANY, by=_KEEPERS),
    PupilStep(electronic.RecordElectronicServiceAgreed, electronic.agree, stages=_ANY, by=_KEEPERS),
    PupilStep(electronic.RecordElectronicServiceWithdrawn, electronic.withdraw, stages=_ANY, by=_KEEPERS),
    PupilStep(
        handing.HandOverPupil,
        handing.hand_over,
        stages=_ANY,
        by={Role.CASE_WORKER, Role.HEAD, Role.LA_OFFICER},
        receiver=lambda command: command.to,
    ),
)

STEPS: Mapping[type, PupilStep[Any]] = table(_ROWS)


def decide(state: PupilRecord, command: object, facts: PupilFacts) -> tuple[PupilEvent, ...]:
    """What follows from a command; the first one for a pupil from before opens the record.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    refuse(None if facts.owned is not None and facts.owned.opened else PupilUnknown(UNKNOWN_ID))
    refuse(of_controller(facts.owned, facts.actor.org_id))
    return (*opened(state, facts), *STEPS[type(command)].handle(state, command, facts))


def opened(state: PupilRecord, facts: PupilFacts) -> tuple[PupilRegistered, ...]:
    """That the record is open, where it was not so far."""
    if state.stage is PupilStage.OPEN:
        return ()
    assert facts.owned is not None
    assert facts.owned.controller is not None
    return (PupilRegistered(pupil_id=facts.pupil_id, controller=facts.owned.controller),)
