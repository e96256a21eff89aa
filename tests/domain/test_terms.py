"""Terms that change while a placement runs: a fresh notice is owed, and what the provider changes is reported."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from domain.placement.agreement.notice import NoticeNotOwed, NoticeOmitsChange, SessionTimesOutOfOrder
from domain.placement.guards import DateBeforeCause, DateInFuture, FigureOutOfRange, TextMissing
from domain.placement.running.start import NotSchoolDay
from domain.placement.running.terms import ChangeTerms, ChangeTooSoon, NothingChanged, ReportProviderChange
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import LegalBasis, ProviderChange, Role, RuleId, TermsField
from events.placement.agreement import NoticeGiven, NoticeSuperseded
from events.placement.deadlines import DeadlineMissed
from events.placement.running import ProviderChangeReported, TermsChanged
from tests.domain.examples import TIMES, at, day, draft, notice
from tests.dsl import Given

MOVED = "2 Workshop Lane, Derby, DE99 9ZZ"
LATER = replace(TIMES, am_start=time(9, 30))


def change(**changes: Any) -> ChangeTerms:
    fields: dict[str, Any] = {"effective_on": day("2026-12-07"), "reason": "the workshop moves", "address": MOVED}
    return ChangeTerms(**(fields | changes))


def running() -> Given:
    """On Tuesday 1 December 2026, five days after the start."""
    return at(Stage.ACTIVE).on(day("2026-12-01"))


def changed(**changes: Any) -> Given:
    command = change(**changes)
    outcome = running().when(command)
    return outcome.then_happens(*(TermsChanged for _ in outcome.events))


def again(**changes: Any) -> Any:
    """The notice of the change, with what it says."""
    return notice(**({"given_on": day("2026-12-01"), "address": MOVED} | changes))


def t1(story: Given) -> list[str]:
    return [each.words for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T1]


@pytest.mark.obligation("S14")
def test_changed_terms_are_owed_a_notice_in_time() -> None:
    story = changed()
    (event,) = story.state.period.terms_changed

    assert (event.field, event.from_value, event.to_value) == (
        TermsField.ADDRESS,
        "1 Workshop Lane, Derby, DE99 9ZZ",
        MOVED,
    )
    assert t1(story) == [
        (
            "Give notice by Wednesday 2 December 2026: two clear school days before the terms change"
            " on Monday 7 December 2026"
        )
    ]
    missed = [each for each in story.on(day("2026-12-03")).when(PassTime()).events if isinstance(each, DeadlineMissed)]
    assert [(each.rule, each.due, each.subject) for each in missed] == [(RuleId.T1, day("2026-12-02"), event.change_id)]


@pytest.mark.obligation("S14")
def test_a_notice_in_time_makes_the_change() -> None:
    story = changed().when(again()).then_happens(NoticeGiven, NoticeSuperseded)

    assert story.state.notices.current is not None
    assert story.state.notices.current.address == MOVED
    assert (story.state.notices.current.start_date, story.state.notices.current.timely) == (day("2026-12-07"), True)
    assert t1(story) == []
    brought = story.on(day("2026-12-03")).when(PassTime()).events
    assert not any(isinstance(event, DeadlineMissed) for event in brought)


def test_a_late_notice_leaves_the_old_terms_until_a_later_day_is_given() -> None:
    story = changed().on(day("2026-12-03")).when(again(given_on=day("2026-12-03"))).then_happens(NoticeGiven)
    assert story.state.notices.current is not None
    assert story.state.notices.current.address == "1 Workshop Lane, Derby, DE99 9ZZ"
    assert len(t1(story)) == 1

    later = story.when(change(effective_on=day("2026-12-08"))).then_happens(TermsChanged)
    done = later.when(again(given_on=day("2026-12-03"))).then_happens(NoticeGiven, NoticeSuperseded)
    assert t1(done) == []


def test_every_term_may_change_at_once() -> None:
    story = changed(report_to="the new lead", session_times=LATER, days=30)
    assert [each.field for each in story.state.period.terms_changed] == list(TermsField)
    told = again(report_to="the new lead", session_times=LATER)
    noticed = story.when(told).then_happens(NoticeGiven, NoticeSuperseded)

    assert noticed.state.period.days == 30
    assert noticed.state.period.change_pending is None


@pytest.mark.parametrize(
    "said",
    [{"address": "1 Workshop Lane, Derby, DE99 9ZZ"}, {"report_to": "the site lead"}, {"session_times": TIMES}],
)
def test_a_notice_says_what_changes(said: dict[str, Any]) -> None:
    story = changed(report_to="the new lead", session_times=LATER)
    right = {"report_to": "the new lead", "session_times": LATER}

    story.when(again(**(right | said))).then_rejected(NoticeOmitsChange)


def test_a_notice_of_a_change_comes_after_it() -> None:
    changed().when(again(given_on=day("2026-11-30"))).then_rejected(DateBeforeCause)


def test_once_a_placement_runs_a_notice_is_given_of_changes_alone() -> None:
    running().when(again()).then_rejected(NoticeNotOwed)


def test_without_an_earlier_notice_the_first_one_takes_no_others_place() -> None:
    story = at(Stage.ACTIVE, drafted=draft(legal_basis=LegalBasis.AGREED))
    without = tuple(event for event in story.events if not isinstance(event, NoticeGiven))
    story = story.knowing(events=without).on(day("2026-12-01"))
    story = story.when(change()).then_happens(TermsChanged)

    assert story.state.period.terms_changed[0].from_value is None
    story.when(again()).then_happens(NoticeGiven)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"effective_on": day("2026-12-03")}, ChangeTooSoon),
        ({"effective_on": day("2026-12-12")}, NotSchoolDay),
        ({"reason": ""}, TextMissing),
        ({"address": " "}, NothingChanged),
        ({"address": None}, NothingChanged),
        ({"days": 0}, FigureOutOfRange),
        ({"session_times": replace(TIMES, am_start=time(16, 0))}, SessionTimesOutOfOrder),
    ],
)
def test_a_change_is_refused(changes: dict[str, Any], reason: type) -> None:
    running().when(change(**changes)).then_rejected(reason)


def test_an_ended_placement_owes_no_notice() -> None:
    story = changed()
    pending = at(Stage.ENDED).and_then(*story.state.period.terms_changed)

    assert t1(pending) == []


def report(**changes: Any) -> ReportProviderChange:
    fields: dict[str, Any] = {"kind": ProviderChange.STAFF, "reported_on": day("2026-12-01"), "detail": "a new lead"}
    return ReportProviderChange(**(fields | changes))


@pytest.mark.obligation("S28")
def test_a_provider_reports_what_it_changes() -> None:
    story = running().by(Role.PROVIDER_USER).when(report()).then_happens(ProviderChangeReported)

    assert [each.by_role for each in story.state.running.provider_changes] == [Role.PROVIDER_USER]


@pytest.mark.parametrize(
    ("changes", "reason"), [({"reported_on": day("2026-12-02")}, DateInFuture), ({"detail": ""}, TextMissing)]
)
def test_a_report_of_a_change_is_refused(changes: dict[str, Any], reason: type) -> None:
    running().when(report(**changes)).then_rejected(reason)
