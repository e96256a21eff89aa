"""Every command of a provider, a row each, and what follows from one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from domain.provider import application, concerns, counting, details, diligence, directory, registration, sites
from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider, ProviderStage
from domain.shared.errors import Rejected, refuse
from domain.shared.step import Command, Step, la_code, no_council, table
from events.codes import Role
from events.provider import ProviderEvent


class ProviderWrongStage(Rejected):
    """A provider is registered once, and visited, checked or listed only after that."""

    code = "provider_wrong_stage"
    title = "The provider is not at the stage for this"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStep(Step[Command, Provider, ProviderFacts, ProviderEvent, ProviderStage], Generic[Command]):
    """One command of a provider. `council` is the code of the council that the command names."""

    council: Callable[[Command], str | None] = no_council

    @property
    def begins(self) -> bool:
        """The provider's record, and its key, begin with it."""
        return self.stages == {ProviderStage.UNKNOWN}


_REGISTERED = frozenset({ProviderStage.REGISTERED})
_COMMISSIONERS = frozenset({Role.CASE_WORKER, Role.HEAD, Role.DSL, Role.LA_OFFICER})
_COUNCIL = frozenset({Role.LA_OFFICER})
_BOTH = _COUNCIL | {Role.PROVIDER_USER}
_CONCERNED = _COMMISSIONERS | {Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER}

_ROWS = (
    ProviderStep(
        registration.RegisterProvider,
        registration.register,
        stages={ProviderStage.UNKNOWN},
        by=_COUNCIL | {Role.CASE_WORKER},
    ),
    ProviderStep(details.RecordProviderDetails, details.record, stages=_REGISTERED, by=_BOTH),
    ProviderStep(sites.RecordSiteAddress, sites.record, stages=_REGISTERED, by=_BOTH),
    ProviderStep(
        counting.RecordFullTimePupils,
        counting.count,
        stages=_REGISTERED,
        by=_COMMISSIONERS | {Role.PROVIDER_USER},
    ),
    ProviderStep(diligence.CompleteDueDiligence, diligence.complete, stages=_REGISTERED, by=_COMMISSIONERS),
    ProviderStep(directory.RecordQaVisit, directory.visit, stages=_REGISTERED, by=_COUNCIL, council=la_code),
    ProviderStep(directory.PublishDirectoryEntry, directory.publish, stages=_REGISTERED, by=_COUNCIL, council=la_code),
    ProviderStep(directory.RenewDirectoryEntry, directory.renew, stages=_REGISTERED, by=_COUNCIL, council=la_code),
    ProviderStep(directory.SuspendDirectoryEntry, directory.suspend, stages=_REGISTERED, by=_COUNCIL, council=la_code),
    ProviderStep(
        directory.ReinstateDirectoryEntry, directory.reinstate, stages=_REGISTERED, by=_COUNCIL, council=la_code
    ),
    ProviderStep(
        directory.WithdrawDirectoryEntry, directory.withdraw, stages=_REGISTERED, by=_COUNCIL, council=la_code
    ),
    ProviderStep(
        application.SubmitDirectoryApplication, application.submit, stages=_REGISTERED, by=_BOTH, council=la_code
    ),
    ProviderStep(
        application.DecideDirectoryApplication,
        application.decide_application,
        stages=_REGISTERED,
        by=_COUNCIL,
        council=la_code,
    ),
    ProviderStep(concerns.RaiseProviderConcern, concerns.raise_concern, stages=_REGISTERED, by=_CONCERNED),
    ProviderStep(
        concerns.ResolveProviderConcern,
        concerns.resolve,
        stages=_REGISTERED,
        by=_COUNCIL | {Role.HEAD, Role.DSL},
    ),
)

STEPS: Mapping[type, ProviderStep[Any]] = table(_ROWS)


def decide(state: Provider, command: object, facts: ProviderFacts) -> tuple[ProviderEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    step = STEPS[type(command)]
    refuse(_wrong_stage(state, step))
    return step.handle(state, command, facts)


def _wrong_stage(state: Provider, step: ProviderStep[Any]) -> Rejected | None:
    if state.stage in step.stages:
        return None
    if state.stage is ProviderStage.REGISTERED:
        return ProviderWrongStage("This provider is already registered.")
    return ProviderWrongStage("Register the provider first.")
