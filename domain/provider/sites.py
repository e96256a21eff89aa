"""The sites of a provider: the address of each, which the agreement and the notice tell."""

from domain.provider.details import not_yours
from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.shared.addresses import incomplete
from domain.shared.errors import Rejected, refuse
from events.definition import asked, value
from events.ids import SiteId
from events.provider import SiteAddressRecorded


@value
class RecordSiteAddress:
    """Record the address of one of the provider's sites, in place of what was recorded before."""

    site_id: SiteId = asked("Site")
    address: str = asked("Address")


class ProviderSiteUnknown(Rejected):
    """An address is recorded for a site that the provider was registered with."""

    code = "provider_site_unknown"
    title = "The provider has no such site"


def record(state: Provider, command: RecordSiteAddress, facts: ProviderFacts) -> tuple[SiteAddressRecorded, ...]:
    refuse(
        not_yours(state, facts),
        None
        if any(site.site_id == command.site_id for site in state.sites)
        else ProviderSiteUnknown("Choose one of the provider's sites.", pointer="/site_id"),
        incomplete(command.address, "/address"),
    )
    return (SiteAddressRecorded(site_id=command.site_id, address=command.address),)
