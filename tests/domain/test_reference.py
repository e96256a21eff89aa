"""The code lists: complete, dated, and honest about their sources."""

from enum import StrEnum

import pytest

from domain.law.bases import BASES
from domain.law.origins import Certainty
from domain.law.regimes import REGIMES
from domain.law.rules import RULES
from domain.reference.sets import CODE_SETS, code_set
from events.codes import (
    AttendanceCode,
    EndReason,
    LegalBasis,
    PrimaryReason,
    Rag,
    RegimeId,
    ReviewDecision,
    Role,
    RuleId,
    SettingType,
)
from tests.domain.examples import day


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("legal_basis", LegalBasis),
        ("setting_type", SettingType),
        ("primary_reason", PrimaryReason),
        ("review_decision", ReviewDecision),
        ("end_reason", EndReason),
        ("rag", Rag),
        ("roles", Role),
        ("regimes", RegimeId),
        ("rules", RuleId),
        ("attendance", AttendanceCode),
    ],
)
def test_a_list_has_each_code_once_with_its_words_and_its_source(name: str, codes: type[StrEnum]) -> None:
    entries = CODE_SETS[name].entries

    assert sorted(entry.code for entry in entries) == sorted(codes)
    assert all(entry.label and entry.source for entry in entries)


@pytest.mark.obligation("S33")
def test_the_codes_of_the_register_say_what_they_mean_and_how_they_count() -> None:
    entries = {entry.code: entry for entry in CODE_SETS["attendance"].entries}

    assert entries["B"].label == "At another approved educational activity (approved activity)"
    assert (entries["B"].clause, entries["B"].certainty) == ("SI 2024/208 reg 10(3)", Certainty.CONFIRMED)
    assert entries["Y5"].certainty is Certainty.UNCONFIRMED
    assert CODE_SETS["attendance"].on(day("2024-08-18")) == ()
    assert "attendance_code" not in CODE_SETS


def test_official_values_stand_verbatim() -> None:
    assert [entry.code for entry in CODE_SETS["setting_type"].entries] == ["NFE", "OOT", "OTH", "WBP"]
    assert len(CODE_SETS["qa_section"].entries) == 4


@pytest.mark.obligation("S16")
def test_a_list_shows_what_holds_on_a_day() -> None:
    regimes = CODE_SETS["regimes"]

    before = {entry.code for entry in regimes.on(day("2026-07-25"))}
    after = {entry.code for entry in regimes.on(day("2026-07-26"))}

    assert {"ACAD-PRE"} <= before - after
    assert {"ACAD-2026", "PRU-2026"} <= after - before
    assert CODE_SETS["qa_section"].on(day("2025-07-31")) == ()


def test_lists_of_the_law_say_what_the_tables_that_decide_say() -> None:
    regimes = {entry.code: entry for entry in CODE_SETS["regimes"].entries}
    rules = {entry.code: entry for entry in CODE_SETS["rules"].entries}

    assert {regime.id: regime.certainty for regime in REGIMES} == {
        code: entry.certainty for code, entry in regimes.items()
    }
    assert {rule.id: (rule.mark, rule.clause) for rule in RULES.values()} == {
        code: (entry.mark, entry.clause) for code, entry in rules.items()
    }
    assert {basis.clause for basis in BASES.values()} == {entry.clause for entry in CODE_SETS["legal_basis"].entries}


def test_what_was_not_seen_in_a_source_says_so() -> None:
    unsure = {entry.code for entry in CODE_SETS["primary_reason"].entries if entry.certainty is Certainty.UNCONFIRMED}

    assert unsure == set(PrimaryReason) - {PrimaryReason.MENTAL, PrimaryReason.BEHAVIOUR}


def test_a_list_is_found_by_either_spelling_of_its_name() -> None:
    assert code_set("legal-basis") is code_set("legal_basis") is CODE_SETS["legal_basis"]
    assert code_set("nothing") is None
