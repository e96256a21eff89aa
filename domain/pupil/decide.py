"""Every command of a pupil's own record: who may give it, and the one place that hands it to its rule."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from domain.access.controllers import UNKNOWN_ID, PupilUnknown, of_controller
from domain.pupil import electronic, flags, handing
from domain.pupil.facts import PupilFacts
from domain.pupil.state import PupilRecord, PupilStage
from domain.shared.commands import Allowed, kebab
from domain.shared.errors import refuse
from events.codes import Role
from events.pupil import PupilEvent, PupilRegistered

PupilCommand = (
    flags.ChangePupilFlags
    | electronic.RecordElectronicServiceAgreed
    | electronic.RecordElectronicServiceWithdrawn
    | handing.HandOverPupil
)

_ANY = frozenset(PupilStage)
_KEEPERS = frozenset({
    *(Role.CASE_WORKER, Role.HEAD, Role.DSL),
    *(Role.LA_OFFICER, Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER),
})  # fmt: skip

ALLOWED: Mapping[type[PupilCommand], Allowed[PupilStage]] = MappingProxyType({
    flags.ChangePupilFlags: Allowed(stages=_ANY, roles=_KEEPERS),
    electronic.RecordElectronicServiceAgreed: Allowed(stages=_ANY, roles=_KEEPERS),
    electronic.RecordElectronicServiceWithdrawn: Allowed(stages=_ANY, roles=_KEEPERS),
    handing.HandOverPupil: Allowed(stages=_ANY, roles=frozenset({Role.CASE_WORKER, Role.HEAD, Role.LA_OFFICER})),
})  # fmt: skip

COMMANDS: Mapping[str, type[PupilCommand]] = MappingProxyType({kebab(command): command for command in ALLOWED})


def decide(state: PupilRecord, command: PupilCommand, facts: PupilFacts) -> tuple[PupilEvent, ...]:
    """What follows from a command; the first one for a pupil from before opens the record.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    refuse(None if facts.owned is not None and facts.owned.opened else PupilUnknown(UNKNOWN_ID))
    refuse(of_controller(facts.owned, facts.actor.org_id))
    return (*opened(state, facts), *_decide(state, command, facts))


def _decide(state: PupilRecord, command: PupilCommand, facts: PupilFacts) -> tuple[PupilEvent, ...]:
    match command:
        case flags.ChangePupilFlags():
            return flags.change(state, command, facts)
        case electronic.RecordElectronicServiceAgreed():
            return electronic.agree(state, command, facts)
        case electronic.RecordElectronicServiceWithdrawn():
            return electronic.withdraw(state, command, facts)
        case handing.HandOverPupil():
            return (handing.hand_over(state, command, facts),)
        case _:
            assert_never(command)


def opened(state: PupilRecord, facts: PupilFacts) -> tuple[PupilRegistered, ...]:
    """That the record is open, where it was not so far."""
    if state.stage is PupilStage.OPEN:
        return ()
    assert facts.owned is not None
    assert facts.owned.controller is not None
    return (PupilRegistered(pupil_id=facts.pupil_id, controller=facts.owned.controller),)
