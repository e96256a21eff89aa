"""What the answers of accepted commands warn of, and that nothing else is warned of."""

from dataclasses import replace
from datetime import date, timedelta
from functools import reduce
from typing import Any

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.bases import BASES
from domain.placement.decision.meeting import DispenseWithMeeting
from domain.placement.record.contact import RecordVisit
from domain.placement.stages import Stage
from domain.placement.state import evolve
from domain.placement.steps import STEPS, warnings
from domain.school import steps as schools
from domain.school.delegating import RevokeDelegation
from domain.school.evolve import evolve as evolve_school
from domain.school.facts import SchoolFacts
from domain.school.publishing import PublishCalendar
from domain.school.steps import warnings as school_warnings
from domain.shared.upn import check_letter
from domain.warnings import CommandWarning, WarningCode, of_day
from events.codes import DeliveryMethod, LegalBasis, ReviewDecision, ReviewSource, Role, Session
from events.ids import CommandId
from events.placement.contact import PlacementVisited
from events.placement.decision import PlacementDetermined, ProfessionalsMeetingConvened
from events.placement.ending import ReintegrationPlanned
from events.placement.reviews import ReviewDecided
from events.placement.running import AttendancePatternSet
from events.values.decision import PlannedReview
from events.values.school_days import HalfDay
from tests.domain import examples, test_exclusions, test_terms
from tests.domain.examples import BANK_HOLIDAYS, CONVENE, GO_BACK, HALF_TERMS, PROPOSE, PUPIL, at, day, steps
from tests.domain.register import NONE, PROVIDER, SCHOOL, pattern, sessions
from tests.domain.test_corrections import of
from tests.domain.test_decision import move
from tests.domain.test_running import conclude, decided, due, held, hold, invite, schedule, scheduled, tell
from tests.dsl import Given, actor, an_id, london

W = WarningCode


def warned(story: Given, command: object) -> tuple[CommandWarning, ...]:
    outcome = story.when(command)
    assert outcome.reasons == ()
    after = story.state
    for event in outcome.events:
        after = evolve(after, event)
    return warnings(command, story.state, after, outcome.events, story.facts(command))


def codes(story: Given, command: object) -> list[tuple[WarningCode, str | None]]:
    return [(each.code, each.pointer) for each in warned(story, command)]


SATURDAY = day("2026-12-05")
CHRISTMAS = day("2026-12-25")
HOLIDAY = day("2026-12-22")
REVIEWED = (PlannedReview(due=day("2027-01-23"), kind=ReviewSource.PLAN),)


def _meeting(on: date, hour: int = 10) -> Any:
    return replace(CONVENE, at=london(on, hour))


VISIT = RecordVisit(
    visited_on=day("2026-11-28"), site_id=examples.SITE, pupil_seen=True, visitor="the mentor", observations="settled"
)


def _tables() -> list[tuple[Given, object, list[tuple[WarningCode, str | None]]]]:
    screening, waiting = at(Stage.SCREENING), at(Stage.AWAITING_DECISION).on(day("2026-11-16"))
    ready = at(Stage.READY_TO_START).on(day("2026-11-25"))
    active = at(Stage.ACTIVE).on(day("2026-11-30"))
    return [
        (screening, CONVENE, []),
        (screening, _meeting(SATURDAY), [(W.NOT_SCHOOL_DAY, "/at")]),
        (screening, _meeting(CHRISTMAS), [(W.NOT_SCHOOL_DAY, "/at")]),
        (screening, _meeting(HOLIDAY), [(W.NOT_SCHOOL_DAY, "/at")]),
        (screening, _meeting(day("2027-09-14")), [(W.DAY_PROVISIONAL, "/at")]),
        (screening, _meeting(day("2026-11-06")), [(W.MEETING_IN_THE_PAST, "/at")]),
        (
            screening.and_then(*screening.when(_meeting(day("2026-11-14"))).events).on(day("2026-11-16")),
            examples.meet(held_on=day("2026-11-14")),
            [(W.NOT_SCHOOL_DAY, "/held_on")],
        ),
        (waiting, examples.determine(), []),
        (waiting, examples.determine(review_plan=REVIEWED), [(W.NOT_SCHOOL_DAY, "/review_plan/0/due")]),
        (waiting, examples.determine(proposed_end=day("2027-03-27")), [(W.NOT_SCHOOL_DAY, "/proposed_end")]),
        (waiting, examples.determine(start_date=day("2026-11-18")), [(W.NO_TIME_FOR_NOTICE, "/start_date")]),
        (ready, move("2026-11-27"), [(W.NO_TIME_FOR_NOTICE, "/start_date")]),
        (ready, move("2026-12-01", "2027-03-27"), [(W.NOT_SCHOOL_DAY, "/proposed_end")]),
        (ready, examples.notice(given_on=day("2026-11-23")), []),
        (ready, examples.notice(given_on=day("2026-11-24")), [(W.NOTICE_LATE, "/given_on")]),
        (active, test_terms.change(effective_on=day("2027-09-14")), [(W.DAY_PROVISIONAL, "/effective_on")]),
        (due(), schedule(), []),
        (due(), schedule(at=london(SATURDAY, 10)), [(W.NOT_SCHOOL_DAY, "/at"), (W.NO_TIME_FOR_INVITATION, "/at")]),
        (scheduled().on(day("2026-12-03")), invite(), []),
        (
            scheduled().on(day("2026-12-03")),
            invite(given_on=day("2026-12-03")),
            [(W.INVITATION_LATE, "/given_on")],
        ),
        (scheduled().on(day("2026-12-14")), hold(held_on=day("2026-12-12")), [(W.NOT_SCHOOL_DAY, "/held_on")]),
        (held(), conclude(), []),
        (
            held(),
            conclude(until=day("2027-05-29"), next_review_due=day("2027-05-03")),
            [(W.NOT_SCHOOL_DAY, "/until"), (W.NOT_SCHOOL_DAY, "/next_review_due")],
        ),
        (held(), conclude(decision=ReviewDecision.END, until=day("2026-12-19")), [(W.NOT_SCHOOL_DAY, "/until")]),
        (decided(), tell(), []),
        (decided().on(day("2026-12-16")), tell(given_on=day("2026-12-15")), [(W.OUTCOME_LATE, "/given_on")]),
        (
            at(Stage.ACTIVE).on(day("2027-01-20")),
            examples.plan(full_time_by=day("2027-02-13")),
            [(W.NOT_SCHOOL_DAY, "/full_time_by")],
        ),
        (
            at(Stage.ACTIVE)
            .and_then(*at(Stage.ACTIVE).on(day("2027-01-20")).when(examples.plan()).events)
            .on(day("2027-01-25")),
            replace(GO_BACK, started_on=day("2027-01-23")),
            [(W.NOT_SCHOOL_DAY, "/started_on")],
        ),
        (active, VISIT, [(W.NOT_SCHOOL_DAY, "/visited_on")]),
    ]


def test_a_day_that_is_too_late_or_when_the_school_is_closed_is_warned_of() -> None:
    for story, command, expected in _tables():
        assert codes(story, command) == expected, command


def test_a_correction_to_a_day_without_school_is_warned_of_as_its_entry_is() -> None:
    active = at(Stage.ACTIVE).on(day("2026-11-30"))
    (plan,) = REVIEWED
    corrections = [
        (PlacementDetermined, "proposed_end", day("2027-03-27"), 1),
        (PlacementDetermined, "proposed_end", day("2027-03-26"), 1),
        (PlacementDetermined, "proposed_end", day("2027-03-25"), 0),
        (PlacementDetermined, "review_plan", (plan, replace(plan, due=day("2027-01-25"))), 1),
        (PlacementDetermined, "minute_reference", "Minute 7", 0),
    ]
    for kind, field, value, times in corrections:
        assert codes(active, of(active, kind, field, value)) == [(W.NOT_SCHOOL_DAY, "/value")] * times, value
    visited = active.and_then(*active.when(VISIT).events)
    assert codes(visited, of(visited, PlacementVisited, "visited_on", SATURDAY - timedelta(days=7))) == [
        (W.NOT_SCHOOL_DAY, "/value")
    ]
    convened = at(Stage.SCREENING).and_then(*at(Stage.SCREENING).when(CONVENE).events)
    assert codes(convened, of(convened, ProfessionalsMeetingConvened, "at", london(SATURDAY, 10))) == [
        (W.NOT_SCHOOL_DAY, "/value")
    ]
    assert codes(decided(), of(decided(), ReviewDecided, "next_review_due", None)) == []
    planned = at(Stage.ACTIVE).on(day("2027-01-20"))
    planned = planned.and_then(*planned.when(examples.plan()).events)
    first, *rest = examples.plan().steps
    moved = (replace(first, from_on=first.from_on - timedelta(days=1)), *rest)
    assert codes(planned, of(planned, ReintegrationPlanned, "steps", moved)) == [(W.NOT_SCHOOL_DAY, "/value")]


def test_a_warning_says_the_day_the_reason_and_the_remedy() -> None:
    (meeting,) = warned(at(Stage.SCREENING), _meeting(CHRISTMAS))
    ready = at(Stage.READY_TO_START).on(day("2026-11-25"))
    (late,) = warned(ready, examples.notice(given_on=day("2026-11-24")))

    assert meeting.detail == (
        "The meeting is on Friday 25 December 2026, which is not a school day: it is a bank holiday."
    )
    assert late.detail == (
        "This notice is late: received on Tuesday 24 November 2026, it leaves one clear school day before Thursday"
        " 26 November 2026. The earliest day for which it is in time is Friday 27 November 2026."
    )


def test_why_no_school_day_names_each_reason() -> None:
    inset = day("2026-11-25")
    calendar = SchoolCalendar(half_terms=HALF_TERMS, bank_holidays=BANK_HOLIDAYS, inset_days=[inset])

    assert [calendar.why_no_school_day(each) for each in (SATURDAY, CHRISTMAS, inset, HOLIDAY)] == [
        "it is a weekend",
        "it is a bank holiday",
        "it is an INSET day",
        "the school is on holiday",
    ]
    assert calendar.why_no_school_day(inset, inset_days=False) is None
    assert calendar.why_no_school_day(day("2026-11-26")) is None
    assert calendar.why_no_school_day(day("2027-11-24")) is None
    assert of_day(calendar, day("2026-11-26"), "The meeting is", "/at") is None


def test_what_is_odd_about_a_referral_is_warned_of() -> None:
    odd = replace(PUPIL, upn="X83140012600A", year_group=9)
    story = at(Stage.DRAFT, drafted=examples.draft(pupil=odd))
    nowhere = replace(PUPIL, upn=_upn("00000126001"))

    assert codes(story, examples.submit()) == [(W.TEMPORARY_UPN, None), (W.YEAR_GROUP_UNUSUAL, None)]
    assert codes(at(Stage.DRAFT, drafted=examples.draft(pupil=nowhere)), examples.submit()) == [
        (W.LA_PART_UNKNOWN, None)
    ]
    assert codes(at(Stage.DRAFT), examples.submit()) == []


def _upn(rest: str) -> str:
    return check_letter(rest + "0") + rest + "0"


def test_a_proposal_of_more_than_18_hours_is_warned_of() -> None:
    assert codes(at(Stage.REFERRED), replace(PROPOSE, minutes_a_week=19 * 60)) == [
        (W.OVER_18_HOURS, "/minutes_a_week"),
        (W.PROVIDER_TOTAL_UNKNOWN, None),
    ]
    assert codes(at(Stage.REFERRED), PROPOSE) == []


def test_a_weekly_pattern_that_reaches_a_limit_is_warned_of_once() -> None:
    small = pattern(sessions=sessions(PROVIDER, *[SCHOOL] * 9), part_time_until=None, agreed_with=None)
    story = at(Stage.ACTIVE).when(small).then_happens(AttendancePatternSet)
    assert codes(at(Stage.ACTIVE), small) == []

    large = pattern(sessions=sessions(*[PROVIDER] * 5, *[SCHOOL] * 5), part_time_until=None, agreed_with=None)
    assert codes(story, large) == [(W.LIMIT_AHEAD, None)]
    assert codes(story.when(large).then_happens(AttendancePatternSet), large) == []
    (long,) = warned(story, pattern(sessions=sessions(PROVIDER, *[SCHOOL] * 8, NONE), agreed_with="the parent"))
    assert long.detail.endswith("reached on Wednesday 20 January 2027.")


def test_notice_after_an_exclusion_is_warned_of_by_its_hours() -> None:
    told = test_exclusions.SUSPENDED
    story = at(Stage.DRAFT, **told)
    story = story.and_then(*story.when(test_exclusions.SUSPENSION).events)
    assert BASES[LegalBasis.SUSP6].notice is not BASES[LegalBasis.OSD].notice
    for stage in (Stage.REFERRED, Stage.SCREENING, Stage.AWAITING_DECISION):
        for step in steps(**told)[stage]:
            story = story.on(step.on).and_then(*story.on(step.on).when(step.command).events)
    story = story.on(day("2026-11-16"))
    decision = examples.determine(start_date=day("2026-11-18"), direction=None)
    assert codes(story, decision) == []
    late = examples.notice(given_on=day("2026-11-17"), method=DeliveryMethod.HAND)
    story = story.and_then(*story.when(decision).events).on(day("2026-11-17"))
    (found,) = warned(story, late)
    assert (found.code, "earliest" in found.detail) == (W.NOTICE_LATE, False)


def test_late_notice_of_changed_terms_is_warned_of_with_the_first_good_day() -> None:
    story = test_terms.changed(effective_on=day("2026-12-04")).on(day("2026-12-02"))
    (found,) = warned(story, test_terms.again(given_on=day("2026-12-02")))
    assert found.code is W.NOTICE_LATE
    assert found.detail.endswith("Monday 7 December 2026.")


def test_a_calendar_whose_days_change_nothing_is_warned_of() -> None:
    command = PublishCalendar(
        half_terms=HALF_TERMS,
        inset_days=(day("2026-11-27"), day("2026-12-26"), day("2026-12-29"), day("2027-07-29")),
        half_days=(
            HalfDay(day=day("2027-05-03"), session=Session.AM),
            HalfDay(day=day("2026-12-18"), session=Session.AM),
        ),
    )
    school = examples.SCHOOL
    facts = SchoolFacts(
        urn=examples.URN, actor=actor(Role.HEAD), command_id=CommandId(an_id("command")), today=day("2026-07-01")
    )
    events = schools.decide(replace(school, half_terms=(), years=()), command, facts)
    calendar = reduce(evolve_school, events, school).calendar(BANK_HOLIDAYS)

    assert [(each.code, each.pointer) for each in school_warnings(command, events, calendar)] == [
        (W.INSET_DAY_WITHOUT_EFFECT, "/inset_days/1"),
        (W.INSET_DAY_WITHOUT_EFFECT, "/inset_days/2"),
        (W.INSET_DAY_WITHOUT_EFFECT, "/inset_days/3"),
        (W.HALF_DAY_WITHOUT_EFFECT, "/half_days/0/day"),
    ]
    revoke = RevokeDelegation(delegation_id=school.delegations[0].delegation_id, revoked_on=day("2026-12-01"))
    assert school_warnings(revoke, (), calendar) == ()


def test_a_command_without_a_row_warns_of_nothing() -> None:
    assert STEPS[DispenseWithMeeting].warns == ()
    assert warned(at(Stage.SCREENING), DispenseWithMeeting(reason="no social care involved")) == ()
