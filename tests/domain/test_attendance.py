"""The register of a placement: the provider marks, the school enters the code, and nothing entered is lost."""

from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

import pytest

from domain.attendance.entries import ConfirmMark
from domain.attendance.presence import attended, came_to
from domain.attendance.state import days_of, evolve, initial, monday_of, week_of
from domain.attendance.steps import decide
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.stages import Stage
from domain.shared.errors import Rejections
from events.attendance import (
    AbsenceAlertRaised,
    AbsenceResolved,
    IllnessThresholdReached,
    SessionMarkAmended,
    SessionMarkConfirmed,
    SessionMarkProposed,
)
from events.codes import Activity, AlertCause, AlertRecipient, MarkPlace, ProposedMark, Resolution, Session
from events.codes import AttendanceCode as Code
from events.ids import ConcernId, IsoWeek, ReviewId, SiteId, attendance_stream
from events.placement.running import PlacementPaused, PlacementResumed
from events.values.school_days import HalfDay
from tests.domain.examples import CALENDAR, SITE, at, day
from tests.domain.register import (
    FRIDAY,
    THURSDAY,
    Register,
    amend,
    confirm,
    correct,
    mark,
    resolve,
    running,
)
from tests.dsl import an_id, london

ELSEWHERE = SiteId(an_id("another site"))


@pytest.mark.obligation("S21", "S34")
def test_the_provider_marks_and_the_school_enters_the_code() -> None:
    register = running().after(
        mark(mark=ProposedMark.LATE, minutes_late=20, explanation="the bus"), confirm(Code.OFF_SITE, site_id=None)
    )

    where: dict[str, Any] = {
        "placement_id": register.story.placement_id,
        "day": THURSDAY,
        "session": Session.AM,
        "site_id": SITE,
    }
    assert register.events == (
        SessionMarkProposed(
            **where,
            mark=ProposedMark.LATE,
            place=MarkPlace.ON_SITE,
            activity=Activity.EDUCATION,
            minutes_late=20,
            explanation="the bus",
        ),
        SessionMarkConfirmed(
            **where, code=Code.OFF_SITE, entered_on=FRIDAY, entered_by="Wren Sample", position="case worker"
        ),
    )


@pytest.mark.obligation("S33")
def test_a_correction_keeps_the_entry_before_it() -> None:
    register = running().after(
        mark(mark=ProposedMark.ABSENT), confirm(Code.NO_REASON_YET), resolve(Code.ILLNESS), amend(Code.MEDICAL)
    )

    state = initial()
    for event in register.events:
        state = evolve(state, event)
    [entry] = state.marks
    assert entry.code is Code.MEDICAL
    assert entry.confirmed is not None
    assert entry.confirmed.code is Code.NO_REASON_YET
    assert isinstance(entry.resolved, AbsenceResolved)
    assert (entry.resolved.code, entry.resolved.resolution) == (Code.ILLNESS, Resolution.SCHOOL)
    assert [(each.from_code, each.code) for each in entry.amendments] == [(Code.ILLNESS, Code.MEDICAL)]
    assert isinstance(register.events[-1], SessionMarkAmended)


@pytest.mark.obligation("S33")
def test_each_change_after_the_first_entry_keeps_entry_reason_day_and_who() -> None:
    register = running().after(
        mark(mark=ProposedMark.ABSENT),
        confirm(Code.NO_REASON_YET),
        resolve(Code.UNAUTHORISED, reason="nobody knows why", position="Attendance officer"),
        amend(Code.MEDICAL, reason="a letter of the hospital"),
    )

    [entry] = reduce(evolve, register.events, initial()).marks

    assert [
        (each.before, each.code, each.reason, each.entered_on, each.entered_by, each.position) for each in entry.entries
    ] == [
        (None, Code.NO_REASON_YET, None, FRIDAY, "Wren Sample", "case worker"),
        (Code.NO_REASON_YET, Code.UNAUTHORISED, "nobody knows why", FRIDAY, "Wren Sample", "Attendance officer"),
        (Code.UNAUTHORISED, Code.MEDICAL, "a letter of the hospital", FRIDAY, "Wren Sample", "case worker"),
    ]


def test_a_change_of_the_register_names_who_signed_in_before_what_is_typed() -> None:
    entered = running().after(confirm(Code.NO_REASON_YET))
    nameless = replace(entered, name=None)
    blank = replace(entered, name=" ")

    for command in (resolve(Code.ILLNESS), amend(Code.MEDICAL)):
        assert nameless.refusals(command) == blank.refusals(command) == ["text_missing"]
        assert nameless.refusals(replace(command, entered_by="Teal Example")) == []
        event = entered.after(replace(command, entered_by="Somebody Else", position=" ")).events[-1]
        assert isinstance(event, AbsenceResolved | SessionMarkAmended)
        assert (event.entered_by, event.position) == ("Wren Sample", "case worker")
    unknown = decide(initial(), confirm(Code.ILLNESS), replace(nameless.facts(), role=None))
    assert [getattr(each, "position", "") for each in unknown] == [None]


@pytest.mark.parametrize(
    ("register", "command", "refused"),
    [
        (running().after(mark(mark=ProposedMark.ABSENT), confirm(Code.ILLNESS)), correct(), []),
        (running().after(mark(mark=ProposedMark.ABSENT), confirm(Code.ILLNESS)), correct(reason=" "), ["text_missing"]),
        (running().after(mark(mark=ProposedMark.ABSENT)), correct(), ["nothing_to_correct"]),
        (running().after(confirm(Code.ILLNESS)), correct(), ["nothing_to_correct"]),
        (
            running().after(mark(mark=ProposedMark.ABSENT), confirm(Code.ILLNESS)),
            correct(site_id=ELSEWHERE),
            ["site_not_placed"],
        ),
    ],
)
def test_a_provider_corrects_its_mark_after_the_school_s_entry(
    register: Register, command: object, refused: list[str]
) -> None:
    assert register.refusals(command) == refused


def test_a_providers_correction_leaves_the_schools_entry_until_amended() -> None:
    entered = running().after(mark(mark=ProposedMark.ABSENT), confirm(Code.NO_REASON_YET))
    assert entered.refusals(amend(Code.OFF_SITE)) == ["absent_not_attending"]

    corrected = entered.after(correct(mark=ProposedMark.LATE, minutes_late=5))

    [entry] = reduce(evolve, corrected.events, initial()).marks
    assert entry.code is Code.NO_REASON_YET
    assert entry.proposed is not None
    assert (entry.proposed.mark, entry.proposed.minutes_late) == (ProposedMark.LATE, 5)
    assert [each.from_mark for each in entry.corrections] == [ProposedMark.ABSENT]
    assert corrected.refusals(amend(Code.OFF_SITE)) == []


def test_a_closed_placement_s_register_is_still_put_right() -> None:
    closed = running().after(mark(mark=ProposedMark.ABSENT), confirm(Code.NO_REASON_YET)).but(stage=Stage.CLOSED)

    assert closed.refusals(resolve(Code.ILLNESS)) == []
    assert closed.refusals(amend(Code.ILLNESS)) == []
    assert closed.refusals(correct()) == []
    assert closed.refusals(confirm(Code.ILLNESS, session=Session.PM)) == []
    assert closed.refusals(mark(session=Session.PM)) == ["not_attending"]


PAUSED = PlacementPaused(
    concern_id=ConcernId(an_id("concern")),
    paused_on=FRIDAY,
    review_id=ReviewId(an_id("review")),
    interim_education="in the learning base",
)


def paused(*events: Any, on: date = FRIDAY) -> Register:
    story = running().story.and_then(PAUSED, *events)
    return Register(story=story.on(on), day=on)


@pytest.mark.obligation("S19")
def test_a_provider_marks_the_days_on_which_a_placement_was_not_paused() -> None:
    resumed = PlacementResumed(resumed_on=day("2026-12-01"), review_id=PAUSED.review_id)
    monday, tuesday = day("2026-11-30"), day("2026-12-01")

    assert paused().refusals(mark()) == [], "the day before the pause, told during it"
    assert paused(on=monday).refusals(mark(day=monday)) == ["not_attending"]
    assert paused(resumed, on=tuesday).refusals(mark(day=monday)) == ["not_attending"], "told after it"
    assert paused(resumed, on=tuesday).refusals(mark(day=tuesday)) == []


@pytest.mark.obligation("S19")
@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (confirm(Code.PRESENT_AM, day=FRIDAY), []),
        (confirm(Code.PRESENT_PM, day=FRIDAY), ["code_not_for_session"]),
        (confirm(Code.ILLNESS, day=FRIDAY), []),
        (confirm(Code.EXCLUDED, day=FRIDAY), []),
        (confirm(Code.PART_TIME, day=FRIDAY), ["not_agreed_off"]),
        (confirm(Code.PART_TIME, day=FRIDAY, session=Session.PM), []),
        (confirm(Code.NOT_ON_ROLL, day=FRIDAY), ["not_on_provision"]),
        (confirm(Code.OFF_SITE, day=FRIDAY), ["text_missing"]),
        (confirm(Code.OFF_SITE, day=FRIDAY, whereabouts="at the library"), []),
        (confirm(Code.OFF_SITE, day=FRIDAY, whereabouts="at the library", seen_by="a tutor"), []),
        (confirm(Code.LA_PROVISION, day=FRIDAY, whereabouts="at the library"), ["arranged_by_school"]),
        (confirm(Code.DUAL_REGISTERED, day=FRIDAY, whereabouts="at the library"), ["not_dual_registered"]),
    ],
)
def test_the_home_school_codes_each_session_of_a_pause(command: object, refused: list[str]) -> None:
    assert paused().refusals(command) == refused


def test_an_entry_of_a_pause_says_where_the_child_is_meanwhile() -> None:
    register = paused().after(
        confirm(Code.ILLNESS, day=FRIDAY), amend(Code.OFF_SITE, day=FRIDAY, whereabouts="at the library")
    )

    [entry] = reduce(evolve, register.events, initial()).marks

    assert [each.whereabouts for each in entry.entries] == ["in the learning base", "at the library"]
    assert entry.confirmed is not None
    assert entry.confirmed.site_id is None
    assert attended(reduce(evolve, register.events, initial())) == frozenset()


def test_a_mark_of_the_morning_before_a_pause_is_corrected_like_any_other() -> None:
    monday = day("2026-11-30")
    seen = Register(story=running().story.on(monday), day=monday).after(
        mark(day=monday, mark=ProposedMark.ABSENT), confirm(Code.NO_REASON_YET, day=monday)
    )
    later = replace(seen, story=seen.story.and_then(replace(PAUSED, paused_on=monday)))

    assert later.refusals(confirm(Code.OFF_SITE, day=monday, whereabouts="there")) == [
        "already_confirmed",
        "absent_not_attending",
    ]
    assert later.refusals(correct(day=monday)) == []


def test_the_provider_may_correct_a_mark_until_the_school_enters_a_code() -> None:
    corrected = running().after(mark(mark=ProposedMark.ABSENT), mark())

    assert corrected.refusals(confirm(Code.OFF_SITE)) == []
    assert corrected.after(confirm(Code.OFF_SITE)).refusals(mark()) == ["already_confirmed"]


MONDAY_AFTER = day("2026-11-30")
HOLIDAY = day("2026-12-21")
ENDED = Register(story=at(Stage.ENDED).on(day("2027-02-12")), day=day("2027-02-08"))


@pytest.mark.parametrize(
    ("register", "command", "refused"),
    [
        (running(), mark(), []),
        (running(with_pattern=False), mark(), []),
        (Register(story=at(Stage.READY_TO_START).on(THURSDAY, 10)), mark(), []),
        (Register(story=at(Stage.AGREEMENT_PENDING).on(THURSDAY)), mark(), ["not_attending"]),
        (running(), mark(day=MONDAY_AFTER), ["day_outside_week", "date_in_future"]),
        (running(), mark(day=day("2026-11-25")), ["date_before_cause"]),
        (running().on(THURSDAY), mark(day=FRIDAY), ["date_in_future", "not_expected"]),
        (running(), mark(day=FRIDAY), ["not_expected"]),
        (running(), mark(day=FRIDAY, session=Session.PM), ["not_expected"]),
        (running(), mark(site_id=ELSEWHERE), ["site_not_placed"]),
        (running(), mark(mark=ProposedMark.LATE, minutes_late=-1), ["figure_out_of_range"]),
        (running(), mark(mark=ProposedMark.LATE, minutes_late=0), []),
        (Register(story=running().story.on(HOLIDAY), day=HOLIDAY), mark(day=HOLIDAY), ["not_school_day"]),
        (running(), confirm(Code.OFF_SITE), []),
        (running(), confirm(Code.OFF_SITE, site_id=None), ["site_not_placed"]),
        (running(), confirm(Code.OFF_SITE, site_id=ELSEWHERE), ["site_not_placed"]),
        (running(), confirm(Code.WORK_EXPERIENCE, activity=Activity.WORK_EXPERIENCE), []),
        (running().after(confirm(Code.ILLNESS)), confirm(Code.ILLNESS), ["already_confirmed"]),
        (running().after(confirm(Code.ILLNESS)), resolve(Code.MEDICAL), ["not_unexplained"]),
        (running(), resolve(Code.MEDICAL), ["not_unexplained"]),
        (running(), amend(Code.ILLNESS), ["nothing_to_amend"]),
        (running().after(confirm(Code.ILLNESS)), amend(Code.ILLNESS), ["nothing_to_amend"]),
        (running().after(confirm(Code.ILLNESS)), amend(Code.MEDICAL), []),
        (running().after(confirm(Code.ILLNESS)), amend(Code.MEDICAL, reason=" "), ["text_missing"]),
        (ENDED, mark(day=day("2027-02-08")), ["not_attending"]),
        (ENDED, confirm(Code.OFF_SITE, day=day("2027-02-08")), []),
        (ENDED, confirm(Code.OFF_SITE, day=day("2027-02-09")), ["not_attending"]),
    ],
)
def test_each_guard(register: Register, command: object, refused: list[str]) -> None:
    assert register.refusals(command) == refused


def test_the_marks_of_a_week_stand_in_the_order_of_their_sessions() -> None:
    afternoon = mark(session=Session.PM)
    register = running().after(afternoon, mark())

    state = initial()
    for event in register.events:
        state = evolve(state, event)
    assert [entry.slot for entry in state.marks] == [(THURSDAY, Session.AM), (THURSDAY, Session.PM)]


def test_alerts_and_the_illness_threshold_are_kept_with_the_week() -> None:
    alert = AbsenceAlertRaised(
        placement_id=running().story.placement_id,
        day=THURSDAY,
        session=Session.PM,
        cause=AlertCause.REGISTER_NOT_TAKEN,
        due_at=london(THURSDAY, 13),
        told=(AlertRecipient.SCHOOL,),
    )
    reached = IllnessThresholdReached(
        placement_id=alert.placement_id, reached_on=THURSDAY, school_year_from=day("2026-09-01"), school_days=15
    )

    week = evolve(evolve(initial(), alert), reached)

    assert week.mark(THURSDAY, Session.PM).alerts == (alert,)
    assert week.illness == (reached,)


@pytest.mark.parametrize(
    ("of", "week"), [("2026-12-09", "2026-W50"), ("2027-01-01", "2026-W53"), ("2027-01-04", "2027-W01")]
)
def test_a_week_runs_from_monday_as_iso_8601_has_it(of: str, week: str) -> None:
    assert week_of(day(of)) == week
    assert date.fromisoformat(of) in days_of(IsoWeek(week))


def test_there_is_no_week_54() -> None:
    with pytest.raises(ValueError, match="week"):
        monday_of(IsoWeek("2026-W54"))


def test_each_week_is_a_stream_of_its_own() -> None:
    placement_id = running().story.placement_id

    assert attendance_stream(placement_id, IsoWeek("2026-W50")) == f"attendance-{placement_id}-2026-W50"


@pytest.mark.parametrize(
    ("command", "site"),
    [
        (mark(), SITE),
        (mark(mark=ProposedMark.LATE), SITE),
        (mark(mark=ProposedMark.ABSENT), None),
        (mark(place=MarkPlace.ONLINE), None),
        (confirm(Code.OFF_SITE), SITE),
        (confirm(Code.ILLNESS), None),
    ],
)
def test_a_mark_says_to_which_site_the_pupil_came(command: object, site: SiteId | None) -> None:
    [event] = running().after(command).events

    assert isinstance(event, SessionMarkProposed | SessionMarkConfirmed)
    assert came_to(event) == site


def test_nobody_is_marked_in_the_half_of_a_half_day_without_school() -> None:
    calendar = SchoolCalendar(
        half_terms=CALENDAR.half_terms,
        bank_holidays=CALENDAR.bank_holidays,
        half_days=[HalfDay(day=THURSDAY, session=Session.PM)],
    )
    register = running()
    halved = replace(register, story=register.story.knowing(calendar=calendar))

    assert halved.refusals(mark()) == halved.refusals(confirm(Code.OFF_SITE)) == ["no_session"]
    assert halved.refusals(mark(session=Session.PM)) == []


def test_nobody_is_present_at_two_providers_in_one_session() -> None:
    there = running().after(mark())
    week = reduce(evolve, there.events, initial())
    entered_absent = reduce(evolve, there.after(confirm(Code.OFF_SITE), amend(Code.ILLNESS)).events, initial())
    here = running()
    facts = replace(here.facts(), elsewhere=attended(week))

    assert attended(week) == {(THURSDAY, Session.AM)}
    alone = reduce(evolve, running().after(confirm(Code.OFF_SITE)).events, initial())
    elsewhere = running().after(confirm(Code.OFF_SITE, site_id=None, seen_by="a teacher", whereabouts="a workshop"))
    assert attended(alone) == {(THURSDAY, Session.AM)}
    assert attended(reduce(evolve, elsewhere.events, initial())) == frozenset()
    assert attended(entered_absent) == attended(initial()) == frozenset()
    assert attended(reduce(evolve, running().after(mark(mark=ProposedMark.ABSENT)).events, initial())) == frozenset()
    for command in (mark(), mark(mark=ProposedMark.LATE), confirm(Code.OFF_SITE)):
        with pytest.raises(Rejections) as refusal:
            decide(initial(), command, facts)
        assert [reason.code for reason in refusal.value.reasons] == ["present_elsewhere"]
    for allowed in (mark(mark=ProposedMark.ABSENT), mark(session=Session.PM), confirm(Code.ILLNESS)):
        assert decide(initial(), allowed, facts)


def test_an_amendment_puts_nobody_at_two_providers_unless_they_were_seen() -> None:
    ill = reduce(evolve, running().after(confirm(Code.ILLNESS)).events, initial())
    facts = replace(running().facts(), elsewhere=frozenset({(THURSDAY, Session.AM)}))

    with pytest.raises(Rejections) as refusal:
        decide(ill, amend(Code.OFF_SITE), facts)
    assert [reason.code for reason in refusal.value.reasons] == ["present_elsewhere"]
    seen = amend(Code.OFF_SITE, seen_by="a teacher", whereabouts="at the workshop")
    for allowed in (seen, amend(Code.LEAVE)):
        assert decide(ill, allowed, facts)
    there = reduce(evolve, running().after(confirm(Code.OFF_SITE)).events, initial())
    assert decide(there, amend(Code.SPORT), facts), "the pupil is there already"


def test_amending_an_absence_to_attendance_puts_the_pupil_at_the_provider() -> None:
    ill = running().after(confirm(Code.ILLNESS))
    seen = amend(Code.OFF_SITE, seen_by="a teacher", whereabouts="at a workshop elsewhere")

    assert attended(reduce(evolve, ill.after(amend(Code.OFF_SITE)).events, initial())) == {(THURSDAY, Session.AM)}
    assert attended(reduce(evolve, ill.after(seen).events, initial())) == frozenset()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (confirm(Code.OFF_SITE), Code.WORK_EXPERIENCE),
        (confirm(Code.OFF_SITE), Code.SPORT),
        (confirm(Code.SPORT, activity=Activity.SPORT), Code.OFF_SITE),
        (confirm(Code.ILLNESS), Code.WORK_EXPERIENCE),
    ],
)
@pytest.mark.parametrize("marked", [False, True])
def test_what_the_pupil_did_is_amended_whatever_was_said_of_it(first: ConfirmMark, then: Code, marked: bool) -> None:
    seen = ProposedMark.ABSENT if first.code is Code.ILLNESS else ProposedMark.PRESENT
    activity = first.activity or Activity.EDUCATION
    register = running().after(mark(mark=seen, activity=activity)) if marked else running()
    change = (
        amend(then, seen_by="a teacher", whereabouts="at the workshop") if first.code is Code.ILLNESS else amend(then)
    )

    assert register.after(first).refusals(change) == []
