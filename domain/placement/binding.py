"""Which regime's duties bind a placement: that of its determination, or the one that came after it."""

from datetime import date
from uuid import UUID

from domain.calendar.london import today as day_of
from domain.law.origins import RuleOrigin
from domain.law.powers import regime_for
from domain.law.regimes import Regime, regime
from domain.law.rules import RULES, Figures, figures
from domain.placement.parts.reviews import Review
from domain.placement.state import Placement
from domain.shared.errors import Rejected
from events.codes import RuleId, Severity

UNSEEN = "Treated as binding; the transitional text was not seen."
"""The mark of a duty that binds only because the placement starts under a later law than it was decided under."""


def bound(state: Placement) -> Regime | None:
    """The regime whose duties bind the placement; None before the determination.

    A regime that runs on binds a placement whose relevant day, its first, lies in its time: throughout, whatever law
    comes later. A placement that starts after its end is bound by the law of its first day. The text that would say so
    was not seen.
    """
    if state.decision.regime_id is None:
        return None
    made = regime(state.decision.regime_id)
    first_on = state.running.started_on or state.period.start_date
    if not made.runs_on or first_on is None or first_on <= made.to_on:
        return made
    return _law(state, first_on) or made


def figures_of(state: Placement) -> Figures:
    """The figures that bind a placement: those of the day of its determination, whatever figures come later.

    What does not follow from the determination, as a request for access, has the figures of the day of its own cause.
    """
    made = state.decision.determination or state.decision.determination_proposed
    assert made is not None, "its determination binds it, or the one that waits for a second person"
    return figures(made.determined_on)


def _law(state: Placement, on: date) -> Regime | None:
    """The law of a day for who commissions the placement on it; None where that gives them no power."""
    kind = state.commissioner_on(on)
    assert kind is not None
    assert state.legal_basis is not None
    found = regime_for(kind, state.legal_basis, on, school=kind)
    return None if isinstance(found, Rejected) else found


def of_review(state: Placement, review_id: UUID | None) -> Regime | None:
    """The regime whose duties bind a review: of the day of its meeting, where the school is of another kind by then.

    A school that converted holds its reviews by the law of what it is. What is about no review is bound as the
    placement is.
    """
    made = bound(state)
    review = next((each for each in state.reviews.opened if each.review_id == review_id), None)
    if made is None or review is None or state.decision.determination is None:
        return made
    on = _meeting_day(review)
    if state.commissioner_on(on) is state.commissioner_on(state.decision.determination.determined_on):
        return made
    return _law(state, on) or made


def _meeting_day(review: Review) -> date:
    """Held, or arranged, or due."""
    if review.held is not None:
        return review.held.held_on
    return review.due if review.scheduled is None else day_of(review.scheduled.at)


def severity(state: Placement, rule: RuleId, subject: UUID | None = None) -> Severity:
    """What a miss of the rule amounts to; `subject` is what it is about, as a review."""
    if RULES[rule].whatever_regime:
        return Severity.BREACH
    found = of_review(state, subject)
    return found.severity(rule) if found else Severity.ADVISORY


def weight(rule: RuleId, recorded: Severity) -> Severity:
    """What a miss on record amounts to. Some were recorded as a breach whose day is our own, and not the law's."""
    return recorded if RULES[rule].mark is RuleOrigin.LAW else Severity.ADVISORY


def by_unseen_text(state: Placement, rule: RuleId) -> bool:
    """A miss of the rule is a breach by the law that came after the determination, and by no text that was seen."""
    if state.decision.regime_id is None or RULES[rule].whatever_regime:
        return False
    return severity(state, rule) is not regime(state.decision.regime_id).severity(rule)
