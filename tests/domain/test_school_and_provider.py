"""Home schools with their calendars, and providers with their visits and entries."""

from dataclasses import replace
from typing import Any

import pytest

from domain.school import evolve
from domain.school import state as school_state
from domain.school import steps as schools
from domain.school.delegating import DelegationUnknown, DelegationUnsound, GrantDelegation, RevokeDelegation
from domain.school.facts import SchoolFacts
from domain.school.publishing import CalendarUnsound, PublishCalendar
from domain.school.registering import RegisterSchool, SchoolIncomplete
from domain.school.steps import SchoolWrongStage
from domain.shared.errors import Rejections
from domain.shared.words import count
from events.codes import CalendarRevision, CommissionerKind, Role, Session
from events.ids import CommandId, DelegationId, Urn
from events.school import AcademicYearPublished, SchoolRegistered
from events.values.school_days import HalfDay, HalfTerm
from tests.domain.examples import BANK_HOLIDAYS, HALF_TERMS, day
from tests.dsl import actor, an_id

URN = SchoolFacts(
    urn=Urn("900001"), actor=actor(Role.HEAD), command_id=CommandId(an_id("command")), today=day("2026-07-01")
)
REGISTER_SCHOOL = RegisterSchool(name="Hillcross", kind=CommissionerKind.MAINTAINED, la_code="831")
PUBLISH = PublishCalendar(half_terms=HALF_TERMS[::-1], inset_days=(day("2026-09-03"), day("2026-09-03")))


def _school(*commands: object) -> school_state.School:
    state = evolve.initial()
    for command in commands:
        for event in schools.decide(state, command, URN):
            state = evolve.evolve(state, event)
    return state


def _refused(decide: Any, *arguments: Any) -> set[type]:
    with pytest.raises(Rejections) as refusal:
        decide(*arguments)
    return {type(reason) for reason in refusal.value.reasons}


def test_a_school_is_registered_with_the_kind_that_decides_its_law() -> None:
    (event,) = schools.decide(evolve.initial(), REGISTER_SCHOOL, URN)

    assert event == SchoolRegistered(
        urn=Urn("900001"), name="Hillcross", kind=CommissionerKind.MAINTAINED, la_code="831"
    )


def test_a_calendar_is_published_in_order_and_counts_up() -> None:
    school = _school(REGISTER_SCHOOL, PUBLISH)
    (event,) = schools.decide(school, PUBLISH, URN)

    assert event == AcademicYearPublished(
        version=2,
        academic_year=2026,
        published_on=day("2026-07-01"),
        half_terms=HALF_TERMS,
        inset_days=(day("2026-09-03"),),
        revision=CalendarRevision.CHANGED,
    )
    calendar = school.calendar(BANK_HOLIDAYS)
    assert calendar.version == 1
    assert not calendar.is_school_day(day("2026-09-03"))
    assert calendar.is_school_day(day("2026-09-04"))


MORNING = HalfDay(day=day("2026-12-18"), session=Session.AM)


@pytest.mark.obligation("S7")
def test_a_half_day_is_a_school_day_with_one_session() -> None:
    school = _school(REGISTER_SCHOOL, replace(PUBLISH, half_days=(MORNING,)))
    calendar = school.calendar(BANK_HOLIDAYS)

    assert school.half_days == (MORNING,)
    assert calendar.is_school_day(MORNING.day)
    assert calendar.has_session(MORNING.day, Session.AM)
    assert not calendar.has_session(MORNING.day, Session.PM)
    assert all(calendar.has_session(day("2026-12-17"), session) for session in Session)
    assert not any(calendar.has_session(day("2026-12-19"), session) for session in Session)


@pytest.mark.parametrize(
    "half_days",
    [
        (MORNING, replace(MORNING, session=Session.PM)),
        (replace(MORNING, day=day("2026-12-19")),),
        (replace(MORNING, day=day("2026-12-21")),),
        (replace(MORNING, day=day("2026-09-03")),),
        (replace(MORNING, day=day("2030-09-03")),),
    ],
    ids=["twice", "a Saturday", "a holiday", "an INSET day", "beyond the calendar"],
)
def test_a_half_day_is_named_once_and_is_a_school_day(half_days: tuple[HalfDay, ...]) -> None:
    command = replace(PUBLISH, half_days=half_days)

    assert _refused(schools.decide, _school(REGISTER_SCHOOL), command, URN) == {CalendarUnsound}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"la_code": "83"},
        {"kind": CommissionerKind.LA},
        {"laestab": "831400"},
        {"laestab": "8304000"},
    ],
)
def test_a_school_is_refused(wrong: dict[str, Any]) -> None:
    command = replace(REGISTER_SCHOOL, **wrong)

    assert _refused(schools.decide, evolve.initial(), command, URN) == {SchoolIncomplete}


def test_a_school_needs_a_urn_of_six_digits_and_is_registered_once() -> None:
    short = replace(URN, urn=Urn("1"))

    assert _refused(schools.decide, evolve.initial(), REGISTER_SCHOOL, short) == {SchoolIncomplete}
    assert _refused(schools.decide, _school(REGISTER_SCHOOL), REGISTER_SCHOOL, URN) == {SchoolWrongStage}
    assert _refused(schools.decide, evolve.initial(), PUBLISH, URN) == {SchoolWrongStage}


HEADS = GrantDelegation(
    delegation_id=DelegationId(an_id("delegation")), granted_on=day("2026-09-10"), until_on=day("2027-08-31")
)
REVOKE = RevokeDelegation(delegation_id=HEADS.delegation_id, revoked_on=day("2026-11-01"))
OTHER = replace(HEADS, delegation_id=DelegationId(an_id("other")), until_on=None)


@pytest.mark.obligation("S13")
def test_a_body_lets_the_head_use_its_power_and_takes_it_back() -> None:
    revoked, other = _school(REGISTER_SCHOOL, HEADS, OTHER, REVOKE).delegations

    assert revoked.serves(Role.HEAD, day("2026-10-31"))
    assert not revoked.serves(Role.HEAD, day("2026-11-01"))
    assert other.serves(Role.HEAD, day("2030-01-01"))


@pytest.mark.parametrize(
    ("before", "command", "reason"),
    [
        ((), replace(HEADS, to_role=Role.CASE_WORKER), DelegationUnsound),
        ((), replace(HEADS, until_on=day("2026-09-09")), DelegationUnsound),
        ((HEADS,), HEADS, DelegationUnsound),
        ((), REVOKE, DelegationUnknown),
        ((HEADS, REVOKE), REVOKE, DelegationUnknown),
        ((HEADS,), replace(REVOKE, revoked_on=day("2026-09-09")), DelegationUnsound),
    ],
)
def test_a_delegation_is_refused(before: tuple[Any, ...], command: object, reason: type) -> None:
    assert _refused(schools.decide, _school(REGISTER_SCHOOL, *before), command, URN) == {reason}


def test_a_delegation_is_of_a_school_that_is_registered() -> None:
    assert _refused(schools.decide, evolve.initial(), HEADS, URN) == {SchoolWrongStage}


@pytest.mark.parametrize(
    "half_terms",
    [
        (),
        (HALF_TERMS[0], replace(HALF_TERMS[0], name="again")),
        (HalfTerm(name="backwards", first_on=day("2026-09-03"), last_on=day("2026-09-02")),),
        (HalfTerm(name="endless", first_on=day("2026-09-03"), last_on=day("2027-09-03")),),
    ],
)
def test_a_calendar_holds_together(half_terms: tuple[HalfTerm, ...]) -> None:
    command = PublishCalendar(half_terms=half_terms)

    assert _refused(schools.decide, _school(REGISTER_SCHOOL), command, URN) == {CalendarUnsound}


def test_small_counts_are_said_in_words() -> None:
    assert [count(n, "day") for n in (0, 1, 2, 11)] == ["no days", "one day", "two days", "11 days"]
