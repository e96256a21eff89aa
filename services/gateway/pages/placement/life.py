"""The line of a placement's life, for who sees the whole record and for its provider."""

from dataclasses import replace

from domain.calendar.london import today
from domain.placement.state import Placement
from services.gateway.pages.pictures.life_of import life_of
from services.gateway.pages.pictures.placement_life import Life
from services.gateway.pages.placement.opening import OpenPlacement


def life(placement: OpenPlacement) -> Life:
    """A provider sees the reviews that are open or were held, not what is planned or was missed."""
    first, last = placement.records[0], placement.records[-1]
    return life_of(
        placement.state if placement.whole else _for_provider(placement.state),
        placement.calendar,
        drafted_on=today(first.metadata.occurred_at),
        last_event_on=today(last.metadata.occurred_at),
        today=placement.today,
    )


def _for_provider(state: Placement) -> Placement:
    opened = tuple(replace(each, missed=None) for each in state.reviews.opened)
    return state._replace(period=state.period._replace(planned=()), reviews=state.reviews._replace(opened=opened))
