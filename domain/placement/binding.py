"""Which regime's duties bind a placement: that of its determination, or the one that came after it."""

from domain.errors import Rejected
from domain.placement.state import Placement
from domain.regimes import RULES, Mark, Regime, regime, regime_for
from events.codes import RuleId, Severity

UNSEEN = "Treated as binding; the transitional text was not seen."
"""The mark of a duty that binds only because the placement starts under a later law than it was decided under."""


def bound(state: Placement) -> Regime | None:
    """The regime whose duties bind the placement; None before the determination.

    A regime that runs on binds a placement whose relevant day, its first, lies in its time: throughout, whatever law
    comes later. A placement that starts after its end is bound by the law of its first day. The text that would say so
    was not seen.
    """
    if state.regime_id is None:
        return None
    made = regime(state.regime_id)
    first_on = state.started_on or state.start_date
    if not made.runs_on or first_on is None or first_on <= made.to_on:
        return made
    assert state.commissioner is not None
    assert state.legal_basis is not None
    found = regime_for(state.commissioner, state.legal_basis, first_on, school=state.commissioner)
    return made if isinstance(found, Rejected) else found


def severity(state: Placement, rule: RuleId) -> Severity:
    """What a miss of the rule amounts to."""
    if RULES[rule].whatever_regime:
        return Severity.BREACH
    found = bound(state)
    return found.severity(rule) if found else Severity.ADVISORY


def weight(rule: RuleId, recorded: Severity) -> Severity:
    """What a miss on record amounts to. Some were recorded as a breach whose day is our own, and not the law's."""
    return recorded if RULES[rule].mark is Mark.LAW else Severity.ADVISORY


def by_unseen_text(state: Placement, rule: RuleId) -> bool:
    """A miss of the rule is a breach by the law that came after the determination, and by no text that was seen."""
    if state.regime_id is None or RULES[rule].whatever_regime:
        return False
    return severity(state, rule) is not regime(state.regime_id).severity(rule)
