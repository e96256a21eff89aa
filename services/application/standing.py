"""The status of a placement after a decision, as its workflow, its row and its caller need to know it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.placement.facts import Facts
from domain.placement.messages import NextDeadline, PlacementStatus
from domain.placement.provider_sight.fields import PROVIDER_RULES
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, Wake, deadlines, next_wake
from events.codes import Role
from events.ids import Urn
from infra.projections import placement_columns
from infra.projections.basis import BASIS
from infra.projections.placements import PlacementRow


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


def standing(seen: Outlook) -> PlacementStatus:
    """All that the workflow keeps: dates stay with the record, the workflow gets how long to sleep."""
    first = seen.due[0] if seen.due else None
    return PlacementStatus(
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
        {
            "rule": each.rule,
            "due_on": each.due_on,
            "severity": each.severity,
            "legal_ref": each.legal_ref,
            "provisional": each.provisional,
        }
        for each in seen.due
        if not of_provider or each.rule in PROVIDER_RULES
    ]


def _home(seen: Outlook) -> Urn:
    """The school that has the placement now; a closed one records nothing when another school takes it over."""
    state, facts = seen.state, seen.facts
    assert state.home_school_urn is not None
    if facts.school is None or facts.school.urn is None:
        return state.home_school_urn
    return facts.school.urn


def placement_row(seen: Outlook) -> PlacementRow:
    state = seen.state
    assert state.pupil_id is not None
    la_code = seen.facts.school.la_code if seen.facts.school else None
    return PlacementRow(
        placement_id=UUID(str(seen.facts.placement_id)),
        la_code=la_code,
        councils=placement_columns.councils(state, la_code),
        home_school_urn=_home(seen),
        next_wake_at=seen.wake.at if seen.wake else None,
        rows_version=seen.version,
        rows_basis=BASIS,
        updated_at=seen.facts.now,
        **{
            name: found
            for name, found in placement_columns.of_state(state, seen.version).items()
            if name != "home_school_urn"
        },
        **placement_columns.of_deadlines(seen.due),
    )
