"""The placement under way: its start, pauses, concerns, and what changes around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from domain.placement.stages import Stage
from events.ids import SiteId
from events.placement.deadlines import LimitReached
from events.placement.running import (
    PlacementMarkedTransitional,
    PlacementPaused,
    PlacementResumed,
    PlacementStarted,
    ProviderChangeReported,
    ProviderDoubted,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TransitionDealtWith,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One time in which the pupil did not attend: from the day of the pause to the day before the placement went on."""

    paused: PlacementPaused
    resumed: PlacementResumed | None = None

    def covers(self, day: date) -> bool:
        return self.paused.paused_on <= day and (self.resumed is None or day < self.resumed.resumed_on)


class RunningState(NamedTuple):
    """`concerns_open` are those not answered yet, and `paused_from` is where a paused placement goes on.

    `pauses` are all of them, so that a question about a day is answered by how the placement was on that day.
    """

    started_on: date | None = None
    first_site_id: SiteId | None = None
    provider_changes: tuple[ProviderChangeReported, ...] = ()
    concerns: tuple[SafeguardingConcernRaised, ...] = ()
    concerns_open: tuple[SafeguardingConcernRaised, ...] = ()
    pause: PlacementPaused | None = None
    paused_from: Stage | None = None
    pauses: tuple[Pause, ...] = ()
    transitional: PlacementMarkedTransitional | None = None
    transition_dealt_with: TransitionDealtWith | None = None
    doubts: tuple[ProviderDoubted, ...] = ()
    provider_reviews: tuple[ProviderReviewRecorded, ...] = ()
    limits: tuple[LimitReached, ...] = ()


def paused(part: RunningState, event: PlacementPaused, stage: Stage) -> RunningState:
    answered = _answered(part, event)
    return answered._replace(pause=event, paused_from=stage, pauses=(*part.pauses, Pause(paused=event)))


def resumed(part: RunningState, event: PlacementResumed) -> RunningState:
    return part._replace(pause=None, paused_from=None, pauses=tuple(_resumed(pause, event) for pause in part.pauses))


def _resumed(pause: Pause, event: PlacementResumed) -> Pause:
    return Pause(paused=pause.paused, resumed=event) if pause.resumed is None else pause


def _raised(part: RunningState, event: SafeguardingConcernRaised) -> RunningState:
    return part._replace(concerns=(*part.concerns, event), concerns_open=(*part.concerns_open, event))


def _answered(part: RunningState, event: SafeguardingConcernAnswered | PlacementPaused) -> RunningState:
    still_open = tuple(each for each in part.concerns_open if each.concern_id != event.concern_id)
    return part._replace(concerns_open=still_open)


EVOLVE: Final[Mapping[type[Any], Callable[[RunningState, Any], RunningState]]] = {
    PlacementStarted: lambda part, event: part._replace(started_on=event.started_on, first_site_id=event.first_site_id),
    ProviderChangeReported: lambda part, event: part._replace(provider_changes=(*part.provider_changes, event)),
    SafeguardingConcernRaised: _raised,
    SafeguardingConcernAnswered: _answered,
    PlacementMarkedTransitional: lambda part, event: part._replace(transitional=event),
    TransitionDealtWith: lambda part, event: part._replace(transition_dealt_with=event),
    ProviderDoubted: lambda part, event: part._replace(doubts=(*part.doubts, event)),
    ProviderReviewRecorded: lambda part, event: part._replace(provider_reviews=(*part.provider_reviews, event)),
    LimitReached: lambda part, event: part._replace(limits=(*part.limits, event)),
}
