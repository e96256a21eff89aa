"""Duties by the school's days as they are now: a change of the days overtakes them, a correction judges them again."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.calendar.london import end_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.evidence.finding import not_applicable
from domain.evidence.gathering import evidence
from domain.evidence.model import ClauseStatus, DutyOutcome, Evidence
from domain.placement.reviews.requests import RequestReview
from domain.placement.running.overtaken import NotOvertaken, RecordOvertakenDutyDealtWith
from domain.placement.running.start import NoticeNotTimely
from domain.placement.stages import Stage
from domain.placement.time.deadlines import Deadline, deadlines
from domain.school.evolve import evolve
from domain.school.state import School
from events.codes import (
    CalendarRevision,
    DeliveryMethod,
    RecalculationCause,
    ReviewRequester,
    RuleId,
    ServiceCause,
    Severity,
)
from events.ids import DocumentId, OvertakenId, event_id_of
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import (
    DeadlineMissed,
    DeadlineRecalculated,
    DutyOvertaken,
    MissDisproved,
    OvertakenDutyDealtWith,
)
from events.placement.decision import StartDateMoved
from events.placement.ending import EvaluationRecorded, PlacementEnded
from events.placement.letters import NoticeServiceChanged
from events.placement.other_streams import CalendarTaken
from events.placement.reviews import ReviewDue, ReviewHeld, ReviewMissed, ReviewRequested, ReviewScheduled
from events.placement.running import PlacementStarted
from events.school import AcademicYearPublished
from tests.domain.examples import BANK_HOLIDAYS, CALENDAR, HALF_TERMS, SCHOOL, START, at, day, evaluate, notice
from tests.domain.test_decision import move
from tests.domain.test_history import record
from tests.domain.test_running import hold, schedule
from tests.domain.test_safeguarding import worried
from tests.domain.test_terms import again, changed
from tests.domain.test_timers import TICK, until
from tests.dsl import Given, an_id, london

CHANGED, CORRECTED = RecalculationCause.CALENDAR_CHANGED, RecalculationCause.CALENDAR_CORRECTED


def days(*insets: str, version: int = 2) -> SchoolCalendar:
    """The example calendar without these days."""
    return SchoolCalendar(
        half_terms=HALF_TERMS, inset_days=map(day, insets), bank_holidays=BANK_HOLIDAYS, version=version
    )


def heard(story: Given, calendar: SchoolCalendar, *, wrong: bool, day_of: date | None = None) -> Given:
    """The placement hears of a revision: `wrong` says that the calendar had been wrong all along."""
    story = story.on(day_of, 12) if day_of else story
    before = story.calendar
    facts = {"before": before, "before_as_corrected": calendar if wrong else before, "calendar": calendar}
    outcome = story.knowing(**facts).when(TICK)
    assert outcome.reasons == ()
    return outcome.given.and_then(*outcome.events).knowing(before=None, before_as_corrected=None)


def noticed(on: str = "2026-11-23", **changes: Any) -> Given:
    """Notice was given for the start on Thursday 26 November 2026: of two clear school days, if on Monday."""
    story = at(Stage.READY_TO_START).on(day(on))
    return story.when(notice(given_on=day(on), **changes)).then_happens(NoticeGiven)


def since(story: Given, events: type | tuple[type, ...]) -> list[Any]:
    """Of what was recorded, these kinds of event."""
    return [each for each in story.events if isinstance(each, events)]


def due(story: Given) -> dict[RuleId, Deadline]:
    return {each.rule: each for each in deadlines(story.state, story.calendar)}


def found(story: Given, rule: RuleId, *, then: SchoolCalendar = CALENDAR) -> list[Evidence]:
    causes = [each.cause for each in since(story, MissDisproved)]
    kept = [
        # The cause is the id that the store gives to the event with which the placement took the calendar.
        record(n, event, end_of(day("2027-03-31")))._replace(
            **({"event_id": causes[0]} if causes and isinstance(event, CalendarTaken) else {})
        )
        for n, event in enumerate(story.events)
    ]
    lines = evidence(kept, story.calendar, lambda _version: then)
    return [each for each in lines if each.clause.rule is rule]


INSET = days("2026-11-25")
SNOW = heard(noticed(), INSET, wrong=False)


@pytest.mark.obligation("C8")
def test_an_inset_day_after_the_notice_moves_its_day_with_the_cause() -> None:
    (moved,) = since(SNOW, DeadlineRecalculated)

    assert (moved.rule, moved.from_due, moved.due, moved.cause) == (
        RuleId.T1,
        day("2026-11-23"),
        day("2026-11-22"),
        CHANGED,
    )


def test_a_duty_overtaken_names_both_versions_the_cause_and_is_no_miss() -> None:
    (overtaken,) = since(SNOW, DutyOvertaken)

    assert (overtaken.rule, overtaken.from_version, overtaken.version, overtaken.cause) == (RuleId.T1, 1, 2, CHANGED)
    assert (overtaken.met_on, overtaken.overtaken_on) == (day("2026-11-23"), day("2026-11-23"))
    later = until(SNOW, day("2026-11-27"))
    assert [each for each in since(later, DeadlineMissed) if each.rule is RuleId.T1] == []


def test_a_start_with_an_overtaken_notice_is_refused_with_the_earliest_day() -> None:
    (reason,) = SNOW.on(day("2026-11-26")).when(START).then_rejected(NoticeNotTimely)

    assert reason.detail == (
        "The notice left one clear school day before the start, and two are needed. The school's calendar was revised"
        " after it was given. Move the start date to Tuesday 1 December 2026 or later, and give notice today by hand or"
        " email."
    )


def test_an_overtaken_notice_is_a_task_until_the_start_is_moved() -> None:
    task = due(SNOW)[RuleId.OVERTAKEN]
    assert (task.due_on, task.severity) == (day("2026-11-26"), Severity.ADVISORY)
    assert RuleId.T1 not in due(SNOW)
    assert "'Give notice before the start' was done in time on Monday 23 November 2026" in task.words

    story = SNOW.on(day("2026-11-24")).when(move("2026-12-01"))
    story = story.given.and_then(*story.events)
    assert since(story, StartDateMoved)
    assert RuleId.OVERTAKEN not in due(story)
    assert RuleId.T1 in due(story)
    story = story.when(notice(given_on=day("2026-11-24"))).then_happens(NoticeGiven)
    assert {RuleId.T1, RuleId.OVERTAKEN} & set(due(story)) == set()
    moved = replace(START, started_on=day("2026-12-01"))
    story.on(day("2026-12-01")).when(moved).then_happens(PlacementStarted)


def test_an_overtaken_notice_is_dealt_with_by_moving_the_start_alone() -> None:
    (overtaken,) = since(SNOW, DutyOvertaken)
    command = RecordOvertakenDutyDealtWith(overtaken_id=overtaken.overtaken_id, how="the parents agree")
    (reason,) = SNOW.when(command).then_rejected(NotOvertaken)

    assert reason.detail.startswith("Move the start date")


def test_a_day_that_is_given_back_makes_the_notice_stand_again() -> None:
    story = heard(SNOW, days(version=3), wrong=False, day_of=day("2026-11-24"))

    assert RuleId.OVERTAKEN not in due(story)
    story.on(day("2026-11-26")).when(START).then_happens(PlacementStarted)


def test_evidence_of_an_overtaken_notice_says_overtaken_and_no_breach() -> None:
    (line,) = found(SNOW, RuleId.T1)

    assert (line.finding.standing, line.finding.outcome) == (ClauseStatus.OVERTAKEN, DutyOutcome.OVERTAKEN)
    assert line.finding.why == (
        "The notice of Monday 23 November 2026 was in time by version 1 of the school's calendar. The school's days"
        " changed since: version 2."
    )


WRONG = heard(noticed(), INSET, wrong=True)


def test_a_corrected_calendar_judges_the_notice_again_as_a_breach() -> None:
    (moved,) = since(WRONG, DeadlineRecalculated)
    (missed,) = since(WRONG, DeadlineMissed)
    (line,) = found(WRONG, RuleId.T1, then=INSET)

    assert (moved.cause, moved.due) == (CORRECTED, day("2026-11-22"))
    assert (missed.rule, missed.due, missed.severity) == (RuleId.T1, day("2026-11-22"), Severity.BREACH)
    assert since(WRONG, DutyOvertaken) == []
    assert (line.finding.standing, line.finding.outcome) == (ClauseStatus.BREACHED, DutyOutcome.MISSED)
    WRONG.on(day("2026-11-26")).when(START).then_rejected(NoticeNotTimely)


def test_a_calendar_corrected_after_the_start_shows_the_breach_and_why() -> None:
    story = noticed().on(day("2026-11-26")).when(START).then_happens(PlacementStarted)
    after = heard(story.on(day("2026-11-27")), INSET, wrong=True)
    (missed,) = since(after, DeadlineMissed)
    taken = next(n for n, each in enumerate(after.events) if isinstance(each, CalendarTaken))

    assert (missed.rule, missed.severity) == (RuleId.T1, Severity.BREACH)
    assert missed.cause == event_id_of(story.on(day("2026-11-27"), 12).facts(TICK).command_id, 0)
    assert taken < after.events.index(missed)
    assert [each.finding.outcome for each in found(after, RuleId.T1, then=INSET)] == [DutyOutcome.MISSED]


def test_a_notice_that_can_still_be_given_in_time_is_owed_again() -> None:
    """Posted on Friday, it counts from Tuesday 24 November; the start is on Friday 27."""
    ready = at(Stage.READY_TO_START).on(day("2026-11-20")).when(move("2026-11-27"))
    story = ready.given.and_then(*ready.events)
    posted = notice(given_on=day("2026-11-20"), method=DeliveryMethod.FIRST_CLASS_POST)
    story = heard(story.when(posted).then_happens(NoticeGiven), days("2026-11-26"), wrong=False)

    assert since(story, DutyOvertaken) == []
    assert due(story)[RuleId.T1].due_on == day("2026-11-23")
    handed = story.on(day("2026-11-23")).when(notice(given_on=day("2026-11-23")))
    assert [each.timely for each in handed.events if isinstance(each, NoticeGiven)] == [True]


def test_with_no_time_left_a_missing_notice_is_due_on_the_day_of_change() -> None:
    ready = at(Stage.READY_TO_START).on(day("2026-11-23"))
    changed, corrected = (heard(ready, INSET, wrong=wrong) for wrong in (False, True))
    (moved,) = since(changed, DeadlineRecalculated)

    def missed(story: Given) -> list[date]:
        return [each.due for each in since(story, DeadlineMissed) if each.rule is RuleId.T1]

    assert (moved.due, moved.immediate, missed(changed)) == (day("2026-11-23"), True, [])
    assert due(changed)[RuleId.T1].due_on == day("2026-11-23")
    assert missed(until(changed, day("2026-11-24"))) == [day("2026-11-23")]
    assert missed(corrected) == [day("2026-11-22")]


def _change_noticed() -> Given:
    """Terms change on Monday 7 December 2026; notice of it was given on Tuesday 1 December."""
    return changed().when(again()).then_happens(NoticeGiven, *_superseding())


def _superseding() -> tuple[type, ...]:
    return tuple(type(each) for each in changed().when(again()).events[1:])


CLOSED = heard(_change_noticed(), days("2026-12-03", "2026-12-04"), wrong=False, day_of=day("2026-12-02"))


def test_notice_of_changed_terms_is_overtaken_too_and_a_person_handles_it() -> None:
    (overtaken,) = since(CLOSED, DutyOvertaken)
    change = CLOSED.state.period.terms_changed[-1]
    assert (overtaken.rule, overtaken.subject) == (RuleId.T1, change.change_id)
    assert due(CLOSED)[RuleId.OVERTAKEN].subject == overtaken.overtaken_id
    assert [each.finding.outcome for each in found(CLOSED, RuleId.T1)] == [DutyOutcome.MET, DutyOutcome.OVERTAKEN]

    command = RecordOvertakenDutyDealtWith(overtaken_id=overtaken.overtaken_id, how="the parents were telephoned")
    story = CLOSED.when(command).then_happens(OvertakenDutyDealtWith)
    assert RuleId.OVERTAKEN not in due(story)
    story.when(command).then_rejected(NotOvertaken)
    unknown = RecordOvertakenDutyDealtWith(overtaken_id=OvertakenId(an_id("none")), how="nothing")
    story.when(unknown).then_rejected(NotOvertaken)


def test_moving_a_start_leaves_an_overtaken_change_of_terms_as_it_is() -> None:
    moved = StartDateMoved(
        moved_on=day("2026-12-02"),
        from_date=day("2026-11-26"),
        to_date=day("2026-11-27"),
        proposed_end=day("2027-03-25"),
        days=40,
        reason="a slip",
    )

    assert CLOSED.and_then(moved).state.duties.overtaken == CLOSED.state.duties.overtaken


def test_a_spent_notice_is_not_overtaken_when_the_start_moves_back() -> None:
    story = noticed()
    for start in ("2026-12-01", "2026-11-26"):
        story = story.and_then(*story.when(move(start)).events)

    assert since(heard(story, INSET, wrong=False), DutyOvertaken) == []


def test_nothing_waits_once_the_placement_has_ended() -> None:
    (overtaken,) = since(CLOSED, DutyOvertaken)

    assert RuleId.OVERTAKEN not in due(at(Stage.ENDED).and_then(overtaken))


def _asked(calendar: SchoolCalendar, held_on: str) -> Given:
    """A review was asked for on 10 December 2026, and is held on a day in January."""
    request = RequestReview(requested_on=day("2026-12-10"), by=ReviewRequester.RELEVANT_PERSON, request="please")
    story = until(at(Stage.ACTIVE).knowing(calendar=calendar), day("2026-12-10"))
    story = story.when(request).then_happens(ReviewRequested, ReviewDue)
    review_id = since(story, ReviewDue)[-1].review_id
    meeting = schedule(review_id=review_id, at=london(day(held_on), 10))
    story = until(story.when(meeting).then_happens(ReviewScheduled), day(held_on)).on(day(held_on), 15)
    return story.when(hold(review_id=review_id, held_on=day(held_on))).then_happens(ReviewHeld)


def _of_review(story: Given) -> list[tuple[type, RuleId, date]]:
    kinds = (ReviewMissed, MissDisproved)
    return [(type(each), each.rule, each.due) for each in since(story, kinds) if each.rule is RuleId.T4]


def test_a_school_day_that_was_missing_makes_a_review_late_after_the_event() -> None:
    story = _asked(days("2027-01-05", version=1), "2027-01-15")
    assert _of_review(story) == []
    corrected = heard(story, days(), wrong=True)
    changed = heard(story, days(), wrong=False)

    assert _of_review(corrected) == [(ReviewMissed, RuleId.T4, day("2027-01-14"))]
    assert [each.cause for each in since(corrected, DeadlineRecalculated) if each.rule is RuleId.T4] == [CORRECTED]
    assert _of_review(changed) == []
    assert [each.rule for each in since(changed, DutyOvertaken)] == [RuleId.T4]
    lines = found(changed, RuleId.T4)
    assert DutyOutcome.OVERTAKEN in [each.finding.outcome for each in lines]


def test_a_corrected_school_day_disproves_a_miss_that_stays_on_record() -> None:
    story = _asked(days(version=1), "2027-01-15")
    corrected = heard(story, days("2027-01-05"), wrong=True)

    assert _of_review(story) == [(ReviewMissed, RuleId.T4, day("2027-01-14"))]
    assert _of_review(corrected) == [
        (ReviewMissed, RuleId.T4, day("2027-01-14")),
        (MissDisproved, RuleId.T4, day("2027-01-14")),
    ]
    whys = [each.finding.why for each in found(corrected, RuleId.T4)]
    assert any(why.startswith("A correction of the school's calendar shows that it was not missed") for why in whys)


def test_a_finding_without_a_duty_has_no_outcome() -> None:
    assert not_applicable("nothing").outcome is None


# ---- the days of then, as they are known now


def _published(*versions: tuple[CalendarRevision | None, tuple[str, ...]]) -> School:
    state = replace(SCHOOL, calendar_version=0, half_terms=(), years=())
    for number, (revision, insets) in enumerate(versions, start=1):
        event = AcademicYearPublished(
            version=number,
            academic_year=2026,
            published_on=day("2026-07-01"),
            half_terms=HALF_TERMS,
            inset_days=tuple(map(day, insets)),
            revision=revision,
        )
        state = evolve(state, event)
    return state


def test_the_days_of_then_take_corrections_in_and_leave_changes_out() -> None:
    school = _published(
        (None, ("2026-11-11",)),
        (CalendarRevision.CHANGED, ("2026-11-11", "2026-11-25")),
        (CalendarRevision.CORRECTED, ("2026-11-12", "2026-11-25")),
        (CalendarRevision.CHANGED, ("2026-11-12", "2026-11-25", "2026-11-26")),
    )
    wanted = ("2026-11-11", "2026-11-12", "2026-11-25", "2026-11-26")

    def school_days(version: int, **how: Any) -> list[bool]:
        calendar = school.as_corrected(BANK_HOLIDAYS, version, **how)
        return [calendar.is_school_day(day(each)) for each in wanted]

    assert school_days(1) == [True, False, True, True]
    assert school_days(2) == [True, False, False, True]
    assert school_days(4) == [True, False, False, False]
    assert school_days(1, to=2) == [False, True, True, True]
    assert school.as_corrected(BANK_HOLIDAYS, 1).version == 1


def test_a_corrected_half_term_is_the_one_of_then() -> None:
    longer = replace(HALF_TERMS[1], last_on=day("2026-12-22"))
    right = SchoolCalendar(half_terms=(HALF_TERMS[0], longer, *HALF_TERMS[2:]), bank_holidays=BANK_HOLIDAYS)
    found_now = CALENDAR.with_correction(CALENDAR, right)

    assert found_now.last_school_day(longer) == day("2026-12-22")
    assert found_now.half_terms == right.half_terms
    assert list(found_now.days) == list(right.days)


def test_a_notice_counts_from_the_day_it_arrived_and_not_if_it_never_did() -> None:
    story = noticed("2026-11-20")
    (given,) = since(story, NoticeGiven)
    served = NoticeServiceChanged(
        notice_id=given.notice_id,
        document_id=DocumentId(an_id("letter")),
        cause=ServiceCause.DISPATCHED,
        deemed_on=day("2026-11-23"),
        school_days_clear=2,
        timely=True,
        calendar_version=1,
    )
    lost = replace(served, cause=ServiceCause.FAILED, deemed_on=None, school_days_clear=None, timely=False)
    late = heard(story.and_then(served), INSET, wrong=False, day_of=day("2026-11-23"))
    never = heard(story.and_then(served, lost), INSET, wrong=False, day_of=day("2026-11-23"))

    assert [each.met_on for each in since(late, DutyOvertaken)] == [day("2026-11-23")]
    assert [each.finding.outcome for each in found(late, RuleId.T1)] == [DutyOutcome.OVERTAKEN]
    assert since(never, DutyOvertaken) == []
    assert [each.finding.outcome for each in found(never, RuleId.T1)] == [DutyOutcome.OUTSTANDING]
    again_served = heard(story.and_then(served, lost, served), INSET, wrong=False, day_of=day("2026-11-23"))
    assert [each.met_on for each in since(again_served, DutyOvertaken)] == [day("2026-11-23")]


# ---- what is undone, and was missed already


@pytest.mark.parametrize("wrong", [False, True])
def test_a_notice_that_was_missed_is_missed_once_though_its_day_moves(*, wrong: bool) -> None:
    """Not given by Monday 23 November; Wednesday is an INSET day then, and its day was Sunday the 22nd."""
    story = until(at(Stage.READY_TO_START), day("2026-11-24"))
    after = heard(story, INSET, wrong=wrong, day_of=day("2026-11-24"))
    found = (each for each in since(after, (DeadlineMissed, MissDisproved)) if each.rule is RuleId.T1)
    misses = [(type(each), str(each.due)) for each in found]

    if not wrong:
        assert misses == [(DeadlineMissed, "2026-11-23")]
        return
    # By the days as they always were it was due a day earlier: that is the miss, and the other was none.
    assert misses == [(DeadlineMissed, "2026-11-23"), (MissDisproved, "2026-11-23"), (DeadlineMissed, "2026-11-22")]


def test_an_undone_miss_loses_its_ground_if_its_day_was_no_school_day() -> None:
    """Raised on Tuesday 1 December, to be answered on Wednesday, which proves to have been an INSET day."""
    story = until(worried(on="2026-12-01"), day("2026-12-03"))
    after = heard(story, days("2026-12-02"), wrong=True, day_of=day("2026-12-03"))
    later = until(after, day("2026-12-04"))

    def of_concern(one: Given) -> list[tuple[type, str]]:
        kinds = (DeadlineMissed, MissDisproved)
        return [(type(each), str(each.due)) for each in since(one, kinds) if each.rule is RuleId.CONCERN]

    assert of_concern(story) == [(DeadlineMissed, "2026-12-02")]
    assert of_concern(after) == [(DeadlineMissed, "2026-12-02"), (MissDisproved, "2026-12-02")]
    assert of_concern(later)[2:] == [(DeadlineMissed, "2026-12-03")]


def evaluated(on: str) -> Given:
    """The placement ended on a day in January 2027, and is evaluated on another."""
    story = at(Stage.ENDED)
    ended = [replace(e, ended_on=day("2027-01-08")) if isinstance(e, PlacementEnded) else e for e in story.events]
    return story.knowing(events=tuple(ended)).on(day(on)).when(evaluate()).then_happens(EvaluationRecorded)


def test_an_evaluation_is_judged_by_the_days_as_they_are_now() -> None:
    """Twenty school days after Friday 8 January 2027 end on Friday 5 February, or with an INSET day on Monday."""
    story = evaluated("2027-02-05").knowing(calendar=days(version=1))
    lacking = evaluated("2027-02-08").knowing(calendar=days("2027-01-20", version=1))

    def of_evaluation(one: Given) -> list[tuple[type, str]]:
        kinds = (DeadlineMissed, MissDisproved, DutyOvertaken)
        return [(type(each), str(each.due)) for each in since(one, kinds) if each.rule is RuleId.T14]

    assert of_evaluation(heard(story, days("2027-01-20"), wrong=True, day_of=day("2027-02-08"))) == []
    on = day("2027-02-09")
    assert of_evaluation(heard(lacking, days(), wrong=True, day_of=on)) == [(DeadlineMissed, "2027-02-05")]
    assert of_evaluation(heard(lacking, days(), wrong=False, day_of=on)) == [(DutyOvertaken, "2027-02-05")]


def test_an_evaluation_stored_before_its_day_was_kept_is_not_judged_again() -> None:
    lacking = evaluated("2027-02-08").knowing(calendar=days("2027-01-20", version=1))
    old = tuple(replace(e, evaluated_on=None) if isinstance(e, EvaluationRecorded) else e for e in lacking.events)
    after = heard(lacking.knowing(events=old), days(), wrong=True, day_of=day("2027-02-09"))

    assert RuleId.T14 not in {each.rule for each in since(after, (DeadlineMissed, DutyOvertaken))}
