"""Registering a provider: its name, its sites, and what the census knows it by."""

import re

from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.shared.addresses import incomplete
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import ProviderKind, SettingType
from events.definition import asked, value
from events.ids import Urn
from events.provider import ProviderRegistered
from events.values.provider import Site


@value
class RegisterProvider:
    """Register a provider with its sites and the one number or setting type that the census knows it by."""

    name: str = asked("Name of the provider")
    kind: ProviderKind = asked("What kind of provider is it?")
    sites: tuple[Site, ...] = asked("Sites")
    urn: Urn | None = asked("URN", hint="If the provider is a registered school: 6 digits", default=None)
    ukprn: str | None = asked(
        "UKPRN", hint="If the provider is a college or other registered learning provider: 8 digits", default=None
    )
    setting_type: SettingType | None = asked("Type of setting", hint="If the provider has neither number", default=None)


class ProviderIncomplete(Rejected):
    """A provider needs a name and at least one site, each with an id and an address of its own."""

    code = "provider_incomplete"
    title = "Something about the provider is missing"


class ProviderIdTaken(Rejected):
    """The id is in use for something else. Each provider has an id of its own."""

    code = "provider_id_taken"
    title = "This id cannot be a provider's"


class ProviderIdentity(Rejected):
    """The census identifies a provider by exactly one of URN, UKPRN and setting type."""

    code = "provider_identity"
    title = "Give exactly one of URN, UKPRN and setting type"


def register(_state: Provider, command: RegisterProvider, facts: ProviderFacts) -> tuple[ProviderRegistered, ...]:
    ids = [site.site_id for site in command.sites]
    refuse(
        ProviderIdTaken("Make a new id for the provider.") if facts.is_a_pupil else None,
        None if visible(command.name) else ProviderIncomplete("Give the provider's name.", pointer="/name"),
        None if ids else ProviderIncomplete("Give at least one site.", pointer="/sites"),
        ProviderIncomplete("Two sites have the same id.", pointer="/sites") if len(set(ids)) < len(ids) else None,
        *(incomplete(site.address or "", f"/sites/{number}/address") for number, site in enumerate(command.sites)),
        *identity(command),
    )
    return (
        ProviderRegistered(
            provider_id=facts.provider_id,
            name=command.name,
            kind=command.kind,
            sites=command.sites,
            urn=command.urn,
            ukprn=command.ukprn,
            setting_type=command.setting_type,
        ),
    )


def identity(of: RegisterProvider | Provider) -> tuple[ProviderIdentity | None, ...]:
    """What is wrong with the number or setting type that a provider is known by."""
    given = [each for each in (of.urn, of.ukprn, of.setting_type) if each is not None]
    return (
        None if len(given) == 1 else ProviderIdentity("Give exactly one of the URN, the UKPRN and the setting type."),
        None
        if of.urn is None or re.fullmatch(r"[0-9]{6}", of.urn)
        else ProviderIdentity("A URN has six digits.", pointer="/urn"),
        None
        if of.ukprn is None or re.fullmatch(r"1[0-9]{7}", of.ukprn)
        else ProviderIdentity("A UKPRN has eight digits and starts with 1.", pointer="/ukprn"),
    )
