"""What a step's form holds before anybody types: what the record says already, and today where the fact is today's.

Everything here is pure. What is suggested can be changed, and is checked like everything that is typed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from domain.placement.agreement.notice import GiveNotice
from domain.placement.decision.determination import Determine
from domain.placement.reviews.holding import HoldReview
from domain.placement.running.progress import ReceiveProgressReport
from domain.placement.state import Placement
from events.codec import canonical_json
from services.gateway.pages.forms.controls import Control, ControlKind
from services.gateway.pages.forms.deriving import controls_of
from services.gateway.pages.forms.filling import filled
from services.gateway.pages.steps.choices import objectives

_USUALLY_TODAY: Final = frozenset(
    {
        *("received_on", "given_on", "notified_on", "raised_on", "paused_on", "reported_on", "requested_on"),
        *("extended_on", "answered_on", "acknowledged_on", "decided_on", "sent_on", "returned_on", "consented_on"),
        *("signed_on", "recorded_on", "handed_over_on", "withdrawn_on", "revoked_on", "asked_on"),
    }
)
"""Days of facts that people mostly record as they happen."""


def _plain(value: Any) -> Any:
    return json.loads(canonical_json(value))


def _ratings(state: Placement) -> list[dict[str, str]]:
    """One row for each objective, which is then rated."""
    return [{"id": each.value} for each in objectives(state)]


def _progress(state: Placement) -> dict[str, Any]:
    return {"objective_rag": _ratings(state)}


def _review(state: Placement) -> dict[str, Any]:
    return {"evidence": {"rag": _ratings(state)}}


def _notice(state: Placement) -> dict[str, Any]:
    """The objectives of the referral, and the times of the notice before."""
    submitted, before = state.referral.submitted, state.notices.current
    return {
        **({} if submitted is None else {"objectives": _plain(submitted.objectives)}),
        **({} if before is None else {"session_times": _plain(before.session_times)}),
    }


def _determination(state: Placement) -> dict[str, Any]:
    offer = state.proposal.offer
    return {} if offer is None else {"start_date": _plain(offer.start_from)}


_FROM_RECORD: Final[Mapping[type, Callable[[Placement], dict[str, Any]]]] = {
    ReceiveProgressReport: _progress,
    HoldReview: _review,
    GiveNotice: _notice,
    Determine: _determination,
}


def suggested(command: type, state: Any, today: date) -> dict[str, Sequence[str]]:
    """The fields of a command's form that hold something from the start."""
    controls = controls_of(command)
    found = _FROM_RECORD[command](state) if command in _FROM_RECORD and isinstance(state, Placement) else {}
    return dict(filled(controls, {**{each.name: today.isoformat() for each in controls if _is_today(each)}, **found}))


def _is_today(control: Control) -> bool:
    return control.kind is ControlKind.DATE and control.required and control.name in _USUALLY_TODAY
