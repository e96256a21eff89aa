"""Decided by an academy before 26 July 2026: good practice where it starts before that day, and binding after it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.calendar.london import end_of
from domain.evidence.gathering import evidence
from domain.evidence.model import ClauseStatus
from domain.placement.binding import UNSEEN, bound, by_unseen_text, severity
from domain.placement.guards import RecipientMissing
from domain.placement.running.start import NoticeMissing, NoticeNotTimely, StartPlacement
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import CommissionerKind, RecipientRole, RegimeId, ReviewSource, RuleId, Severity
from events.ids import ReviewId
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import PlacementDetermined
from events.placement.referral import ReferralDrafted
from events.placement.reviews import ReviewDue, ReviewInvitationGiven, ReviewScheduled
from events.placement.running import PlacementStarted
from tests.domain.changes import with_fields
from tests.domain.examples import SITE, at, day, notice
from tests.domain.test_history import record
from tests.domain.test_running import REVIEW, invite, schedule
from tests.domain.test_transition import CALENDAR
from tests.dsl import Given, london

LAST, FIRST = "2026-07-20", "2026-09-10"
"""School days: the first lies before 26 July 2026 and the second after it."""


def decided(
    start: str, regime_id: RegimeId = RegimeId.ACAD_PRE, kind: CommissionerKind = CommissionerKind.ACADEMY
) -> Given:
    """Ready to start on a day, decided on 15 June 2026, no notice given so far."""
    story = at(Stage.READY_TO_START)
    events: list[Any] = []
    for each in story.events:
        match each:
            case ReferralDrafted():
                events.append(replace(each, commissioner=kind))
            case PlacementDetermined():
                events.append(
                    replace(
                        each,
                        determined_on=day("2026-06-15"),
                        regime_id=regime_id,
                        start_date=day(start),
                        proposed_end=day("2026-12-18"),
                        review_plan=(),
                        calendar_version=CALENDAR.version,
                    )
                )
            case _:
                events.append(each)
    return story.knowing(events=tuple(events), calendar=CALENDAR, now=london(day("2026-06-15")))


def given_on(story: Given, on: str) -> Given:
    told = story.on(day(on))
    told = told.and_then(*told.when(PassTime()).events)
    return told.when(notice(given_on=day(on))).then_happens(NoticeGiven)


def start(on: str) -> StartPlacement:
    return StartPlacement(started_on=day(on), first_site_id=SITE)


def misses(story: Given) -> list[tuple[RuleId, Severity]]:
    return [(each.rule, each.severity) for each in story.events if isinstance(each, DeadlineMissed)]


def test_a_late_notice_before_the_change_is_advisory_and_refuses_no_start() -> None:
    story = given_on(decided(LAST), "2026-07-17").on(day(LAST))
    story = story.and_then(*story.when(PassTime()).events)

    assert (RuleId.T1, Severity.ADVISORY) in misses(story)
    story.when(start(LAST)).then_happens(PlacementStarted)


def test_before_the_change_no_notice_at_all_refuses_no_start_either() -> None:
    story = decided(LAST).on(day(LAST))

    story.when(start(LAST)).then_happens(PlacementStarted)
    assert (RuleId.T1, Severity.ADVISORY) in misses(story.and_then(*story.when(PassTime()).events))


def test_a_late_notice_refuses_a_start_after_the_change_decided_before_it() -> None:
    """Decided before and started after the change, a late notice refuses the start."""
    story = given_on(decided(FIRST), "2026-09-08").on(day(FIRST))
    (reason,) = story.when(start(FIRST)).then_rejected(NoticeNotTimely)

    assert (RuleId.T1, Severity.BREACH) in misses(story)
    assert reason.detail.endswith(UNSEEN)
    decided(FIRST).on(day(FIRST)).when(start(FIRST)).then_rejected(NoticeMissing)
    given_on(decided(FIRST), "2026-07-14").on(day(FIRST)).when(start(FIRST)).then_happens(PlacementStarted)


def test_a_start_that_slips_past_the_change_is_bound_by_the_later_law() -> None:
    """Noticed late for July, begun in September: the relevant day is the first that the pupil attends."""
    state = given_on(decided(LAST), "2026-07-17").state

    assert bound(state) == bound(with_fields(state, start_date=day("2026-07-25")))
    later = bound(with_fields(state, started_on=day("2026-09-10")))
    assert later is not None
    assert later.id is RegimeId.ACAD_2026


@pytest.mark.parametrize(
    ("start_date", "expected"),
    [("2026-07-24", RegimeId.ACAD_PRE), ("2026-07-25", RegimeId.ACAD_PRE), ("2026-07-26", RegimeId.ACAD_2026)],
)
def test_the_relevant_day_decides_to_the_day(start_date: str, expected: RegimeId) -> None:
    law = bound(decided(start_date).state)

    assert law is not None
    assert law.id is expected


def to_review(start_date: str) -> Given:
    """It runs, with a review open on 2 October 2026 and arranged for the 13th."""
    story = given_on(decided(start_date), "2026-07-14").on(day(start_date))
    story = story.when(start(start_date)).then_happens(PlacementStarted).on(day("2026-10-02"))
    opened = ReviewDue(
        review_id=ReviewId(REVIEW),
        opened_on=day("2026-10-02"),
        due=day("2026-10-16"),
        source=ReviewSource.PLAN,
        rule=RuleId.PLAN,
    )
    return story.and_then(opened).when(schedule(at=london(day("2026-10-13"), 14))).then_happens(ReviewScheduled)


def test_reviews_follow_the_later_laws_invitees_and_duties_and_say_why() -> None:
    """Reviews take the later law's invitees and duties, and say by what right."""
    story = to_review(FIRST)
    invitation = invite(given_on=day("2026-10-02"))
    alone = replace(invitation, recipients=(RecipientRole.RELEVANT_PERSON,))

    story.when(alone).then_rejected(RecipientMissing)
    story.when(invitation).then_happens(ReviewInvitationGiven)
    (due,) = [each for each in deadlines(story.state, CALENDAR) if each.rule is RuleId.T2]
    assert due.severity is Severity.BREACH
    assert due.words.endswith(UNSEEN.rstrip("."))


def test_begun_before_the_change_it_is_good_practice_throughout() -> None:
    story = to_review("2026-07-20")
    alone = invite(given_on=day("2026-10-02"), recipients=(RecipientRole.RELEVANT_PERSON,))

    story.when(alone).then_happens(ReviewInvitationGiven)
    (due,) = [each for each in deadlines(story.state, CALENDAR) if each.rule is RuleId.T2]
    assert due.severity is Severity.ADVISORY
    assert UNSEEN not in due.words


def binding(story: Given, clause: str) -> list[tuple[bool, ClauseStatus, bool]]:
    records = [record(n, each, end_of(_noted(each))) for n, each in enumerate(story.events)]
    return [
        (each.binding, each.finding.standing, each.finding.why.endswith(UNSEEN))
        for each in evidence(records, CALENDAR)
        if each.clause.id == clause
    ]


def _noted(_event: object) -> date:
    return day("2026-12-31")


def test_the_evidence_says_what_binds_by_a_text_that_was_not_seen() -> None:
    late = given_on(decided(FIRST), "2026-09-08")
    early = given_on(decided(LAST), "2026-07-17")

    assert binding(late, "notice-timely") == [(True, ClauseStatus.BREACHED, True)]
    assert binding(early, "notice-timely") == [(False, ClauseStatus.ADVISORY_MISSED, False)]
    assert binding(late, "review-requested") == [(True, ClauseStatus.NOT_APPLICABLE, False)]
    assert binding(late, "half-term")[0][0] is False, "guidance stays guidance"
    outstanding = binding(to_review(FIRST), "invitation-timely")
    assert outstanding == [(True, ClauseStatus.OUTSTANDING, True)]


@pytest.mark.parametrize(
    "regime_id",
    [each for each in RegimeId if each not in {RegimeId.ACAD_PRE, RegimeId.PRU_PRE, RegimeId.EOTAS_S61}],
)
def test_under_every_other_regime_the_law_of_the_decision_stays(regime_id: RegimeId) -> None:
    state = decided(FIRST, regime_id).state
    law = bound(state)

    assert law is not None
    assert law.id is regime_id
    assert not any(by_unseen_text(state, rule) for rule in RuleId)


@pytest.mark.parametrize(
    ("regime_id", "kind"),
    [
        (RegimeId.MAINT_2013, CommissionerKind.MAINTAINED),
        (RegimeId.ACAD_2026, CommissionerKind.ACADEMY),
        (RegimeId.PRU_2026, CommissionerKind.PRU),
    ],
)
def test_where_the_law_binds_nobody_starts_on_a_late_notice(regime_id: RegimeId, kind: CommissionerKind) -> None:
    story = given_on(decided(FIRST, regime_id, kind), "2026-09-08").on(day(FIRST))

    (reason,) = story.when(start(FIRST)).then_rejected(NoticeNotTimely)
    assert UNSEEN not in reason.detail


def test_before_the_determination_only_a_rule_of_its_own_law_binds() -> None:
    undecided = at(Stage.DRAFT).state

    assert bound(undecided) is None
    assert severity(undecided, RuleId.T1) is Severity.ADVISORY
    assert severity(undecided, RuleId.T17) is Severity.BREACH
    assert not by_unseen_text(undecided, RuleId.T1)


def test_where_no_later_regime_allows_it_the_law_of_the_decision_stays() -> None:
    """Of a commissioner without any power since, which no record should hold."""
    law = bound(decided(FIRST, kind=CommissionerKind.LA).state)

    assert law is not None
    assert law.id is RegimeId.ACAD_PRE
