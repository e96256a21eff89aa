"""What time brings to a register, to the minute and to the school day."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any

import pytest

from domain.attendance.alerts import is_unexplained
from domain.attendance.duty import WatchedRegister
from domain.attendance.register import Register as Whole
from domain.attendance.register import days_ill, tally
from domain.attendance.state import SessionMark, Week, evolve, initial, week_of
from domain.attendance.timers import fallen_due, next_look
from domain.calendar.london import LONDON
from domain.calendar.school_calendar import SchoolCalendar, school_year_start
from domain.placement.stages import Stage
from domain.placement.state import evolve as evolve_placement
from events.attendance import (
    AbsenceAlertRaised,
    AbsenceResolved,
    IllnessThresholdReached,
    SessionMarkAmended,
    SessionMarkConfirmed,
    UnauthorisedAbsenceProposed,
)
from events.codec import ATTENDANCE
from events.codes import AlertCause, AlertRecipient, ProposedMark, PupilFlag, RuleId, Session
from events.codes import AttendanceCode as Code
from events.ids import ConcernId, PlacementId, ReviewId
from events.placement.ending import PlacementEnded
from events.placement.running import PlacementPaused, PlacementResumed
from events.values.school_days import HalfDay
from tests.domain.changes import with_fields
from tests.domain.examples import CALENDAR, CARE_PICTURE, at, day, picture
from tests.domain.register import FRIDAY, PROVIDER, THURSDAY, Register, confirm, mark, pattern, running, sessions
from tests.dsl import an_id

AM, PM = Session.AM, Session.PM
ABSENT = mark(mark=ProposedMark.ABSENT)


def clock(on: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute, second), tzinfo=LONDON)


def kept(register: Register, **changes: Any) -> WatchedRegister:
    week = initial()
    for event in register.events:
        week = evolve(week, event)
    return WatchedRegister(
        placement_id=register.story.placement_id,
        register=Whole(weeks={week_of(register.day): week}),
        placement=with_fields(register.placement, **changes),
        calendar=CALENDAR,
    )


def _told(found: WatchedRegister, now: datetime) -> list[tuple[RuleId, date, str]]:
    return [(each.rule, each.day, type(each.event).__name__) for each in fallen_due(found, now)]


def recorded(found: WatchedRegister, now: datetime) -> WatchedRegister:
    """With everything that has fallen due on record."""
    weeks = dict(found.register.weeks)
    for each in fallen_due(found, now):
        week = week_of(each.day)
        weeks[week] = evolve(weeks.get(week, initial()), each.event)
    return replace(found, register=Whole(weeks=weeks))


# ---- T10: the register


@pytest.mark.obligation("S21")
def test_a_register_not_taken_alerts_the_school_after_thirty_minutes() -> None:
    """A register that is not taken alerts the school thirty minutes after the session began."""
    found = kept(running())

    assert fallen_due(found, clock(THURSDAY, 9, 29, 59)) == ()
    [alert] = fallen_due(found, clock(THURSDAY, 9, 30))
    assert alert.event == AbsenceAlertRaised(
        placement_id=found.placement_id,
        day=THURSDAY,
        session=AM,
        cause=AlertCause.REGISTER_NOT_TAKEN,
        due_at=clock(THURSDAY, 9, 30),
        told=(AlertRecipient.SCHOOL,),
    )
    assert next_look(found, clock(THURSDAY, 9)) == clock(THURSDAY, 9, 30)


def test_an_alert_is_raised_once() -> None:
    after = recorded(kept(running()), clock(THURSDAY, 10))

    assert fallen_due(after, clock(THURSDAY, 10)) == ()
    assert next_look(after, clock(THURSDAY, 10)) == clock(THURSDAY, 13, 15)


@pytest.mark.parametrize("said", [mark(), ABSENT, confirm(Code.OFF_SITE)])
def test_a_register_that_was_taken_alerts_nobody_of_itself(said: Any) -> None:
    found = kept(running().after(said))

    causes = [getattr(each.event, "cause", None) for each in fallen_due(found, clock(THURSDAY, 10))]

    assert AlertCause.REGISTER_NOT_TAKEN not in causes


@pytest.mark.parametrize(
    "found",
    [
        kept(running(with_pattern=False)),
        kept(running(), stage=Stage.ENDED),
        kept(running(), stage=Stage.CLOSED),
        kept(running(), started_on=None),
    ],
)
def test_no_register_is_due_where_nobody_is_expected(found: WatchedRegister) -> None:
    assert fallen_due(found, clock(day("2026-12-03"), 18)) == ()


def test_registers_are_due_on_school_days_there_once_a_pattern_is_set() -> None:
    """Registers are due on school days at the provider, from when the pattern was set."""
    found = kept(running())
    looked = _told(found, clock(day("2026-12-02"), 18))

    expected = [THURSDAY, day("2026-11-30"), day("2026-12-01"), day("2026-12-02")]
    assert looked == [(RuleId.T10, each, "AbsenceAlertRaised") for each in expected for _ in (AM, PM)]
    [known] = found.placement.agreement.patterns
    later = kept(running(), patterns=(replace(known, set_on=day("2026-12-01")),))
    assert {each for _, each, _ in _told(later, clock(day("2026-12-02"), 18))} == set(expected[2:])


def test_no_register_is_due_in_the_half_of_a_half_day_without_school() -> None:
    calendar = SchoolCalendar(
        half_terms=CALENDAR.half_terms,
        bank_holidays=CALENDAR.bank_holidays,
        half_days=[HalfDay(day=THURSDAY, session=PM)],
    )
    found = replace(kept(running()), calendar=calendar)

    [alert] = fallen_due(found, clock(THURSDAY, 18))

    assert isinstance(alert.event, AbsenceAlertRaised)
    assert alert.event.session is PM


def test_in_a_holiday_the_next_look_is_at_the_first_session_after_it() -> None:
    end_of_term = clock(day("2026-12-18"), 18)
    found = recorded(kept(running()), end_of_term)

    assert next_look(found, end_of_term) == clock(day("2027-01-04"), 9, 30)


def test_with_no_session_ahead_the_next_look_is_after_the_longest_holiday() -> None:
    [known] = kept(running()).placement.agreement.patterns
    mornings = replace(known, am_start=None, pm_start=None)
    found = kept(running(), patterns=(mornings,))
    now = clock(THURSDAY, 18)

    assert next_look(found, now) == now + timedelta(days=70)
    assert next_look(kept(running(), stage=Stage.ENDED), now) is None


@pytest.mark.parametrize("months", [3])
def test_one_look_after_months_brings_what_a_look_each_day_does(months: int) -> None:
    start = kept(running().after(ABSENT, confirm(Code.NO_REASON_YET)))
    last = THURSDAY + timedelta(days=30 * months)
    daily = start
    for n in range(30 * months + 1):
        daily = recorded(daily, clock(THURSDAY + timedelta(days=n), 23, 59, 59))

    assert recorded(start, clock(last, 23, 59, 59)).register == daily.register


# ---- a pause

PAUSE = PlacementPaused(
    concern_id=ConcernId(an_id("concern")), paused_on=day("2026-11-30"), review_id=ReviewId(an_id("review"))
)
RESUMED = PlacementResumed(resumed_on=day("2026-12-10"), review_id=PAUSE.review_id)


def in_full(*changes: Any, register: Register | None = None) -> WatchedRegister:
    """At the provider in each of the ten sessions of a week."""
    story = (register or running(with_pattern=False)).story.on(THURSDAY)
    outcome = story.when(pattern(sessions=sessions(*[PROVIDER] * 10), part_time_until=None))
    found = kept(register or running(with_pattern=False))
    return replace(found, placement=reduce(evolve_placement, (*outcome.events, *changes), found.placement))


def alerted(found: WatchedRegister, now: datetime) -> dict[AlertCause, list[date]]:
    causes: dict[AlertCause, list[date]] = {}
    for each in fallen_due(found, now):
        if isinstance(each.event, AbsenceAlertRaised):
            causes.setdefault(each.event.cause, []).append(each.event.day)
    return causes


@pytest.mark.obligation("S19")
@pytest.mark.parametrize("looked_during", [False, True])
def test_during_a_pause_the_provider_owes_nothing_and_the_school_a_code(looked_during: bool) -> None:
    """Ten sessions a week, paused on 30 November and taken up again on 10 December: eight school days."""
    found = in_full(PAUSE)
    if looked_during:
        found = recorded(found, clock(day("2026-12-04"), 8))
    found = replace(found, placement=evolve_placement(found.placement, RESUMED))
    found = recorded(found, clock(day("2026-12-10"), 23, 59, 59))

    raised = [(alert.cause, mark.day) for mark in found.register.marks for alert in mark.alerts]
    paused = [day("2026-11-30") + timedelta(days=n) for n in range(10) if n not in {5, 6}]
    taken = [each for cause, each in raised if cause is AlertCause.REGISTER_NOT_TAKEN]
    assert taken == [each for each in (THURSDAY, FRIDAY, day("2026-12-10")) for _ in (AM, PM)]
    assert [each for cause, each in raised if cause is AlertCause.CODE_NOT_ENTERED] == [
        each for each in paused for _ in (AM, PM)
    ]


@pytest.mark.parametrize("paused_to_the_end", [False, True])
def test_a_look_after_the_end_brings_what_each_day_before_it_owed(paused_to_the_end: bool) -> None:
    """The days are those that the placement ran on, the day of the end among them, whatever its stage is by now."""
    found = in_full(PAUSE) if paused_to_the_end else in_full()
    end = next(each for each in at(Stage.ENDED).events if isinstance(each, PlacementEnded))
    over = evolve_placement(found.placement, replace(end, ended_on=day("2026-12-01")))

    raised = alerted(replace(found, placement=over), clock(day("2027-02-01"), 12))

    paused = [day("2026-11-30"), day("2026-12-01")]
    taken = [THURSDAY, FRIDAY, *([] if paused_to_the_end else paused)]
    assert raised[AlertCause.REGISTER_NOT_TAKEN] == [each for each in taken for _ in (AM, PM)]
    owed = [each for each in paused for _ in (AM, PM)] if paused_to_the_end else []
    assert raised.get(AlertCause.CODE_NOT_ENTERED, []) == owed


def test_the_code_of_a_session_in_a_pause_is_owed_by_the_evening() -> None:
    found = recorded(in_full(PAUSE), clock(FRIDAY, 18))
    evening = clock(PAUSE.paused_on, 23, 59, 59)

    assert next_look(found, clock(PAUSE.paused_on, 8)) == evening
    [first, second] = fallen_due(found, evening)
    assert first.event == AbsenceAlertRaised(
        placement_id=found.placement_id,
        day=PAUSE.paused_on,
        session=AM,
        cause=AlertCause.CODE_NOT_ENTERED,
        due_at=evening,
        told=(AlertRecipient.SCHOOL,),
    )
    assert second.day == PAUSE.paused_on
    after = recorded(found, evening)
    assert fallen_due(after, evening) == ()
    holiday = recorded(found, clock(day("2026-12-18"), 23, 59, 59))
    assert next_look(holiday, clock(day("2026-12-19"), 9)) == clock(day("2027-01-04"), 23, 59, 59)


def test_what_the_provider_saw_before_a_pause_that_day_explains_nothing() -> None:
    monday = PAUSE.paused_on
    register = replace(running(), day=monday).on(monday)
    absent = register.after(mark(day=monday, mark=ProposedMark.ABSENT))

    def causes(told: Register) -> set[AlertCause]:
        found = kept(told)
        return set(alerted(replace(found, placement=evolve_placement(found.placement, PAUSE)), clock(monday, 12)))

    assert AlertCause.UNEXPLAINED_ABSENCE not in causes(absent)
    assert AlertCause.UNEXPLAINED_ABSENCE in causes(absent.after(confirm(Code.NO_REASON_YET, day=monday)))


# ---- T10: an unexplained absence


@pytest.mark.obligation("S34")
@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ((), (AlertRecipient.SCHOOL,)),
        ((PupilFlag.SOCIAL_WORKER,), (AlertRecipient.SCHOOL, AlertRecipient.SOCIAL_WORKER)),
        (
            (PupilFlag.LOOKED_AFTER, PupilFlag.YOUTH_JUSTICE),
            (AlertRecipient.SCHOOL, AlertRecipient.SOCIAL_WORKER, AlertRecipient.YOUTH_JUSTICE),
        ),
    ],
)
def test_an_unexplained_absence_is_told_the_same_day(
    flags: tuple[PupilFlag, ...], told: tuple[AlertRecipient, ...]
) -> None:
    referral = running().placement.referral.submitted
    assert referral is not None
    with_flags = replace(referral, picture=picture(**{**CARE_PICTURE, "flags": flags}))
    found = kept(running().after(ABSENT), referral=with_flags)

    [alert] = fallen_due(found, clock(THURSDAY, 9, 10))

    assert isinstance(alert.event, AbsenceAlertRaised)
    assert (alert.event.cause, alert.event.told) == (AlertCause.UNEXPLAINED_ABSENCE, told)
    assert alert.event.due_at == clock(THURSDAY, 23, 59, 59)
    assert fallen_due(recorded(found, clock(THURSDAY, 9, 10)), clock(THURSDAY, 9, 11)) == ()


@pytest.mark.parametrize(
    ("register", "unexplained"),
    [
        (running().after(ABSENT), True),
        (running().after(replace(ABSENT, explanation=" ")), True),
        (running().after(replace(ABSENT, explanation="a cold")), False),
        (running().after(mark()), False),
        (running().after(ABSENT, confirm(Code.NO_REASON_YET)), True),
        (running().after(ABSENT, confirm(Code.ILLNESS)), False),
    ],
)
def test_an_absence_is_unexplained_while_nobody_knows_why(register: Register, unexplained: bool) -> None:
    [entry] = kept(register).register.marks

    assert is_unexplained(entry) is unexplained
    assert not is_unexplained(SessionMark(day=THURSDAY, session=AM))


# ---- T9


@pytest.mark.obligation("S33")
def test_time_proposes_o_after_five_school_days_and_enters_no_code() -> None:
    found = kept(running(with_pattern=False).after(ABSENT, confirm(Code.NO_REASON_YET)))
    before, last = clock(day("2026-12-03"), 23, 59, 58), clock(day("2026-12-03"), 23, 59, 59)

    found = recorded(found, before)
    assert next_look(found, before) == last
    [due] = fallen_due(found, last)

    assert due.rule is RuleId.T9
    assert due.event == UnauthorisedAbsenceProposed(
        placement_id=found.placement_id,
        day=THURSDAY,
        session=AM,
        code=Code.UNAUTHORISED,
        due_on=day("2026-12-03"),
    )
    after = recorded(found, last)
    [entry] = after.register.marks
    assert entry.code is Code.NO_REASON_YET, "a person at the school decides"
    assert fallen_due(after, clock(day("2027-06-01"), 12)) == (), "proposed once"


def test_what_time_brings_to_a_register_enters_no_code_whatever_was_said() -> None:
    for said in ((ABSENT,), (mark(),), (ABSENT, confirm(Code.NO_REASON_YET)), (ABSENT, confirm(Code.ILLNESS))):
        found = kept(running().after(*said))
        codes = {each.slot: each.code for each in found.register.marks}
        later = recorded(found, clock(day("2027-07-01"), 12))

        assert {each.slot: each.code for each in later.register.marks if each.slot in codes} == codes
        assert not {type(each.event) for each in fallen_due(found, clock(day("2027-07-01"), 12))} & {
            AbsenceResolved,
            SessionMarkConfirmed,
            SessionMarkAmended,
        }


def test_an_o_that_the_system_entered_in_the_past_still_folds() -> None:
    register = running(with_pattern=False).after(ABSENT, confirm(Code.NO_REASON_YET))
    stored = ATTENDANCE.decode(
        "AbsenceResolved",
        1,
        f'{{"code":"O","day":"{THURSDAY}","placement_id":"{register.story.placement_id}","resolution":"time",'
        '"session":"AM"}',
        None,
    )
    found = kept(replace(register, events=(*register.events, stored)))

    [entry] = found.register.marks
    assert (entry.code, entry.resolved) == (Code.UNAUTHORISED, stored)
    assert [(each.before, each.code) for each in entry.entries] == [
        (None, Code.NO_REASON_YET),
        (Code.NO_REASON_YET, Code.UNAUTHORISED),
    ]
    assert fallen_due(found, clock(day("2027-06-01"), 12)) == (), "nothing is proposed of what is entered"


def test_a_code_n_that_was_entered_again_is_proposed_again() -> None:
    last = clock(day("2026-12-03"), 23, 59, 59)
    found = recorded(kept(running(with_pattern=False).after(ABSENT, confirm(Code.NO_REASON_YET))), last)
    week = found.register.weeks[week_of(THURSDAY)]
    for code in (Code.ILLNESS, Code.NO_REASON_YET):
        [entry] = week.marks
        assert entry.code is not None
        amended = SessionMarkAmended(
            placement_id=found.placement_id, day=THURSDAY, session=AM, from_code=entry.code, code=code
        )
        week = evolve(week, amended)
    again = replace(found, register=Whole(weeks={week_of(THURSDAY): week}))

    assert UnauthorisedAbsenceProposed in {type(each.event) for each in fallen_due(again, last)}


# ---- T13


def _ill(*days: date) -> WatchedRegister:
    weeks: dict[Any, Week] = {}
    for each in days:
        ill = tuple(SessionMark(day=each, session=session, code=Code.ILLNESS) for session in Session)
        week = weeks.get(week_of(each), initial())
        weeks[week_of(each)] = replace(week, marks=(*week.marks, *ill))
    return replace(kept(running(with_pattern=False)), register=Whole(weeks=weeks))


def _school_days(first: str, count: int) -> list[date]:
    return [day(first), *(CALENDAR.nth_after(day(first), n) for n in range(1, count))]


@pytest.mark.obligation("S21")
def test_fifteen_school_days_of_illness_in_a_year_reach_section_19() -> None:
    """Fifteen school days of illness in a school year bring section 19 into view."""
    days = [*_school_days("2026-11-26", 7), *_school_days("2027-01-11", 8)]
    now = clock(day("2027-02-01"), 12)

    assert fallen_due(_ill(*days[:14]), now) == ()
    [due] = fallen_due(_ill(*days), now)
    assert due.event == IllnessThresholdReached(
        placement_id=PlacementId(an_id("placement")),
        reached_on=days[14],
        school_year_from=day("2026-09-01"),
        school_days=15,
    )
    assert fallen_due(recorded(_ill(*days), now), now) == (), "once a school year"


def test_each_school_year_counts_for_itself() -> None:
    days = [*_school_days("2027-07-12", 8), *_school_days("2027-09-06", 8)]

    assert fallen_due(_ill(*days), clock(day("2027-10-01"), 12)) == ()
    assert school_year_start(day("2027-08-31")) == day("2026-09-01")
    assert school_year_start(day("2027-09-01")) == day("2027-09-01")


def test_a_day_with_one_session_attended_is_no_day_of_illness() -> None:
    marks = (
        SessionMark(day=THURSDAY, session=AM, code=Code.ILLNESS),
        SessionMark(day=THURSDAY, session=PM, code=Code.OFF_SITE),
        SessionMark(day=day("2026-11-30"), session=AM, code=Code.ILLNESS),
        SessionMark(day=day("2026-11-30"), session=PM),
    )

    assert days_ill(marks) == [day("2026-11-30")]


def test_a_half_day_of_illness_is_a_school_day_of_it_and_one_session() -> None:
    ill = (
        SessionMark(day=THURSDAY, session=PM, code=Code.ILLNESS),
        SessionMark(day=THURSDAY + timedelta(days=1), session=AM),
    )

    assert days_ill(ill) == [THURSDAY]
    assert tally(ill[:1]).authorised == 1


# ---- how sessions count


@pytest.mark.obligation("S21")
@pytest.mark.parametrize(
    ("codes", "possible", "basis_points"),
    [
        ("", 0, None),
        ("B B B I", 4, 7500),
        ("/ \\ L V P W B K", 8, 10_000),
        ("B B O", 3, 6667),
        ("B N", 2, 5000),
        ("B D X Q Y1 Y7 Z #", 1, 10_000),
        ("C2 E", 2, 0),
        ("Z #", 0, None),
    ],
)
def test_attendance_is_what_was_attended_of_what_was_possible(
    codes: str, possible: int, basis_points: int | None
) -> None:
    marks = [
        SessionMark(day=THURSDAY + timedelta(days=n), session=AM, code=Code(c)) for n, c in enumerate(codes.split())
    ]

    counted = tally(marks)

    assert (counted.possible, counted.basis_points) == (possible, basis_points)
    assert counted.not_possible == len(marks) - possible


def test_a_session_without_a_code_counts_as_nothing_yet() -> None:
    entries = kept(running().after(ABSENT, mark(session=PM), confirm(Code.OFF_SITE, session=PM))).register

    counted = tally(entries.between(THURSDAY, THURSDAY))

    assert (counted.without_code, counted.possible, counted.approved_activity) == (1, 1, 1)
    assert entries.between(day("2026-11-27"), day("2026-11-30")) == ()
