"""Every command of a provider: when it may be given and by whom, and the one place that hands it to its rules."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from domain.provider import application, concerns, counting, details, diligence, directory, registration, sites
from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider, ProviderStage
from domain.shared.commands import Allowed, kebab
from domain.shared.errors import Rejected, refuse
from events.codes import Role
from events.provider import ProviderEvent

ProviderCommand = (
    registration.RegisterProvider
    | details.RecordProviderDetails
    | sites.RecordSiteAddress
    | counting.RecordFullTimePupils
    | diligence.CompleteDueDiligence
    | directory.RecordQaVisit
    | directory.PublishDirectoryEntry
    | directory.RenewDirectoryEntry
    | directory.SuspendDirectoryEntry
    | directory.ReinstateDirectoryEntry
    | directory.WithdrawDirectoryEntry
    | application.SubmitDirectoryApplication
    | application.DecideDirectoryApplication
    | concerns.RaiseProviderConcern
    | concerns.ResolveProviderConcern
)


class ProviderWrongStage(Rejected):
    """A provider is registered once, and visited, checked or listed only after that."""

    code = "provider_wrong_stage"
    title = "The provider is not at the stage for this"


def _registered(*roles: Role) -> Allowed[ProviderStage]:
    return Allowed(stages=frozenset({ProviderStage.REGISTERED}), roles=frozenset(roles))


_COMMISSIONERS = (Role.CASE_WORKER, Role.HEAD, Role.DSL, Role.LA_OFFICER)

ALLOWED: Mapping[type[ProviderCommand], Allowed[ProviderStage]] = MappingProxyType(
    {
        registration.RegisterProvider: Allowed(
            stages=frozenset({ProviderStage.UNKNOWN}), roles=frozenset({Role.LA_OFFICER, Role.CASE_WORKER})
        ),
        details.RecordProviderDetails: _registered(Role.LA_OFFICER, Role.PROVIDER_USER),
        sites.RecordSiteAddress: _registered(Role.LA_OFFICER, Role.PROVIDER_USER),
        counting.RecordFullTimePupils: _registered(Role.PROVIDER_USER, *_COMMISSIONERS),
        diligence.CompleteDueDiligence: _registered(*_COMMISSIONERS),
        directory.RecordQaVisit: _registered(Role.LA_OFFICER),
        directory.PublishDirectoryEntry: _registered(Role.LA_OFFICER),
        directory.RenewDirectoryEntry: _registered(Role.LA_OFFICER),
        directory.SuspendDirectoryEntry: _registered(Role.LA_OFFICER),
        directory.ReinstateDirectoryEntry: _registered(Role.LA_OFFICER),
        directory.WithdrawDirectoryEntry: _registered(Role.LA_OFFICER),
        application.SubmitDirectoryApplication: _registered(Role.PROVIDER_USER, Role.LA_OFFICER),
        application.DecideDirectoryApplication: _registered(Role.LA_OFFICER),
        concerns.RaiseProviderConcern: _registered(
            *_COMMISSIONERS, Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER
        ),
        concerns.ResolveProviderConcern: _registered(Role.HEAD, Role.DSL, Role.LA_OFFICER),
    }
)

COMMANDS: Mapping[str, type[ProviderCommand]] = MappingProxyType({kebab(command): command for command in ALLOWED})


def decide(state: Provider, command: ProviderCommand, facts: ProviderFacts) -> tuple[ProviderEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    refuse(_stage(state, command))
    return _decide(state, command, facts)


def _decide(  # noqa: C901, PLR0911, PLR0912 # one flat match: a case for each command
    state: Provider, command: ProviderCommand, facts: ProviderFacts
) -> tuple[ProviderEvent, ...]:
    match command:
        case registration.RegisterProvider():
            return registration.register(command, facts)
        case details.RecordProviderDetails():
            return details.record(state, command, facts)
        case sites.RecordSiteAddress():
            return sites.record(state, command, facts)
        case counting.RecordFullTimePupils():
            return counting.count(command, facts)
        case diligence.CompleteDueDiligence():
            return diligence.complete(command, facts)
        case directory.RecordQaVisit():
            return directory.visit(command, facts)
        case directory.PublishDirectoryEntry():
            return directory.publish(state, command, facts)
        case directory.RenewDirectoryEntry():
            return directory.renew(state, command, facts)
        case directory.SuspendDirectoryEntry():
            return directory.suspend(state, command, facts)
        case directory.ReinstateDirectoryEntry():
            return directory.reinstate(state, command, facts)
        case directory.WithdrawDirectoryEntry():
            return directory.withdraw(state, command, facts)
        case application.SubmitDirectoryApplication():
            return application.submit(state, command, facts)
        case application.DecideDirectoryApplication():
            return application.decide_application(state, command, facts)
        case concerns.RaiseProviderConcern():
            return concerns.raise_concern(command, facts)
        case concerns.ResolveProviderConcern():
            return concerns.resolve(state, command, facts)
        case _:
            assert_never(command)


def _stage(state: Provider, command: ProviderCommand) -> Rejected | None:
    if state.stage in ALLOWED[type(command)].stages:
        return None
    if state.stage is ProviderStage.REGISTERED:
        return ProviderWrongStage("This provider is already registered.")
    return ProviderWrongStage("Register the provider first.")
