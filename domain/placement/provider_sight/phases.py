"""How far a placement has come for the provider that it names, and which part of it that provider sees."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.placement.stages import RUNNING, Stage
from domain.placement.state import Placement


class ProviderPhase(StrEnum):
    """How far a placement has come for the provider that it names. `ENDED` is followed by a time of grace."""

    NONE = "none"
    ASKED = "asked"
    PLACED = "placed"
    ENDED = "ended"


class ProviderPart(StrEnum):
    """What of a placement is shown to its provider."""

    OFFER = "offer"
    TEACHING = "teaching"


AGREED: Final = frozenset({Stage.AGREEMENT_PENDING, Stage.READY_TO_START, *RUNNING})
"""From the agreement until the end."""
_OPEN_TO_OFFERS: Final = frozenset({Stage.SCREENING, Stage.AWAITING_DECISION, Stage.DETERMINED})
OVER: Final = frozenset({Stage.ENDED, Stage.CLOSED})


def phase(state: Placement) -> ProviderPhase:
    """The phase, as far as it does not change with time alone."""
    if state.stage in AGREED:
        return ProviderPhase.PLACED
    if state.stage in _OPEN_TO_OFFERS and (state.proposal.asked is not None or state.proposal.offer is not None):
        return ProviderPhase.ASKED
    if state.stage is Stage.ENDED and state.running.concerns_open:
        return ProviderPhase.PLACED
    if state.stage in OVER and (state.ending.evaluation is None or state.running.concerns_open):
        # A concern that is open as the placement is closed can be answered no more: its time is limited like the rest.
        return ProviderPhase.ENDED
    return ProviderPhase.NONE


def phase_of_stage(stage: Stage) -> ProviderPhase:
    """The phase of a placement of which nothing but its stage is known: a row that an earlier release wrote."""
    if stage in AGREED:
        return ProviderPhase.PLACED
    return ProviderPhase.ENDED if stage in OVER else ProviderPhase.NONE


def ended_since(today: date, days: int) -> date:
    """The first day on which a placement may have ended whose provider still sees it today, so many days after."""
    return today - timedelta(days=days)


def part(found: ProviderPhase, ended_on: date | None, since: date) -> ProviderPart | None:
    """What the provider sees; None for nothing. `since` as `ended_since`."""
    match found:
        case ProviderPhase.ASKED:
            return ProviderPart.OFFER
        case ProviderPhase.PLACED:
            return ProviderPart.TEACHING
        case ProviderPhase.ENDED if ended_on is not None and ended_on >= since:
            return ProviderPart.TEACHING
        case _:
            return None
