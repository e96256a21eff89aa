"""What the law and its figures are here, as lists: legal bases, regimes, rules. Taken from the tables that decide."""

from datetime import date

from domain.attendance.codes import CODES
from domain.law.bases import BASES
from domain.law.origins import RuleOrigin
from domain.law.regimes import REGIMES
from domain.law.rules import RULES
from domain.reference.model import CodeSet, ListedCode

LEGAL_BASIS = CodeSet(
    name="legal_basis",
    title="Why a placement is lawful",
    entries=tuple(
        ListedCode(code=basis.id, label=basis.words, source=basis.clause, clause=basis.clause)
        for basis in BASES.values()
    ),
)

REGIME_SET = CodeSet(
    name="regimes",
    title="Which set of rules binds whom, by the day of the determination",
    entries=tuple(
        ListedCode(
            code=regime.id,
            label=f"{'Law' if regime.binding else 'Good practice'} for"
            f" {', '.join(sorted(kind.replace('_', ' ') for kind in regime.commissioners))}:"
            f" {', '.join(sorted(regime.bases))}",
            source=regime.source,
            certainty=regime.certainty,
            from_on=None if regime.from_on == date.min else regime.from_on,
            to_on=None if regime.to_on == date.max else regime.to_on,
            clause=regime.clause,
        )
        for regime in REGIMES
    ),
)

RULE_SET = CodeSet(
    name="rules",
    title="The timed rules",
    entries=tuple(
        ListedCode(
            code=rule.id,
            label=rule.words,
            source=rule.clause,
            certainty=rule.certainty,
            clause=rule.clause,
            mark=rule.mark,
        )
        for rule in RULES.values()
    ),
)

ATTENDANCE = CodeSet(
    name="attendance",
    title="The codes of the attendance register",
    entries=tuple(
        ListedCode(
            code=meaning.code,
            label=f"{meaning.words} ({meaning.category.replace('_', ' ')})",
            source=meaning.clause,
            certainty=meaning.certainty,
            from_on=date(2024, 8, 19),
            clause=meaning.clause,
            mark=RuleOrigin.LAW,
        )
        for meaning in CODES.values()
    ),
)
