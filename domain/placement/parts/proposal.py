"""Which provider is proposed, and whether it offers the place."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from events.ids import ProviderId, SiteId
from events.placement.referral import (
    ProviderOfferDeclined,
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
)


class ProposalState(NamedTuple):
    """`asked` is a request that the provider has not answered yet."""

    provider_id: ProviderId | None = None
    site_ids: tuple[SiteId, ...] = ()
    proposed: ProviderProposed | None = None
    asked: ProviderOfferRequested | None = None
    offer: ProviderOfferMade | None = None
    offer_declined: ProviderOfferDeclined | None = None


EVOLVE: Final[Mapping[type[Any], Callable[[ProposalState, Any], ProposalState]]] = {
    ProviderProposed: lambda _, event: ProposalState(
        provider_id=event.provider_id, site_ids=event.site_ids, proposed=event
    ),
    ProviderOfferRequested: lambda part, event: part._replace(asked=event, offer=None, offer_declined=None),
    ProviderOfferMade: lambda part, event: part._replace(asked=None, offer=event),
    ProviderOfferDeclined: lambda part, event: part._replace(asked=None, offer_declined=event),
}
