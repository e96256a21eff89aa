"""The columns of a placement's row that follow from its record alone, for who writes the row and who checks it."""

from typing import Any

from domain.placement.councils import seeing
from domain.placement.provider_sight.phases import phase
from domain.placement.reviews.diary import next_review
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline


def of_state(state: Placement, version: int) -> dict[str, Any]:
    return {
        "version": version,
        "stage": state.stage.value,
        "is_open": state.stage not in TERMINAL,
        "pupil_id": state.pupil_id,
        "home_school_urn": state.home_school_urn,
        "commissioner": str(state.commissioner),
        "legal_basis": str(state.legal_basis),
        "regime_id": state.decision.regime_id,
        "provider_id": state.proposal.provider_id,
        "assigned_to": state.around.assigned_to,
        "readers": _readers(state),
        "next_review_on": next_review(state),
        "started_on": state.running.started_on,
        "proposed_end_on": state.period.proposed_end,
        "ended_on": state.ending.end.ended_on if state.ending.end else None,
        "provider_phase": phase(state),
    }


def councils(state: Placement, la_code: str | None) -> tuple[str, ...] | None:
    """Those that see it beside the home school's own: with that one alone, a row says nothing of a plan."""
    return tuple(sorted(seeing(state) - {la_code})) or None


def of_deadlines(due: tuple[Deadline, ...]) -> dict[str, Any]:
    first = due[0] if due else None
    return {
        "next_deadline_on": first.due_on if first else None,
        "next_deadline_rule": first.rule if first else None,
        "next_deadline_severity": first.severity if first else None,
        "next_deadline_provisional": first.provisional if first else None,
    }


def _readers(state: Placement) -> tuple[str, ...] | None:
    restriction = state.around.restriction
    if restriction is None:
        return None
    return (*(role.value for role in restriction.reader_roles), *map(str, restriction.reader_ids))
