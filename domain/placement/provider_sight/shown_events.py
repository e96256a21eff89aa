"""The events that a provider sees, and of each what it sees."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.placement.provider_sight.cutting import cut_to, names_hidden
from domain.placement.provider_sight.fields import EVENTS, WHOLE, FieldSpec, is_shown_document, only
from domain.placement.provider_sight.own import is_own, own_concerns
from domain.placement.provider_sight.phases import ProviderPart
from domain.placement.record.history import corrected, fold
from domain.shared.naming import Hide
from events.codec import canonical_json, from_json
from events.envelope import Recorded
from events.ids import ConcernId, EventId, OfferId, ProviderId
from events.placement.agreement import (
    SafeguardingInformationReceived,
)
from events.placement.letters import DocumentProduced
from events.placement.record import RecordCorrected
from events.placement.referral import (
    ProviderOfferDeclined,
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
    ReferralDrafted,
)
from events.placement.running import (
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForProvider:
    """An event as a provider sees it: its fields as JSON-ready values, and the names of those kept from it."""

    record: Recorded[Any]
    data: dict[str, Any]
    withheld: tuple[str, ...]


def timeline(
    records: Iterable[Recorded[Any]], shown: ProviderPart, provider_id: ProviderId
) -> tuple[EventForProvider, ...]:
    """The events that a provider sees, and of each what it sees: whole, those that it brought about itself.

    Offers and concerns of others are not shown, whatever their kind.
    """
    records = tuple(records)
    specs = _specs(records, shown, provider_id)
    # A register's events name nobody, and are no placement's to fold.
    named = shown is ProviderPart.OFFER and any(isinstance(each.event, ReferralDrafted) for each in records)
    hidden = names_hidden(fold(corrected(records))) if named else None
    return tuple(_seen(each, specs[each.event_id], hidden) for each in records if each.event_id in specs)


def seen_ids(records: Iterable[Recorded[Any]], shown: ProviderPart, provider_id: ProviderId) -> frozenset[EventId]:
    """Which of the events a provider sees. What is personal in them need not be opened for it."""
    return frozenset(_specs(tuple(records), shown, provider_id))


def _specs(
    records: Sequence[Recorded[Any]], shown: ProviderPart, provider_id: ProviderId
) -> Mapping[EventId, FieldSpec | None]:
    specs: dict[EventId, FieldSpec | None] = {}
    offers: set[OfferId] = set()
    concerns = own_concerns(records, provider_id)
    for each in records:
        event = each.event
        if isinstance(event, ProviderOfferRequested) and event.provider_id == provider_id:
            offers.add(event.offer_id)
        if is_own(each, provider_id):
            specs[each.event_id] = WHOLE
        elif isinstance(event, RecordCorrected):
            if _is_shown_correction(event, specs):
                specs[each.event_id] = only("corrects_event_id", "field", "value")
        elif type(event) in EVENTS[shown] and _is_for(event, provider_id, offers, concerns):
            specs[each.event_id] = EVENTS[shown][type(event)]
    return specs


def _is_shown_correction(event: RecordCorrected, specs: Mapping[EventId, FieldSpec | None]) -> bool:
    if event.corrects_event_id not in specs:
        return False
    of = specs[event.corrects_event_id]
    return of is None or of.get(event.field, only()) is None


def _is_for(event: Any, provider_id: ProviderId, offers: Container[OfferId], concerns: Container[ConcernId]) -> bool:
    match event:
        case ProviderProposed() | ProviderOfferRequested() | SafeguardingInformationReceived():
            return bool(event.provider_id == provider_id)
        case ProviderOfferMade() | ProviderOfferDeclined():
            return event.offer_id in offers
        case SafeguardingConcernRaised() | SafeguardingConcernAnswered():
            return event.concern_id in concerns
        case DocumentProduced():
            return is_shown_document(event.kind, event.recipient)
        case _:
            return True


def _seen(each: Recorded[Any], spec: FieldSpec | None, hidden: Hide | None) -> EventForProvider:
    picture = from_json(canonical_json(each.event), dict)
    data = cut_to(picture, spec, hidden)
    return EventForProvider(record=each, data=data, withheld=tuple(sorted(picture.keys() - data.keys())))
