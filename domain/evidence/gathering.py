"""The evidence of one record, clause by clause."""

from collections.abc import Sequence

from domain.deadlines import deadlines
from domain.evidence.clauses import CLAUSES
from domain.evidence.model import Evidence, Look
from domain.history import Record, corrected, fold
from domain.regimes import regime
from domain.school_calendar import SchoolCalendar


def evidence(records: Sequence[Record], calendar: SchoolCalendar) -> tuple[Evidence, ...]:
    """For every clause what proves it, what is outstanding, and what was missed; or why it does not apply."""
    kept = corrected(records)
    state = fold(kept)
    binding = regime(state.regime_id) if state.regime_id else None
    look = Look(records=kept, state=state, due=deadlines(state, calendar))
    return tuple(
        Evidence(clause=clause, binding=clause.binds(binding), finding=finding)
        for clause in CLAUSES
        for finding in clause.find(look)
    )
