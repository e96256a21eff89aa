"""What a provider keeps of its own, as the controller of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from events import attendance as m
from events.envelope import Recorded
from events.ids import ConcernId, ProviderId
from events.placement.contact import ProgressReportReceived
from events.placement.running import (
    SafeguardingConcernRaised,
)


def own_concerns(records: Iterable[Recorded[Any]], provider_id: ProviderId) -> frozenset[ConcernId]:
    """The concerns that somebody of the provider raised."""
    return frozenset(
        each.event.concern_id
        for each in records
        if isinstance(each.event, SafeguardingConcernRaised) and is_own(each, provider_id)
    )


def is_own(each: Recorded[Any], provider_id: ProviderId) -> bool:
    """Somebody of the provider, or a system that works for it, brought the event about."""
    return each.metadata.actor.org_id == f"provider:{provider_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecords:
    """What a provider takes along of its own: the marks and the reports that it gave, the concerns that it raised."""

    marks: tuple[Recorded[Any], ...]
    reports: tuple[Recorded[Any], ...]
    concerns: tuple[Recorded[Any], ...]


def own_records(
    placement: Iterable[Recorded[Any]], weeks: Iterable[Recorded[Any]], provider_id: ProviderId
) -> OwnRecords:
    """A report and a mark are the provider's, whoever typed them; a concern is if it raised it itself."""
    placement = tuple(placement)
    raised = own_concerns(placement, provider_id)
    return OwnRecords(
        marks=tuple(each for each in weeks if isinstance(each.event, m.SessionMarkProposed | m.SessionMarkCorrected)),
        reports=tuple(each for each in placement if isinstance(each.event, ProgressReportReceived)),
        concerns=tuple(
            each
            for each in placement
            if isinstance(each.event, SafeguardingConcernRaised) and each.event.concern_id in raised
        ),
    )
