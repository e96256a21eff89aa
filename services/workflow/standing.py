"""How a placement stands after a decision, as its workflow, its row and its caller need to know it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.deadlines import Deadline, Wake, deadlines, next_wake
from domain.facts import Facts
from domain.messages import NextDeadline, Standing
from domain.placement.diary import next_review
from domain.placement.state import TERMINAL, Placement
from domain.provider_sight import PROVIDER_RULES, phase
from events.codes import Role
from infra.placements import PlacementRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A placement after its event number `version`, with what is due and when time next brings something."""

    state: Placement
    version: int
    facts: Facts
    due: tuple[Deadline, ...]
    wake: Wake | None


def outlook(state: Placement, version: int, facts: Facts) -> Outlook:
    """Worked out once for all who need it: it is most of what a decision computes."""
    return Outlook(
        state=state,
        version=version,
        facts=facts,
        due=deadlines(state, facts.calendar),
        wake=next_wake(state, facts.calendar, facts.now),
    )


def standing(seen: Outlook) -> Standing:
    """All that the workflow keeps: dates stay with the record, the workflow is told how long to sleep."""
    first = seen.due[0] if seen.due else None
    return Standing(
        version=seen.version,
        stage=seen.state.stage,
        terminal=seen.state.stage in TERMINAL,
        wake_in_seconds=max(0.0, (seen.wake.at - seen.facts.now).total_seconds()) if seen.wake else None,
        wake_because=seen.wake.because if seen.wake else None,
        next_deadline=NextDeadline(rule=first.rule, due_on=first.due_on.isoformat(), words=first.words)
        if first
        else None,
    )


def deadline_codes(seen: Outlook) -> list[dict[str, Any]]:
    """What is due now, as the answer to a command lists it; to a provider, of its own alone."""
    of_provider = seen.facts.actor.role is Role.PROVIDER_USER
    return [
        {"rule": each.rule, "due_on": each.due_on, "severity": each.severity, "legal_ref": each.legal_ref}
        for each in seen.due
        if not of_provider or each.rule in PROVIDER_RULES
    ]


def placement_row(seen: Outlook) -> PlacementRow:
    state, first = seen.state, seen.due[0] if seen.due else None
    assert state.pupil_id is not None
    assert state.home_school_urn is not None
    return PlacementRow(
        placement_id=UUID(str(seen.facts.placement_id)),
        version=seen.version,
        stage=state.stage,
        is_open=state.stage not in TERMINAL,
        pupil_id=state.pupil_id,
        home_school_urn=state.home_school_urn,
        la_code=seen.facts.school.la_code if seen.facts.school else None,
        commissioner=str(state.commissioner),
        legal_basis=str(state.legal_basis),
        regime_id=state.regime_id,
        provider_id=state.provider_id,
        assigned_to=state.around.assigned_to,
        readers=_readers(state),
        next_deadline_on=first.due_on if first else None,
        next_deadline_rule=first.rule if first else None,
        next_deadline_severity=first.severity if first else None,
        next_review_on=next_review(state),
        next_wake_at=seen.wake.at if seen.wake else None,
        started_on=state.started_on,
        proposed_end_on=state.proposed_end,
        ended_on=state.end.ended_on if state.end else None,
        provider_phase=phase(state),
        updated_at=seen.facts.now,
    )


def _readers(state: Placement) -> tuple[str, ...] | None:
    restriction = state.around.restriction
    if restriction is None:
        return None
    return (*(role.value for role in restriction.reader_roles), *map(str, restriction.reader_ids))
