"""Rows of the lists name what made them: whoever changes a figure, a rule or the holidays raises the basis."""

import hashlib

from domain.law.rules import FIGURES, RULES
from infra.bank_holidays import bank_holidays
from infra.projections.basis import BASIS

_MADE_BY = {1: "b25d01a52aed0ab1", 3: "8daebab0024e9b83"}
"""The digest of figures, rules and holidays for each basis. A basis that a release had is never changed."""


def test_the_basis_rises_with_every_change_of_figures_rules_and_holidays() -> None:
    rules = [repr(RULES[each]) for each in sorted(RULES)]
    made_by = repr((FIGURES, rules, sorted(bank_holidays())))

    digest = hashlib.sha256(made_by.encode()).hexdigest()[:16]

    assert _MADE_BY[BASIS] == digest, "raise BASIS in infra/projections/basis.py, and add its digest here"
