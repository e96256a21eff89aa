"""The law's own examples: UPN, regimes, notice, invitation and outcome, as tables."""

from datetime import date
from itertools import product

import pytest

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.bases import BASES, NotAlternativeProvision
from domain.law.origins import Law
from domain.law.powers import NoPower, NotTheirBasis, may_ever_use, regime_for
from domain.law.regimes import REGIMES, Regime, regime
from domain.law.rules import FIGURES, RULES
from domain.placement.agreement.delivery import deemed_on
from domain.placement.agreement.notice import earliest_start, is_timely, latest_day
from domain.shared import upn
from events.codes import CommissionerKind, DeliveryMethod, LegalBasis, RegimeId, RuleId, Severity
from tests.domain.examples import CALENDAR, HALF_TERMS, day


@pytest.mark.parametrize("text", ["B801200005001", "P207000016049", "L831400126001", " p207000016049 "])
def test_these_upns_are_sound(text: str) -> None:
    assert upn.parse(text) == upn.Upn(text=text.strip().upper())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Q207000016049", upn.UpnCheckLetter),
        ("A801200005001", upn.UpnCheckLetter),
        ("A80120000500", upn.UpnFormat),
        ("I801200005001", upn.UpnFormat),
        ("", upn.UpnFormat),
        ("\u0661801200005001", upn.UpnFormat),
    ],
)
def test_these_are_not(text: str, reason: type) -> None:
    assert type(upn.parse(text)) is reason


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("X83140012600A", ("temporary_upn",)),
        ("L831400126001", ()),
        (upn.check_letter("999400126001") + "999400126001", ("la_part_unknown",)),
    ],
)
def test_what_is_odd_about_a_upn_is_a_warning(text: str, warnings: tuple[str, ...]) -> None:
    found = upn.parse(text)

    assert isinstance(found, upn.Upn)
    assert found.warnings == warnings


K, B, R = CommissionerKind, LegalBasis, RegimeId


def _school(commissioner: CommissionerKind) -> CommissionerKind:
    """The kind of the home school: the commissioner's own, or for an authority any."""
    return K.ACADEMY if commissioner is K.LA else commissioner


@pytest.mark.obligation("S13", "S16")
@pytest.mark.parametrize(
    ("commissioner", "basis", "on", "expected"),
    [
        (K.MAINTAINED, B.OSD, "2026-11-16", R.MAINT_2013),
        (K.ACADEMY, B.OSD, "2026-07-25", R.ACAD_PRE),
        (K.ACADEMY, B.OSD, "2026-07-26", R.ACAD_2026),
        (K.AP_ACADEMY, B.OSD, "2026-07-26", R.ACAD_2026),
        (K.PRU, B.OSD, "2026-07-26", R.PRU_2026),
        (K.PRU, B.AGREED, "2026-07-25", R.VOLUNTARY),
        (K.LA, B.AGREED, "2026-11-16", R.VOLUNTARY),
        (K.MAINTAINED, B.SUSP6, "2026-11-16", R.EXCL_S100),
        (K.ACADEMY, B.SUSP6, "2026-07-25", R.EXCL_S100),
        (K.LA, B.PEX6, "2026-11-16", R.LA_S19),
        (K.LA, B.S19_ILL, "2026-11-16", R.LA_S19),
        (K.LA, B.S19_OTH, "2026-11-16", R.LA_S19),
        (K.LA, B.EHCP_S42, "2026-11-16", R.EHCP_S42),
    ],
)
@pytest.mark.clause("power")
def test_the_regime_follows_from_commissioner_basis_and_day(
    commissioner: CommissionerKind, basis: LegalBasis, on: str, expected: RegimeId
) -> None:
    found = regime_for(commissioner, basis, day(on), school=_school(commissioner))

    assert isinstance(found, Regime)
    assert found.id is expected
    assert regime(expected) is found


@pytest.mark.obligation("S1", "S13", "S16")
@pytest.mark.parametrize(
    ("commissioner", "basis", "on", "reason"),
    [
        (K.PRU, B.OSD, "2026-07-25", NoPower),
        (K.LA, B.OSD, "2026-11-16", NoPower),
        (K.MAINTAINED, B.OSD, "2012-12-31", NoPower),
        (K.MAINTAINED, B.PEX6, "2026-11-16", NotTheirBasis),
        (K.ACADEMY, B.S19_ILL, "2026-11-16", NotTheirBasis),
        (K.ACADEMY, B.EHCP_S42, "2026-11-16", NotTheirBasis),
        (K.PRU, B.SUSP6, "2026-11-16", NotTheirBasis),
        (K.LA, B.SUSP6, "2026-11-16", NotTheirBasis),
        (K.LA, B.EHCP_S42, "2014-08-31", NotTheirBasis),
        (K.LA, B.EOTAS_S61, "2026-11-16", NotAlternativeProvision),
    ],
)
@pytest.mark.clause("power")
def test_some_have_no_power(commissioner: CommissionerKind, basis: LegalBasis, on: str, reason: type) -> None:
    assert type(regime_for(commissioner, basis, day(on), school=_school(commissioner))) is reason


def test_a_refusal_points_at_what_would_have_to_be_another() -> None:
    no_power = may_ever_use(K.LA, B.OSD, school=_school(K.LA))
    not_theirs = may_ever_use(K.ACADEMY, B.S19_ILL, school=_school(K.ACADEMY))

    assert isinstance(no_power, NoPower)
    assert no_power.pointer == "/commissioner"
    assert isinstance(not_theirs, NotTheirBasis)
    assert not_theirs.pointer == "/legal_basis"


@pytest.mark.obligation("S1", "S16")
def test_the_authority_arranges_education_for_a_suspension_from_a_unit() -> None:
    """The authority arranges education for a suspension from a pupil referral unit."""
    found = regime_for(K.LA, B.SUSP6, day("2026-11-16"), school=K.PRU)

    assert isinstance(found, Regime)
    assert found.id is R.EXCL_PRU
    assert not found.binding


@pytest.mark.obligation("S16")
def test_each_basis_is_open_to_somebody_and_one_is_the_authoritys_alone() -> None:
    """Each basis but one is open to somebody, and that one is recorded by the authority alone."""
    for basis in LegalBasis:
        open_to = {each for each in CommissionerKind if may_ever_use(each, basis, school=_school(each)) is None}
        assert open_to, basis
    assert open_to == {K.LA}
    assert basis is B.EOTAS_S61


@pytest.mark.obligation("S16")
@pytest.mark.parametrize("commissioner", list(CommissionerKind))
@pytest.mark.parametrize("on", ["2013-01-01", "2026-07-25", "2026-07-26", "2030-01-01"])
def test_no_day_has_two_regimes(commissioner: CommissionerKind, on: str) -> None:
    for basis, school in product(LegalBasis, CommissionerKind):
        found = [
            each
            for each in REGIMES
            if each.is_for(commissioner, basis, school) and each.from_on <= day(on) <= each.to_on
        ]
        assert len(found) <= 1


@pytest.mark.parametrize(
    ("regime_id", "rule", "expected"),
    [
        (R.ACAD_2026, RuleId.T1, Severity.BREACH),
        (R.ACAD_2026, RuleId.PLAN, Severity.ADVISORY),
        (R.ACAD_2026, RuleId.DECISION, Severity.BREACH),
        (R.ACAD_2026, RuleId.PERIOD, Severity.BREACH),
        (R.ACAD_2026, RuleId.T5, Severity.ADVISORY),
        (R.ACAD_2026, RuleId.T14, Severity.ADVISORY),
        (R.ACAD_PRE, RuleId.T1, Severity.ADVISORY),
        (R.VOLUNTARY, RuleId.T6, Severity.ADVISORY),
        (R.MAINT_2013, RuleId.T6, Severity.ADVISORY),
        (R.MAINT_2013, RuleId.DECISION, Severity.BREACH),
        (R.PRU_2026, RuleId.PERIOD, Severity.BREACH),
        (R.ACAD_PRE, RuleId.DECISION, Severity.ADVISORY),
        (R.VOLUNTARY, RuleId.PERIOD, Severity.ADVISORY),
        (R.LA_S19, RuleId.PERIOD, Severity.ADVISORY),
        (R.PRU_2026, RuleId.T1, Severity.BREACH),
        (R.EXCL_S100, RuleId.T1, Severity.ADVISORY),
        (R.LA_S19, RuleId.T2, Severity.ADVISORY),
        (R.EHCP_S42, RuleId.T3, Severity.ADVISORY),
        (R.EXCL_S100, RuleId.T8, Severity.BREACH),
        (R.LA_S19, RuleId.T8, Severity.BREACH),
        (R.VOLUNTARY, RuleId.T8, Severity.ADVISORY),
    ],
)
def test_a_miss_is_a_breach_only_where_law_is_missed_under_law(
    regime_id: RegimeId, rule: RuleId, expected: Severity
) -> None:
    assert regime(regime_id).severity(rule) is expected


@pytest.mark.obligation("S1", "S16")
def test_section_29a_binds_as_law_under_the_regimes_of_a_direction_alone() -> None:
    assert {each.id for each in REGIMES if each.binding} == {R.MAINT_2013, R.ACAD_2026, R.PRU_2026}
    assert {each.id for each in REGIMES if Law.EXCLUSION in each.laws} == {R.EXCL_S100, R.EXCL_PRU, R.LA_S19}


def test_every_basis_stands_in_the_table() -> None:
    assert set(BASES) == set(LegalBasis)
    assert {each.id for each in BASES.values() if each.notice_binds} == {B.OSD, B.SUSP6, B.PEX6}
    assert {each.id for each in BASES.values() if each.notice is RuleId.T8} == {B.SUSP6, B.PEX6}
    assert {each.id for each in BASES.values() if not each.placement} == {B.EOTAS_S61}


def test_every_rule_stands_in_the_table() -> None:
    assert set(RULES) == set(RuleId)
    assert {(each.invitation_days, each.outcome_days) for each in FIGURES} == {(6, 6)}


WITH_INSET = SchoolCalendar(half_terms=HALF_TERMS, inset_days=[day("2026-11-25")])
SHORT = SchoolCalendar(half_terms=HALF_TERMS[1:])


@pytest.mark.obligation("S13")
@pytest.mark.parametrize(
    ("start", "deemed", "calendar", "timely"),
    [
        ("2026-11-26", "2026-11-23", CALENDAR, True),
        ("2026-11-26", "2026-11-24", CALENDAR, False),
        ("2026-11-26", "2026-11-23", WITH_INSET, False),
        ("2026-11-26", "2026-11-22", WITH_INSET, True),
        ("2026-11-25", "2026-11-22", CALENDAR, True),
        ("2026-11-25", "2026-11-23", CALENDAR, False),
    ],
)
@pytest.mark.clause("notice-timely")
def test_notice_leaves_two_clear_school_days(
    start: str, deemed: str, calendar: SchoolCalendar, *, timely: bool
) -> None:
    latest = latest_day(day(start), calendar, FIGURES[-1])

    assert is_timely(calendar.between(day(deemed), day(start)), FIGURES[-1]) is timely
    assert latest is not None
    assert (day(deemed) <= latest) is timely
    assert (earliest_start(day(deemed), calendar, FIGURES[-1]) <= day(start)) is timely


def test_a_calendar_that_begins_too_late_has_no_day_for_notice() -> None:
    assert latest_day(day("2026-11-03"), SHORT, FIGURES[-1]) is None


@pytest.mark.parametrize(
    ("method", "given_on", "expected"),
    [
        (DeliveryMethod.HAND, "2026-11-20", "2026-11-20"),
        (DeliveryMethod.EMAIL, "2026-11-20", "2026-11-20"),
        (DeliveryMethod.FIRST_CLASS_POST, "2026-11-20", "2026-11-24"),
        (DeliveryMethod.FIRST_CLASS_POST, "2026-12-24", "2026-12-30"),
    ],
)
def test_what_is_posted_counts_from_the_second_working_day(
    method: DeliveryMethod, given_on: str, expected: str
) -> None:
    found: date = deemed_on(day(given_on), method, CALENDAR)

    assert found == day(expected)
