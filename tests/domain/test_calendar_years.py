"""A school's calendar is published year by year: one year leaves the others alone, and what has come stays."""

from dataclasses import replace
from datetime import date, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.calendar.school_calendar import DAY, SchoolCalendar, academic_year, year_name
from domain.school import steps as schools
from domain.school.confirming import ConfirmCalendarCorrection, CorrectionUnknown, SecondPersonNeeded
from domain.school.evolve import evolve, initial
from domain.school.facts import SchoolFacts
from domain.school.publishing import CalendarUnsound, PastDayChanged, PublishCalendar
from domain.school.registering import RegisterSchool
from domain.school.state import School
from domain.school.steps import warnings
from domain.shared.errors import Rejected, Rejections
from domain.warnings import WarningCode
from events.codes import CalendarRevision, CommissionerKind, Role, Session
from events.ids import CalendarCorrectionId, CommandId, Urn
from events.school import AcademicYearPublished, CalendarCorrectionProposed, CalendarPublished, SchoolEvent
from events.values.school_days import HalfDay, HalfTerm
from tests.domain.examples import BANK_HOLIDAYS, HALF_TERMS, day
from tests.dsl import actor, an_id

TODAY = day("2026-11-23")
SUMMER = day("2026-07-01")
NEXT = (
    HalfTerm(name="Autumn 1", first_on=day("2027-09-02"), last_on=day("2027-10-22")),
    HalfTerm(name="Autumn 2", first_on=day("2027-11-01"), last_on=day("2027-12-17")),
)
LAST = (HalfTerm(name="Summer 2", first_on=day("2026-06-01"), last_on=day("2026-07-21")),)
CORRECTED: dict[str, Any] = {"revision": CalendarRevision.CORRECTED, "reason": "the minutes of September say so"}


def facts(role: Role = Role.HEAD, today: date = TODAY, command: str = "command") -> SchoolFacts:
    return SchoolFacts(urn=Urn("900001"), actor=actor(role), command_id=CommandId(an_id(command)), today=today)


def publish(*half_terms: HalfTerm, **changes: Any) -> PublishCalendar:
    return PublishCalendar(half_terms=half_terms or HALF_TERMS, **changes)


def school(*commands: object, today: date = SUMMER) -> School:
    state = initial()
    begin = RegisterSchool(name="Hillcross", kind=CommissionerKind.ACADEMY, la_code="831")
    for n, command in enumerate((begin, *commands)):
        events = schools.decide(state, command, facts(today=today, command=f"command {n}"))
        state = reduce(evolve, events, state)
    return state


def decided(state: School, given: object, **how: Any) -> tuple[SchoolEvent, ...]:
    return schools.decide(state, given, facts(**how))


def refused(state: School, given: object, **how: Any) -> tuple[Rejected, ...]:
    with pytest.raises(Rejections) as refusal:
        decided(state, given, **how)
    return refusal.value.reasons


def after(state: School, *events: SchoolEvent) -> SchoolCalendar:
    return reduce(evolve, events, state).calendar(BANK_HOLIDAYS)


THIS_YEAR = school(publish())


def test_next_year_s_calendar_leaves_the_running_year_as_it_is() -> None:
    (event,) = decided(THIS_YEAR, publish(*NEXT))
    calendar = after(THIS_YEAR, event)

    assert isinstance(event, AcademicYearPublished)
    assert (event.academic_year, event.version, event.revision) == (2027, 2, None)
    assert calendar.is_school_day(TODAY)
    assert calendar.half_terms == (*HALF_TERMS, *NEXT)
    assert not calendar.is_school_day(day("2027-08-03"))
    assert calendar.version == 2


def test_several_years_in_one_body_are_published_each() -> None:
    events = decided(school(), publish(*NEXT, *HALF_TERMS, inset_days=(day("2027-09-02"), day("2026-09-03"))))

    assert [(each.academic_year, each.version) for each in events if isinstance(each, AcademicYearPublished)] == [
        (2026, 1),
        (2027, 2),
    ]
    assert [each.inset_days for each in events if isinstance(each, AcademicYearPublished)] == [
        (day("2026-09-03"),),
        (day("2027-09-02"),),
    ]


def test_a_new_version_replaces_that_year_alone_and_counts_up() -> None:
    both = school(publish(), publish(*NEXT))
    (event,) = decided(both, publish(*NEXT, inset_days=(day("2027-11-05"),)))
    calendar = after(both, event)

    assert isinstance(event, AcademicYearPublished)
    assert (event.version, event.revision) == (3, CalendarRevision.CHANGED)
    assert not calendar.is_school_day(day("2027-11-05"))
    assert calendar.is_school_day(TODAY)
    assert both.calendar(BANK_HOLIDAYS, 1).is_provisional(day("2027-09-02"))
    assert not both.calendar(BANK_HOLIDAYS, 2).is_provisional(day("2027-09-02"))


def test_a_half_day_belongs_to_its_year() -> None:
    both = school(publish(half_days=(HalfDay(day=day("2026-12-18"), session=Session.AM),)), publish(*NEXT))

    assert not both.calendar(BANK_HOLIDAYS).has_session(day("2026-12-18"), Session.PM)
    assert both.half_days == (HalfDay(day=day("2026-12-18"), session=Session.AM),)


@pytest.mark.parametrize(
    ("first", "name"), [("2026-07-31", "2025/26"), ("2026-08-01", "2026/27"), ("2099-09-01", "2099/00")]
)
def test_a_school_year_begins_after_july(first: str, name: str) -> None:
    assert year_name(academic_year(day(first))) == name


def test_an_earlier_calendar_of_all_years_keeps_its_meaning() -> None:
    stored = CalendarPublished(version=1, half_terms=HALF_TERMS, inset_days=(day("2026-09-03"),))
    replaced = CalendarPublished(version=2, half_terms=NEXT, inset_days=())
    state = reduce(evolve, (stored, replaced), school())

    assert state.half_terms == NEXT
    assert not state.calendar(BANK_HOLIDAYS).is_school_day(TODAY)
    assert not state.calendar(BANK_HOLIDAYS).is_provisional(TODAY)
    (again,) = decided(state, publish())
    assert after(state, again).is_school_day(TODAY)


def test_a_year_that_is_missing_is_provisional_in_a_field_and_in_its_days() -> None:
    far = replace(NEXT[0], first_on=day("2028-09-04"), last_on=day("2028-10-20"))
    state = school(publish(), publish(far))
    calendar = state.calendar(BANK_HOLIDAYS)

    assert [(each.name, each.provisional) for each in state.calendar_years] == [
        ("2026/27", False),
        ("2027/28", True),
        ("2028/29", False),
        ("2029/30", True),
    ]
    assert calendar.is_provisional(day("2027-11-03"))
    assert calendar.is_school_day(day("2027-11-03"))
    assert not calendar.covers(day("2027-11-03"))
    assert calendar.covers(day("2028-09-05"))
    assert calendar.between(day("2027-11-01"), day("2027-11-08")) == 4
    assert not calendar.is_school_day(day("2027-07-26"))
    assert school().calendar_years == ()


def test_a_year_that_is_published_in_part_goes_on_provisionally() -> None:
    state = school(publish(*HALF_TERMS[:2]), publish(*NEXT))
    calendar = state.calendar(BANK_HOLIDAYS)

    assert calendar.is_school_day(day("2027-02-03"))
    assert calendar.is_provisional(day("2027-02-03"))
    assert not calendar.is_provisional(day("2026-12-18"))
    assert not calendar.is_school_day(day("2026-10-28"))


def test_a_school_that_begins_with_next_year_still_has_a_running_year() -> None:
    state = school(publish(*NEXT), today=TODAY)
    calendar = state.calendar(BANK_HOLIDAYS)

    assert calendar.is_school_day(TODAY)
    assert calendar.is_provisional(TODAY)
    assert not calendar.is_school_day(day("2026-07-31"))


@pytest.mark.parametrize("revision", [None, CalendarRevision.CHANGED])
@pytest.mark.parametrize("dropped", ["2026-11-23", "2026-11-20", "2026-09-03"])
def test_a_day_that_has_come_is_dropped_by_no_change(dropped: str, revision: CalendarRevision | None) -> None:
    command = publish(inset_days=(day(dropped),), revision=revision, reason="snow")
    (reason,) = refused(THIS_YEAR, command)

    assert isinstance(reason, PastDayChanged)
    assert reason.pointer == "/revision"


def test_a_session_that_has_come_is_dropped_by_no_change() -> None:
    half = (HalfDay(day=day("2026-11-20"), session=Session.AM),)

    assert isinstance(refused(THIS_YEAR, publish(half_days=half))[0], PastDayChanged)
    (event,) = decided(school(publish(half_days=half)), publish(**CORRECTED))
    assert isinstance(event, AcademicYearPublished)


def test_a_day_that_has_come_is_dropped_by_a_correction_with_its_reason() -> None:
    (event,) = decided(THIS_YEAR, publish(inset_days=(day("2026-11-20"),), **CORRECTED))
    (unsaid,) = refused(THIS_YEAR, publish(inset_days=(day("2026-11-20"),), **(CORRECTED | {"reason": " "})))

    assert isinstance(event, AcademicYearPublished)
    assert (event.revision, event.reason) == (CalendarRevision.CORRECTED, "the minutes of September say so")
    assert (type(unsaid), unsaid.pointer) == (CalendarUnsound, "/reason")


def test_a_day_to_come_changes_without_more() -> None:
    (event,) = decided(THIS_YEAR, publish(inset_days=(day("2026-11-25"),)))

    assert isinstance(event, AcademicYearPublished)
    assert event.revision is CalendarRevision.CHANGED


WITH_INSET = school(publish(inset_days=(day("2026-11-20"),)))


def test_a_school_day_is_added_to_the_past_by_two_people() -> None:
    assert isinstance(refused(WITH_INSET, publish())[0], PastDayChanged)
    command = publish(inset_days=(day("2026-12-05"),), **CORRECTED)
    (proposed,) = decided(WITH_INSET, command)
    assert isinstance(proposed, CalendarCorrectionProposed)
    waiting = evolve(WITH_INSET, proposed)
    assert not waiting.calendar(BANK_HOLIDAYS).is_school_day(day("2026-11-20"))
    assert [each.code for each in warnings(command, (proposed,), waiting.calendar(BANK_HOLIDAYS))] == [
        WarningCode.SECOND_PERSON_NEEDED
    ]

    confirm = ConfirmCalendarCorrection(correction_id=proposed.correction_id)
    (same,) = refused(waiting, confirm)
    assert isinstance(same, SecondPersonNeeded)
    (event,) = decided(waiting, confirm, role=Role.LA_OFFICER)
    assert isinstance(event, AcademicYearPublished)
    assert (event.revision, event.correction_id, event.version) == (
        CalendarRevision.CORRECTED,
        proposed.correction_id,
        2,
    )
    done = evolve(waiting, event)
    assert done.calendar(BANK_HOLIDAYS).is_school_day(day("2026-11-20"))
    assert done.corrections_proposed == ()


def test_a_correction_waits_until_a_republished_year_or_another_proposal() -> None:
    """A correction waits until the year is published again or another is proposed."""
    (first,) = decided(WITH_INSET, publish(**CORRECTED))
    assert isinstance(first, CalendarCorrectionProposed)
    waiting = evolve(WITH_INSET, first)
    (second,) = decided(waiting, publish(**CORRECTED), command="another")
    (year,) = decided(waiting, publish(inset_days=(day("2026-11-20"), day("2026-12-04"))))
    (other,) = decided(waiting, publish(*NEXT))
    confirm = ConfirmCalendarCorrection(correction_id=first.correction_id)

    for later in (second, year, CalendarPublished(version=9, half_terms=HALF_TERMS, inset_days=())):
        (reason,) = refused(evolve(waiting, later), confirm, role=Role.LA_OFFICER)
        assert isinstance(reason, CorrectionUnknown)
    (event,) = decided(evolve(waiting, other), confirm, role=Role.LA_OFFICER)
    assert isinstance(event, AcademicYearPublished)
    assert event.version == 3
    unknown = ConfirmCalendarCorrection(correction_id=CalendarCorrectionId(an_id("none")))
    assert isinstance(refused(WITH_INSET, unknown)[0], CorrectionUnknown)


def test_a_year_s_first_calendar_may_be_late_without_a_second_person() -> None:
    (event,) = decided(school(), publish(**CORRECTED))

    assert isinstance(event, AcademicYearPublished)
    assert (event.revision, event.reason) == (None, None)


def test_years_do_not_overlap_and_no_day_is_lost() -> None:
    late = school(publish(*HALF_TERMS[:-1], replace(HALF_TERMS[-1], last_on=day("2027-08-10"))))
    early = replace(NEXT[0], first_on=day("2027-08-05"))

    assert isinstance(refused(late, publish(early))[0], CalendarUnsound)
    (reason,) = refused(THIS_YEAR, publish(*NEXT, inset_days=(day("2027-09-03"), day("2026-12-04"))))
    assert (type(reason), reason.pointer) == (CalendarUnsound, "/inset_days/1")


@for_any(st.dates(day("2026-07-01"), day("2027-07-31")), st.sets(st.integers(0, 320), max_size=6))
def test_no_publication_without_a_correction_moves_a_day_that_has_come(today: date, offs: set[int]) -> None:
    insets = tuple(day("2026-09-03") + timedelta(days=n) for n in offs)
    try:
        events = decided(THIS_YEAR, publish(inset_days=insets), today=today)
    except Rejections:
        return
    before, now = THIS_YEAR.calendar(BANK_HOLIDAYS), after(THIS_YEAR, *events)
    since = day("2026-09-01")
    assert all(
        before.is_school_day(since + n * DAY) == now.is_school_day(since + n * DAY)
        for n in range((today - since).days + 1)
    )
    assert LAST[0].last_on < since
