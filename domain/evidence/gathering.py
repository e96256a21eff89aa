"""The evidence of one record, clause by clause."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from domain.calendar.school_calendar import SchoolCalendar
from domain.evidence.clauses import CLAUSES
from domain.evidence.model import ClauseFinding, ClauseStatus, Evidence, Look
from domain.law.regimes import regime
from domain.placement.binding import UNSEEN, bound, of_review
from domain.placement.record.history import Record, corrected, fold
from domain.placement.time.deadlines import deadlines


def evidence(
    records: Sequence[Record],
    calendar: SchoolCalendar,
    as_corrected: Callable[[int], SchoolCalendar] | None = None,
) -> tuple[Evidence, ...]:
    """For every clause what proves it, what is outstanding, overtaken or missed; or why it does not apply.

    `as_corrected` gives the days of an earlier version of the calendar as they are known now.
    """
    kept = corrected(records)
    state = fold(kept)
    binding = bound(state)
    made = regime(state.decision.regime_id) if state.decision.regime_id else None
    look = Look(
        records=kept,
        state=state,
        due=deadlines(state, calendar),
        calendar=calendar,
        as_corrected=as_corrected or (lambda _version: calendar),
    )
    return tuple(
        Evidence(
            clause=clause,
            binding=clause.binds(of_review(state, _about(finding))),
            finding=_marked(finding) if clause.binds(binding) and not clause.binds(made) and made else finding,
        )
        for clause in CLAUSES
        for finding in clause.find(look)
    )


def _about(finding: ClauseFinding) -> UUID | None:
    """The review that a finding is about: where the school is of another kind by then, another law binds it."""
    event = finding.record.event if finding.record is not None else None
    return getattr(event, "review_id", None) or getattr(event, "subject", None)


def _marked(finding: ClauseFinding) -> ClauseFinding:
    if finding.standing is ClauseStatus.NOT_APPLICABLE or finding.why.endswith(UNSEEN):
        return finding
    return replace(finding, why=f"{finding.why} {UNSEEN}")
