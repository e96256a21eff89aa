"""Every kind of event of a placement, by the rows that lie beside the steps of its phase."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.agreement.steps import EVENTS as AGREEMENT
from domain.placement.decision.steps import EVENTS as DECISION
from domain.placement.ending.steps import EVENTS as ENDING
from domain.placement.event_row import CorrectionRow, EventRow
from domain.placement.record.steps import EVENTS as RECORD
from domain.placement.referral.steps import EVENTS as REFERRAL
from domain.placement.reviews.steps import EVENTS as REVIEWS
from domain.placement.running.steps import EVENTS as RUN
from domain.placement.time.steps import EVENTS as TIME

_ROWS = (*REFERRAL, *DECISION, *AGREEMENT, *RUN, *REVIEWS, *ENDING, *RECORD, *TIME)

EVENTS: Mapping[type, EventRow] = MappingProxyType({row.event: row for row in _ROWS})
assert len(EVENTS) == len(_ROWS), "a kind of event has one row"


def is_correctable(event: object) -> bool:
    """Something of an event of this kind may be put right."""
    corrections = EVENTS[type(event)].corrections
    return isinstance(corrections, CorrectionRow) and bool(corrections.corrects)
