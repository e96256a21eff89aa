"""Whatever is done in time and typed late takes the ground from its miss, once; done late, the miss stays."""

from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from domain.calendar.school_calendar import DAY
from domain.placement.decision.plans import RecordAnnualReview
from domain.placement.ending.closing import EndPlacement
from domain.placement.record.access_queries import QuerySubjectAccessRequest
from domain.placement.record.documents import RecordDocuments
from domain.placement.record.letters import RecordLetterFate
from domain.placement.referral.exclusions import RecordEarlyStartConsent
from domain.placement.stages import RUNNING, Stage
from domain.placement.time.pass_time import PassTime
from events.codes import (
    AccessQuery,
    ContactMethod,
    DeliveryMethod,
    EndReason,
    ExclusionKind,
    LetterFate,
    PupilFlag,
    RuleId,
)
from events.ids import EventId
from events.placement.deadlines import DeadlineMissed, MissDisproved
from events.placement.decision import ExclusionRecorded
from events.placement.ending import PlacementEnded
from events.placement.reviews import ReviewDue, ReviewMissed, ReviewScheduled
from events.placement.union import PlacementEvent
from tests.domain.examples import START, at, day, notice, transport
from tests.domain.examples import tell as tell_arrangements
from tests.domain.late import Late
from tests.domain.test_around import acknowledge, answer, asked, cleared, complained, extend, meals, reply, request
from tests.domain.test_around import decided as nothing_arranged
from tests.domain.test_exclusions import _determined as day_six
from tests.domain.test_flag_tasks import after as flagged
from tests.domain.test_judged_again import then
from tests.domain.test_letter_service import FIRST
from tests.domain.test_letter_service import told as outcome_told
from tests.domain.test_letters import back, failed, handed_over, unheard
from tests.domain.test_periods import ending
from tests.domain.test_provider_review import GOES_ON, SUSPENDED, heard
from tests.domain.test_pupil_flags import change
from tests.domain.test_running import decided, hold, invite, scheduled, tell
from tests.domain.test_safeguarding import pause, worried
from tests.domain.test_terms import again, changed
from tests.domain.test_timers import running, until
from tests.dsl import Given, an_id


def _of_other_modules() -> dict[str, Late]:
    """The cases that lie beside the other tests of their duty: a dictionary `LATE`."""
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    names = [file.stem for file in files if "\nLATE = {" in file.read_text(encoding="utf-8")]
    return {name: case for each in names for name, case in import_module(f"tests.domain.{each}").LATE.items()}


def _worried_to_the_end() -> Given:
    story = running(end="2026-12-16").on(day("2026-12-01"))
    raised = [each for each in worried().events if type(each).__name__ == "SafeguardingConcernRaised"]
    return story.and_then(*raised)


def _excluded() -> Given:
    """The sixth day of the suspension is the day of the start."""
    suspended = ExclusionRecorded(first_day=day("2026-11-19"), kind=ExclusionKind.SUSPENSION, days=12)
    story = at(Stage.READY_TO_START).on(day("2026-11-19"))
    return story.and_then(suspended, *story.when(notice()).events)


def _ready() -> Given:
    """Before any notice."""
    return at(Stage.READY_TO_START)


def _details() -> Given:
    story = day_six()
    return story.knowing(events=tuple(each for each in story.events if type(each).__name__ != "NoticeGiven"))


def _annual() -> Given:
    """Of a plan that was made a year ago, and of which the record tells since Tuesday 1 December."""
    return flagged(change(1, "2025-12-10", PupilFlag.EHCP, known_on="2026-12-01"))


def _doubted() -> Given:
    provider = heard(SUSPENDED).provider
    return until(scheduled().knowing(provider=provider), day("2026-12-02"))


def _letter(*fates: Any) -> Given:
    story = outcome_told(FIRST, method=DeliveryMethod.HAND).on(day("2026-12-09"))
    for each in fates:
        story = story.and_then(*story.when(each).events)
    return story


def _query(story: Given, on: date) -> object:
    return QuerySubjectAccessRequest(
        request_id=request(story).request.request_id, asked_on=on, query=AccessQuery.IDENTITY, question="who are you?"
    )


def _delivered(_story: Given, on: date) -> object:
    at_nine = Given.on(at(Stage.ACTIVE), on).now
    return RecordLetterFate(
        document_id=FIRST, fate=LetterFate.DELIVERED, method=DeliveryMethod.FIRST_CLASS_POST, at=at_nine
    )


def _end(_story: Given, on: date) -> object:
    return EndPlacement(ended_on=on, reason=EndReason.OTHER)


CASES = {
    **_of_other_modules(),
    "told about the arrangements": Late(
        rule=RuleId.TOLD,
        story=nothing_arranged,
        due="2026-11-25",
        step=lambda _, on: tell_arrangements(sent_on=on),
    ),
    "transport": Late(
        rule=RuleId.TRANSPORT, story=nothing_arranged, due="2026-11-25", step=lambda _, on: transport(arranged_on=on)
    ),
    "meals": Late(
        rule=RuleId.MEALS,
        story=lambda: nothing_arranged(free_school_meals=True),
        due="2026-11-25",
        step=lambda _, on: meals(arranged_on=on),
    ),
    "notice of the start": Late(rule=RuleId.T1, story=_ready, due="2026-11-23", step=lambda _, on: notice(given_on=on)),
    "notice of new terms": Late(
        rule=RuleId.T1,
        story=lambda: changed(effective_on=day("2026-12-10"), days=30),
        due="2026-12-07",
        step=lambda _, on: again(given_on=on),
    ),
    "sixth day": Late(
        rule=RuleId.T7, story=_excluded, due="2026-11-26", step=lambda _, on: replace(START, started_on=on)
    ),
    "details of day six": Late(
        rule=RuleId.T8,
        story=_details,
        due="2026-11-24",
        # Without its hour a day counts to its end, so the day before is the last.
        step=lambda _, on: notice(given_on=on - DAY),
    ),
    "consent to less": Late(
        rule=RuleId.T8,
        story=_details,
        due="2026-11-24",
        step=lambda _, on: RecordEarlyStartConsent(consented_on=on, consent="by telephone"),
    ),
    "invitation": Late(rule=RuleId.T2, story=scheduled, due="2026-12-02", step=lambda _, on: invite(given_on=on)),
    "outcome": Late(
        rule=RuleId.T3, story=decided, due="2026-12-14", step=lambda _, on: tell(given_on=on), at_end=False
    ),
    "review": Late(rule=RuleId.PLAN, story=scheduled, due="2026-12-16", step=lambda _, on: hold(held_on=on)),
    "review of another kind in the half-term": Late(
        rule=RuleId.T5, story=scheduled, due="2026-12-18", step=lambda _, on: hold(held_on=on)
    ),
    "review that answers a doubt": Late(
        rule=RuleId.PROVIDER, story=_doubted, due="2026-12-09", step=lambda _, on: hold(held_on=on)
    ),
    "concern, by a pause": Late(
        rule=RuleId.CONCERN,
        story=worried,
        due="2026-12-02",
        step=lambda story, on: pause(story, paused_on=on),
        at_end=False,
    ),
    "period, by the end": Late(
        rule=RuleId.PERIOD, story=lambda: running(end="2026-12-16"), due="2026-12-16", step=_end
    ),
    "period, by a pause": Late(
        rule=RuleId.PERIOD,
        story=_worried_to_the_end,
        due="2026-12-16",
        step=lambda story, on: pause(story, paused_on=on),
    ),
    "end and destination": Late(
        rule=RuleId.DESTINATION, story=lambda: ending("2027-03-25"), due="2027-01-06", step=_end
    ),
    "annual review": Late(
        rule=RuleId.T12, story=_annual, due="2026-12-10", step=lambda _, on: RecordAnnualReview(reviewed_on=on)
    ),
    "answer to a request for access": Late(
        rule=RuleId.T17,
        story=lambda: cleared(asked()),
        due="2026-12-29",
        step=reply,
        at_end=False,
    ),
    "query to who asked for access": Late(
        rule=RuleId.T17, story=asked, due="2026-12-29", step=_query, late_too=False, at_end=False
    ),
    "more time for access": Late(
        rule=RuleId.T17,
        story=asked,
        due="2026-12-29",
        step=extend,
        late_too=False,
        at_end=False,
    ),
    "acknowledgement of a complaint": Late(
        rule=RuleId.COMPLAINT,
        story=complained,
        due="2026-12-26",
        step=lambda story, on: acknowledge(story, str(on)),
        at_end=False,
    ),
    "answer to a complaint": Late(
        rule=RuleId.COMPLAINT,
        story=complained,
        due="2026-12-26",
        step=lambda story, on: answer(story, str(on)),
        at_end=False,
    ),
    "letter that failed": Late(
        rule=RuleId.LETTER,
        story=lambda: _letter(failed(FIRST)),
        due="2026-12-10",
        step=lambda _, on: handed_over(FIRST, str(on)),
        at_end=False,
    ),
    "letter nobody knew of": Late(
        rule=RuleId.LETTER,
        story=lambda: _letter(unheard(FIRST)),
        due="2026-12-10",
        step=_delivered,
        at_end=False,
    ),
}
EACH = pytest.mark.parametrize("case", CASES.values(), ids=CASES)

TYPED_THE_SAME_DAY = {
    *(RuleId.ANSWER, RuleId.DECISION, RuleId.REINTEGRATION, RuleId.T14, RuleId.T16, RuleId.TRANSITION),
    RuleId.OVERTAKEN,
}
"""Their steps count on the day on which they are typed, so that a miss on record is one."""
OTHER_REVIEWS = {RuleId.T4, RuleId.T6, RuleId.SAFEGUARDING}
"""Held as any review is."""
NO_DUTY_OF_A_PLACEMENT = {
    *(RuleId.T9, RuleId.T10, RuleId.T11, RuleId.T13, RuleId.QA_VISIT),
    *(RuleId.T15, RuleId.T18, RuleId.T18_SESSIONS, RuleId.T19),
}


def test_the_table_has_each_duty_of_a_placement() -> None:
    known = {case.rule for case in CASES.values()} | TYPED_THE_SAME_DAY | OTHER_REVIEWS

    assert known | NO_DUTY_OF_A_PLACEMENT == set(RuleId)


def overdue(case: Late) -> Given:
    """Two days after the day on which it was due, with its miss on record."""
    story = until(case.story(), day(case.due) + DAY + DAY)
    assert day(case.due) in misses(story.events, case.rule), "the miss is on record"
    return story


def misses(events: tuple[PlacementEvent, ...], rule: RuleId) -> list[date]:
    return [each.due for each in events if isinstance(each, DeadlineMissed | ReviewMissed) and each.rule is rule]


def disproved(events: tuple[PlacementEvent, ...], rule: RuleId) -> list[date]:
    return [each.due for each in events if isinstance(each, MissDisproved) and each.rule is rule]


def all_disproved(events: tuple[PlacementEvent, ...]) -> list[tuple[Any, ...]]:
    return [(each.rule, each.subject, each.due) for each in events if isinstance(each, MissDisproved)]


def typed(story: Given, step: object) -> Given:
    outcome = story.when(step)
    assert [each.detail for each in outcome.reasons] == []
    return story.and_then(*outcome.events)


@EACH
def test_a_step_in_time_and_typed_late_disproves_its_miss_once(case: Late) -> None:
    story = overdue(case)
    after = typed(story, case.step(story, day(case.due)))
    new = after.events[len(story.events) :]

    assert disproved(new, case.rule) == [day(case.due)]
    assert misses(new, case.rule) == []
    assert len(all_disproved(new)) == len(set(all_disproved(new))), "nothing is disproved twice"
    later = until(after, day(case.due) + 5 * DAY)
    assert disproved(later.events, case.rule) == [day(case.due)]
    assert misses(later.events, case.rule).count(day(case.due)) == 1


@pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case.late_too], ids=[name for name in CASES if CASES[name].late_too]
)
def test_a_step_a_day_late_leaves_its_miss_on_record(case: Late) -> None:
    story = overdue(case)
    after = typed(story, case.step(story, day(case.due) + DAY))

    assert disproved(after.events, case.rule) == []
    assert misses(after.events, case.rule) == [day(case.due)]


AT_END = [name for name, case in CASES.items() if case.at_end and case.story().state.stage in RUNNING]


@pytest.mark.parametrize("case", [CASES[name] for name in AT_END], ids=AT_END)
def test_an_end_typed_late_leaves_nothing_owed_after_it(case: Late) -> None:
    story = overdue(case)
    within, after = (typed(story, _end(story, day(case.due) + late)) for late in (DAY * 0, DAY))

    assert disproved(within.events, case.rule) == [day(case.due)]
    assert disproved(after.events, case.rule) == []


# ---- what else a step, a correction or a letter shows


def lapsed() -> Given:
    """The half-term's review was missed on 18 December, and gave way to that of the next half-term."""
    return until(scheduled(), day("2027-01-29"))


@pytest.mark.parametrize(
    ("step", "on", "shown"),
    [
        (hold(held_on=day("2026-12-17")), "2026-12-17", ["2026-12-18"]),
        (hold(held_on=day("2027-01-04")), "2027-01-04", []),
        (_end(scheduled(), day("2026-12-18")), "2026-12-18", ["2026-12-18"]),
        (_end(scheduled(), day("2027-01-04")), "2027-01-04", []),
    ],
    ids=["held in the half-term", "held after it", "ended on the day", "ended after it"],
)
def test_a_review_that_gave_way_to_the_next_loses_its_miss_too(step: object, on: str, shown: list[str]) -> None:
    story = lapsed()
    assert misses(story.events, RuleId.T5)[0] == day("2026-12-18")

    assert [str(each) for each in disproved(typed(story, step).events, RuleId.T5) if str(each) < "2027"] == shown, on


def test_a_corrected_day_of_the_end_says_again_what_was_owed_by_then() -> None:
    late = typed(until(scheduled(), day("2026-12-21")), _end(scheduled(), day("2026-12-20")))
    within = then(late, PlacementEnded, "ended_on", "2026-12-18")
    back = then(within, PlacementEnded, "ended_on", "2026-12-20")

    assert disproved(late.events, RuleId.T5) == []
    assert disproved(within.events, RuleId.T5) == [day("2026-12-18")]
    assert misses(back.events, RuleId.T5) == [day("2026-12-18")] * 2


def test_a_letter_that_came_back_twice_is_two_tasks() -> None:
    """Posted once more a day late; what came back of that was given in time, and typed late."""
    story = outcome_told(FIRST).on(day("2026-12-09"))
    story = until(typed(story, failed(FIRST)), day("2026-12-11"))
    story = typed(story, handed_over(FIRST, "2026-12-11", ContactMethod.LETTER))
    story = until(typed(story.on(day("2026-12-14")), back(FIRST, "2026-12-14")), day("2026-12-17"))
    after = typed(story, handed_over(FIRST, "2026-12-15"))

    assert [str(each) for each in misses(story.events, RuleId.LETTER)] == ["2026-12-10", "2026-12-15"]
    assert [str(each) for each in disproved(after.events, RuleId.LETTER)] == ["2026-12-15"]


def test_an_outcome_handed_over_in_time_is_told_though_its_letter_waited() -> None:
    story = outcome_told(FIRST).on(day("2026-12-09"))
    story = until(typed(story, failed(FIRST)), day("2026-12-16"))
    after = typed(story, handed_over(FIRST, "2026-12-14"))

    assert [str(each) for each in misses(story.events, RuleId.T3)] == ["2026-12-14"]
    assert [str(each) for each in disproved(after.events, RuleId.T3)] == ["2026-12-14"]
    assert disproved(after.events, RuleId.LETTER) == [], "it was to be given another way by the 10th"


def test_an_answer_while_the_clock_waits_is_in_time_on_any_day() -> None:
    story = cleared(asked()).on(day("2026-12-28"))
    story = typed(story, _query(story, day("2026-12-28"))).on(day("2027-02-01"))
    story = typed(story, reply(story, day("2027-01-29")))

    assert misses(until(story, day("2027-02-02")).events, RuleId.T17) == []


def test_consent_does_not_make_late_details_come_in_time() -> None:
    story = until(_details(), day("2026-11-26"))
    consent = RecordEarlyStartConsent(consented_on=day("2026-11-24"), consent="by telephone")
    in_time, late = (typed(story, notice(given_on=day(on))) for on in ("2026-11-25", "2026-11-26"))

    assert disproved(typed(in_time, consent).events, RuleId.T8) == [day("2026-11-24")]
    assert disproved(typed(late, consent).events, RuleId.T8) == []


@pytest.mark.parametrize(
    ("held_on", "shown"), [("2027-02-04", ["2027-02-04"]), ("2027-02-05", [])], ids=["by its day", "after it"]
)
def test_a_review_late_in_the_half_term_does_not_meet_its_day(held_on: str, shown: list[str]) -> None:
    """The first is due 30 school days after the start on 10 December; its half-term lasts until 12 February."""
    other = (each for each in scheduled().events if isinstance(each, ReviewDue | ReviewScheduled))
    story = until(running(start="2026-12-10").and_then(*other), day("2027-02-08"))
    after = typed(story, hold(held_on=day(held_on)))

    assert misses(story.events, RuleId.T5) == [day("2027-02-04")]
    assert [str(each) for each in disproved(after.events, RuleId.T5)] == shown


def test_a_doubt_that_was_answered_in_time_stays_so_after_a_later_review() -> None:
    story = until(typed(_doubted().on(day("2026-12-03")), GOES_ON), day("2026-12-17"))
    after = typed(story, hold(held_on=day("2026-12-16")))

    assert misses(after.events, RuleId.PROVIDER) == []
    assert misses(until(after, day("2026-12-18")).events, RuleId.PROVIDER) == []


@EACH
def test_time_and_documents_say_nothing_of_what_a_step_showed(case: Late) -> None:
    story = overdue(case)
    after = typed(story, case.step(story, day(case.due)))
    made = RecordDocuments(cause=EventId(an_id("a step")), documents=())

    assert [each for each in after.when(PassTime()).events if isinstance(each, MissDisproved)] == []
    assert after.when(made).events == ()
