"""What falls due about a provider: checks that run out, and a council's visit that comes round (T11)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from domain.calendar.london import start_of
from domain.calendar.months import months_after
from domain.calendar.school_calendar import DAY
from domain.provider import evolve as provider_state
from domain.provider.deadlines import deadlines, fallen_due, next_look
from domain.provider.diligence import CompleteDueDiligence
from domain.provider.state import Provider
from events.codes import DiligenceCheck, Role, RuleId, Severity
from tests.domain.examples import day
from tests.domain.test_providers import FACTS, LIST, REGISTER, SCHOOL, VISIT, WITHDRAW, checks, provider

CHECKED = CompleteDueDiligence(checks=checks())
"""Made on 9 October 2026; the insurance and the DBS checks seen run out on 30 June 2027."""
RUNS_OUT, AGED = day("2027-06-30"), day("2027-10-09")


def after(state: Provider, now: datetime) -> Provider:
    for event in fallen_due(state, now):
        state = provider_state.evolve(state, event)
    return state


def due(state: Provider) -> list[tuple[RuleId, str, date, DiligenceCheck | None, bool]]:
    return [(each.rule, each.org_id, each.due_on, each.check, each.missed) for each in deadlines(state)]


@pytest.mark.obligation("S9", "S19")
def test_a_commissioners_checks_run_out_each_on_its_day() -> None:
    found = provider(REGISTER, CHECKED)

    assert due(found) == [
        (RuleId.T11, SCHOOL, RUNS_OUT, DiligenceCheck.INSURANCE, False),
        (RuleId.T11, SCHOOL, RUNS_OUT, DiligenceCheck.SAFER_RECRUITMENT, False),
        (RuleId.T11, SCHOOL, AGED, None, False),
    ]
    insurance, _, whole = deadlines(found)
    assert insurance.words.startswith("Check insurance again by Wednesday 30 June 2027")
    assert whole.words.endswith("by Saturday 9 October 2027: 12 months after the check of Friday 9 October 2026")
    assert {(each.severity, each.owner) for each in deadlines(found)} == {(Severity.ADVISORY, Role.CASE_WORKER)}
    assert whole.remind_on == day("2027-09-11")


def test_only_the_last_checks_of_a_commissioner_count() -> None:
    again = CompleteDueDiligence(checks=checks(expires_on=day("2027-12-01")))
    found = provider(REGISTER, CHECKED, again)

    assert day("2027-12-01") in {each.due_on for each in deadlines(found)}
    assert len(deadlines(found)) == 3


def test_the_checks_of_a_council_are_its_officers_task() -> None:
    council = replace(FACTS, actor=replace(FACTS.actor, org_id="la:831"))
    found = provider(REGISTER, CHECKED, facts=council)

    assert {each.owner for each in deadlines(found)} == {Role.LA_OFFICER}


@pytest.mark.obligation("S11", "S26")
def test_a_council_visits_a_provider_it_lists_every_twelve_months() -> None:
    """A council visits a provider that it lists within twelve months of the last visit."""
    unlisted, listed = provider(REGISTER, VISIT), provider(REGISTER, VISIT, LIST)
    visited_again = provider(REGISTER, VISIT, LIST, replace(VISIT, visited_on=day("2026-11-02")))

    assert due(unlisted) == []
    assert due(listed) == [(RuleId.QA_VISIT, "la:831", day("2027-10-01"), None, False)]
    assert due(visited_again) == [(RuleId.QA_VISIT, "la:831", day("2027-11-02"), None, False)]
    assert due(provider(REGISTER, VISIT, LIST, WITHDRAW)) == []


def test_a_visit_is_not_due_before_the_entry_that_brings_it() -> None:
    long_ago = replace(VISIT, visited_on=day("2024-10-01"))

    assert [each.due_on for each in deadlines(provider(REGISTER, long_ago, LIST))] == [LIST.approved_on]


def test_a_miss_is_recorded_once_at_the_midnight_after_its_day() -> None:
    found = provider(REGISTER, CHECKED)
    midnight = start_of(RUNS_OUT + DAY)

    assert next_look(found, start_of(RUNS_OUT)) == midnight
    assert after(found, start_of(RUNS_OUT)) == found
    missed = after(found, midnight)
    assert [(miss.check, miss.due, miss.org_id) for miss in missed.missed] == [
        (DiligenceCheck.INSURANCE, RUNS_OUT, SCHOOL),
        (DiligenceCheck.SAFER_RECRUITMENT, RUNS_OUT, SCHOOL),
    ]
    assert [each.missed for each in deadlines(missed)] == [True, True, False]
    assert after(missed, midnight) == missed


def test_one_look_after_two_years_finds_what_a_look_each_month_finds() -> None:
    found = each_month = provider(REGISTER, VISIT, LIST, CHECKED)
    for month in range(24):
        each_month = after(each_month, start_of(months_after(FACTS.today, month)))
    at_once = after(found, start_of(months_after(FACTS.today, 23)))

    assert at_once.missed == each_month.missed
    assert [miss.rule for miss in at_once.missed] == [RuleId.T11, RuleId.T11, RuleId.QA_VISIT, RuleId.T11]
    assert next_look(at_once, start_of(months_after(FACTS.today, 23))) is None
