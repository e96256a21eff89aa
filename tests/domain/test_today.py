"""One day of a placement: which sessions are expected, what was said of them, and where the pupil is."""

from dataclasses import replace
from datetime import date, time
from functools import reduce
from typing import Any

import pytest

from domain.attendance.codes import CODES
from domain.attendance.state import Week, evolve
from domain.attendance.today import PlacementDay, Said, SessionToday, Where, day_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.placement.state import evolve as evolve_placement
from events.attendance import SessionMarkConfirmed, SessionMarkProposed
from events.codes import Activity, AttendanceCode, EndReason, MarkPlace, ProposedMark, Session
from events.ids import ConcernId, PlacementId, ReviewId, SiteId
from events.placement.ending import PlacementEnded
from events.placement.running import PlacementPaused, PlacementResumed
from events.values.school_days import HalfDay
from tests.domain.changes import with_fields
from tests.domain.examples import CALENDAR, SITE, at
from tests.domain.register import FRIDAY, THURSDAY, pattern
from tests.dsl import an_id, london

AM, PM = Session.AM, Session.PM
OTHER_SITE = SiteId(an_id("the other site"))


def running(**changes: Any) -> Placement:
    """At the provider on Thursday, at school on Friday morning, off by agreement in the afternoon."""
    story = at(Stage.ACTIVE)
    return with_fields(story.and_then(*story.when(pattern()).events).state, **changes)


def proposed(mark: ProposedMark, **changes: Any) -> SessionMarkProposed:
    fields: dict[str, Any] = {
        "placement_id": PlacementId(an_id("placement")),
        "day": THURSDAY,
        "session": AM,
        "mark": mark,
        "place": MarkPlace.ON_SITE,
        "activity": next(iter(Activity)),
        "site_id": OTHER_SITE,
    }
    return SessionMarkProposed(**(fields | changes))


def confirmed(code: AttendanceCode, **changes: Any) -> SessionMarkConfirmed:
    fields: dict[str, Any] = {
        "placement_id": PlacementId(an_id("placement")),
        "day": THURSDAY,
        "session": AM,
        "code": code,
    }
    return SessionMarkConfirmed(**(fields | changes))


def on(day: date, *said: Any, state: Placement | None = None, hour: int = 8) -> PlacementDay:
    week = Week()
    for event in said:
        week = evolve(week, event)
    found = day_of(state or running(), week, CALENDAR, day, now=london(day, hour))
    assert found is not None
    return found


def morning(*said: Any, **more: Any) -> SessionToday:
    found = on(THURSDAY, *said, **more).sessions[0]
    assert found.session is AM
    return found


@pytest.mark.obligation("S21")
def test_before_anything_is_said_a_provider_session_is_awaited_there() -> None:
    first = morning()

    assert (first.where, first.said, first.site_id) == (Where.AWAITED, Said.NOTHING, SITE)
    assert (first.starts_at, first.register_due_at) == (time(9, 0), london(THURSDAY, 9).replace(minute=30))
    assert (first.mark, first.code, first.unexplained, first.overdue) == (None, None, False, False)
    assert on(THURSDAY).sessions[1].starts_at == time(12, 45)


def test_a_register_not_taken_in_time_is_overdue_until_something_is_said() -> None:
    assert morning(hour=10).overdue
    assert not morning(proposed(ProposedMark.PRESENT), hour=10).overdue
    assert not on(THURSDAY, hour=10).sessions[1].overdue


def test_school_and_agreed_off_sessions_differ_and_await_no_register() -> None:
    """Sessions at school and off by agreement are told apart and await no register."""
    first, second = on(FRIDAY, hour=23).sessions

    assert (first.where, second.where) == (Where.SCHOOL, Where.NOT_REQUIRED)
    assert (first.site_id, first.register_due_at, first.overdue) == (None, None, False)


def test_without_a_pattern_nobody_can_say_where_the_pupil_is_expected() -> None:
    first = morning(state=running(patterns=()))

    assert (first.where, first.expected, first.starts_at, first.site_id) == (Where.UNKNOWN, None, None, None)


@pytest.mark.parametrize(
    ("mark", "where", "unexplained"),
    [
        (proposed(ProposedMark.PRESENT), Where.PROVIDER, False),
        (proposed(ProposedMark.LATE, minutes_late=5), Where.PROVIDER, False),
        (proposed(ProposedMark.PRESENT, place=MarkPlace.ONLINE), Where.ONLINE, False),
        (proposed(ProposedMark.ABSENT), Where.ABSENT, True),
        (proposed(ProposedMark.ABSENT, explanation="at the dentist's"), Where.ABSENT, False),
    ],
)
def test_what_the_provider_saw_says_where_the_pupil_is(
    mark: SessionMarkProposed, where: Where, *, unexplained: bool
) -> None:
    first = morning(mark)

    assert (first.said, first.mark, first.where, first.unexplained) == (Said.PROPOSED, mark.mark, where, unexplained)
    assert first.site_id == (OTHER_SITE if where is Where.PROVIDER else None)


_ELSEWHERE = {
    **dict.fromkeys("/\\LV", Where.SCHOOL),
    **dict.fromkeys("BKDPWU", Where.PROVIDER),
    **dict.fromkeys(("C2", "X", "Z", "#"), Where.NOT_REQUIRED),
}


@pytest.mark.obligation("S33")
@pytest.mark.parametrize("code", CODES)
def test_the_code_in_the_register_says_where_the_pupil_is(code: AttendanceCode) -> None:
    first = morning(proposed(ProposedMark.PRESENT), confirmed(code))

    assert (first.said, first.code) == (Said.CONFIRMED, code)
    assert first.where is _ELSEWHERE.get(code, Where.ABSENT)
    assert first.unexplained is (code is AttendanceCode.NO_REASON_YET)


def test_the_site_is_the_one_that_the_schools_entry_names() -> None:
    entry = confirmed(AttendanceCode.OFF_SITE, site_id=SITE)

    assert morning(proposed(ProposedMark.PRESENT), entry).site_id == SITE
    assert morning(proposed(ProposedMark.PRESENT), replace(entry, site_id=None)).site_id == OTHER_SITE
    assert morning(replace(entry, site_id=None)).site_id == SITE, "where the placement began"


def test_whoever_came_late_to_a_session_at_school_is_at_school() -> None:
    first = on(FRIDAY, confirmed(AttendanceCode.LATE_AFTER_CLOSE, day=FRIDAY)).sessions[0]

    assert first.where is Where.SCHOOL


def test_a_day_without_school_expects_nobody() -> None:
    saturday = on(date(2026, 11, 28))

    assert (saturday.school_day, saturday.paused, saturday.sessions) == (False, False, ())


PAUSE = PlacementPaused(
    concern_id=ConcernId(an_id("concern")),
    paused_on=date(2026, 11, 30),
    review_id=ReviewId(an_id("review")),
    interim_education="in the learning base",
)
RESUMED = PlacementResumed(resumed_on=date(2026, 12, 10), review_id=PAUSE.review_id)


@pytest.mark.obligation("S19")
@pytest.mark.parametrize(
    ("story", "of", "paused"),
    [
        ((PAUSE,), "2026-11-27", False),
        ((PAUSE,), "2026-11-30", True),
        ((PAUSE,), "2027-01-11", True),
        ((PAUSE, RESUMED), "2026-11-27", False),
        ((PAUSE, RESUMED), "2026-11-30", True),
        ((PAUSE, RESUMED), "2026-12-09", True),
        ((PAUSE, RESUMED), "2026-12-10", False),
        ((PAUSE, RESUMED, replace(PAUSE, paused_on=date(2027, 1, 11))), "2026-12-09", True),
        ((PAUSE, RESUMED, replace(PAUSE, paused_on=date(2027, 1, 11))), "2026-12-10", False),
        ((PAUSE, RESUMED, replace(PAUSE, paused_on=date(2027, 1, 11))), "2027-01-12", True),
    ],
)
def test_a_question_about_a_day_is_answered_by_that_days_state(story: tuple[Any, ...], of: str, paused: bool) -> None:
    state = reduce(evolve_placement, story, running())
    found = on(date.fromisoformat(of), state=state, hour=23)

    assert found.paused is paused
    assert {each.where is Where.AWAITED for each in found.sessions} == {not paused} or not paused
    assert [each.code_owed for each in found.sessions] == [paused, paused]
    assert not any(each.overdue or each.register_due_at for each in found.sessions if paused)


def test_during_a_pause_the_day_says_where_the_child_is_meanwhile() -> None:
    state, monday = evolve_placement(running(), PAUSE), date(2026, 11, 30)

    first, second = on(
        monday,
        proposed(ProposedMark.PRESENT, day=monday),
        confirmed(AttendanceCode.OFF_SITE, day=monday, whereabouts="at the library"),
        state=state,
    ).sessions

    assert (first.where, first.whereabouts, first.code_owed) == (Where.INTERIM, "at the library", False)
    assert (second.where, second.whereabouts, second.code_owed) == (Where.INTERIM, "in the learning base", True)
    [at_school, ill, unexplained] = [
        on(monday, confirmed(code, day=monday), state=state).sessions[0]
        for code in (AttendanceCode.PRESENT_AM, AttendanceCode.ILLNESS, AttendanceCode.NO_REASON_YET)
    ]
    assert (at_school.where, ill.where, unexplained.where) == (Where.SCHOOL, Where.ABSENT, Where.ABSENT)
    assert (ill.unexplained, unexplained.unexplained) == (False, True)


def test_days_before_the_end_of_a_placement_that_ended_paused_stay_paused() -> None:
    end = PlacementEnded(ended_on=date(2026, 12, 4), reason=EndReason.OTHER, destination_urn=None)
    state = evolve_placement(evolve_placement(running(), PAUSE), end)

    assert [state.pause_on(date(2026, 12, each)) is not None for each in (3, 4, 5)] == [True, True, False]
    assert on(date(2026, 12, 4), state=state).paused
    assert day_of(state, Week(), CALENDAR, date(2026, 12, 7), now=london(date(2026, 12, 7))) is None


def test_a_placement_has_days_from_its_first_to_its_last() -> None:
    def runs(day: date) -> bool:
        end = PlacementEnded(ended_on=FRIDAY, reason=EndReason.RETURN_FULL, destination_urn=None)
        return day_of(running(end=end), Week(), CALENDAR, day, now=london(day)) is not None

    assert [runs(date(2026, 11, each)) for each in (25, 26, 27, 28)] == [False, True, True, False]
    assert day_of(at(Stage.READY_TO_START).state, Week(), CALENDAR, THURSDAY, now=london(THURSDAY)) is None


def test_a_half_day_has_the_one_session_that_the_school_has() -> None:
    calendar = SchoolCalendar(half_terms=CALENDAR.half_terms, half_days=[HalfDay(day=THURSDAY, session=PM)])

    found = day_of(running(), Week(), calendar, THURSDAY, now=london(THURSDAY, 8))

    assert found is not None
    assert found.school_day
    assert [each.session for each in found.sessions] == [PM]
