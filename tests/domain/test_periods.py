"""Reg 4(1): a decision after each review, no attendance past the period decided; our own leads are no breach."""

from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from domain.calendar.school_calendar import SchoolCalendar
from domain.evidence.gathering import evidence
from domain.evidence.model import ClauseStatus
from domain.law.bases import BASES
from domain.law.regimes import REGIMES
from domain.placement.ending.closing import EndPlacement
from domain.placement.missing import recorded
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import (
    CommissionerKind,
    EndReason,
    LegalBasis,
    RegimeId,
    ReviewDecision,
    RuleId,
    Session,
    SessionPlace,
    Severity,
)
from events.ids import ConcernId, ReviewId, event_id_of
from events.placement.deadlines import DeadlineMissed, DeadlineRecalculated, MissDisproved
from events.placement.decision import PlacementDetermined
from events.placement.ending import PlacementEnded
from events.placement.referral import ReferralDrafted
from events.placement.reviews import ReviewDecided, ReviewHeld, ReviewMissed
from events.placement.running import AttendancePatternSet, PlacementPaused, PlacementResumed
from events.placement.union import PlacementEvent
from events.values.sessions import PatternSession
from tests.domain.examples import BANK_HOLIDAYS, CALENDAR, HALF_TERMS, at, day
from tests.domain.test_judged_again import records, then
from tests.domain.test_running import REVIEW, conclude, decided, held
from tests.domain.test_timers import running, until
from tests.dsl import Given, an_id

TICK = PassTime()


def misses(story: Given, rule: RuleId) -> list[tuple[str, Severity]]:
    """The due day and the weight of each recorded miss of a rule."""
    return [
        (str(each.due), each.severity)
        for each in story.events
        if isinstance(each, DeadlineMissed) and each.rule is rule
    ]


def due(story: Given, rule: RuleId) -> list[str]:
    return [str(each.due_on) for each in deadlines(story.state, story.calendar) if each.rule is rule]


def standings(story: Given, clause: str) -> list[ClauseStatus]:
    found = evidence(records(story), story.calendar)
    return [each.finding.standing for each in found if each.clause.id == clause]


def why_breached(story: Given, shown_by: type) -> str:
    """What the evidence says of an overrun that the last event of a kind shows."""
    (missed,) = [each for each in story.events if isinstance(each, DeadlineMissed) and each.cause is not None]
    kept = records(story)
    last = max(n for n, each in enumerate(kept) if isinstance(each.event, shown_by))
    kept[last] = kept[last]._replace(event_id=missed.cause)
    (why,) = [
        each.finding.why
        for each in evidence(kept, CALENDAR)
        if each.clause.id == "period-decided" and each.finding.standing is ClauseStatus.BREACHED
    ]
    return why


def under(story: Given, regime: RegimeId, basis: LegalBasis, commissioner: CommissionerKind) -> Given:
    """The same story, determined under another regime and basis."""
    events: list[PlacementEvent] = []
    for each in story.events:
        if isinstance(each, PlacementDetermined):
            events.append(replace(each, regime_id=regime, legal_basis=basis))
        elif isinstance(each, ReferralDrafted):
            events.append(replace(each, legal_basis=basis, commissioner=commissioner))
        else:
            events.append(each)
    return story.knowing(events=tuple(events))


def end(story: Given, ended_on: str) -> Given:
    outcome = story.when(EndPlacement(ended_on=day(ended_on), reason=EndReason.OTHER))
    assert outcome.reasons == ()
    return story.and_then(*outcome.events)


# ---- our own leads are no breach


@pytest.mark.parametrize("regime", REGIMES, ids=lambda each: each.id)
@pytest.mark.parametrize("rule", [RuleId.T6, RuleId.PLAN])
def test_a_lead_of_our_own_is_advisory_under_every_regime(regime: Any, rule: RuleId) -> None:
    assert regime.severity(rule) is Severity.ADVISORY


def test_a_planned_day_and_the_lead_before_the_end_are_listed_as_advisory() -> None:
    story = running()
    found = {each.rule: each.severity for each in deadlines(story.state, story.calendar)}

    assert (found[RuleId.PLAN], found[RuleId.T6]) == (Severity.ADVISORY, Severity.ADVISORY)
    assert found[RuleId.PERIOD] is Severity.BREACH


@pytest.mark.clause("review-planned")
@pytest.mark.parametrize(("rule", "clause"), [(RuleId.PLAN, "review-planned"), (RuleId.T6, "period-end")])
def test_a_miss_recorded_as_a_breach_of_our_own_day_shows_as_advisory(rule: RuleId, clause: str) -> None:
    """As the releases before recorded it: the stored event stays, and reads as what it is."""
    story = until(running(), day("2027-03-26"))
    old = [replace(e, severity=Severity.BREACH) if isinstance(e, ReviewMissed) else e for e in story.events]
    story = story.knowing(events=tuple(old))
    found = [
        each.finding
        for each in evidence(records(story), story.calendar)
        if each.clause.id == clause and each.clause.rule is rule
    ]

    assert {each.standing for each in found} == {ClauseStatus.ADVISORY_MISSED}
    assert all("recorded as a breach" in each.why for each in found)
    assert {each.severity for each in story.events if isinstance(each, ReviewMissed)} == {Severity.BREACH}


# ---- a decision after each review


@pytest.mark.clause("review-decision")
def test_no_decision_after_a_review_is_a_breach_once_too_late_to_tell() -> None:
    story = held()

    assert due(story, RuleId.DECISION) == ["2026-12-14"]
    assert misses(until(story, day("2026-12-14")), RuleId.DECISION) == []
    late = until(story, day("2026-12-15"))
    assert misses(late, RuleId.DECISION) == [("2026-12-14", Severity.BREACH)]
    assert standings(late, "review-decision") == [ClauseStatus.BREACHED]
    # It is made in the end: the miss stays, and the decision is beside it.
    after = late.and_then(*late.when(conclude()).events)
    assert standings(after, "review-decision") == [ClauseStatus.SATISFIED, ClauseStatus.BREACHED]
    assert misses(until(after, day("2027-01-20")), RuleId.DECISION) == [("2026-12-14", Severity.BREACH)]


def test_a_review_held_of_late_waits_for_its_decision() -> None:
    assert standings(held(), "review-decision") == [ClauseStatus.OUTSTANDING]
    assert standings(decided(), "review-decision") == [ClauseStatus.SATISFIED]


def test_each_review_needs_a_decision_of_its_own() -> None:
    story = until(held(), day("2026-12-15"))
    (missed,) = [e for e in story.events if isinstance(e, DeadlineMissed) and e.rule is RuleId.DECISION]

    assert missed.subject == REVIEW


def test_a_review_undecided_when_the_placement_ends_in_time_is_no_breach() -> None:
    story = end(held().on(day("2026-12-10")), "2026-12-10")

    assert due(story, RuleId.DECISION) == []
    assert misses(until(story, day("2027-01-20")), RuleId.DECISION) == []
    assert standings(story, "review-decision") == [ClauseStatus.OUTSTANDING]


def test_correcting_a_reviews_day_rejudges_if_its_decision_was_in_time() -> None:
    story = decided().on(day("2026-12-21"))
    late = then(story, ReviewDecided, "decided_on", "2026-12-15")
    back = then(late, ReviewDecided, "decided_on", "2026-12-14")

    assert misses(late, RuleId.DECISION) == [("2026-12-14", Severity.BREACH)]
    assert [e.rule for e in back.events if isinstance(e, MissDisproved)] == [RuleId.DECISION]
    assert misses(then(story, ReviewHeld, "held_on", "2026-12-02"), RuleId.DECISION) == [
        ("2026-12-08", Severity.BREACH)
    ]


# ---- no attendance past the period


@pytest.mark.clause("period-decided")
@pytest.mark.parametrize(
    ("period_end", "last_day"),
    [
        ("2026-12-16", "2026-12-16"),  # Thursday the 17th is a school day
        ("2026-12-18", "2027-01-03"),  # the last of term: nobody attends before Monday the 4th
        ("2027-01-15", "2027-01-17"),  # a Friday
        ("2027-03-25", "2027-04-11"),  # Easter, with two bank holidays
    ],
)
def test_attendance_past_its_period_is_a_breach_on_the_first_school_day(period_end: str, last_day: str) -> None:
    story = running(end=period_end)
    on = date.fromordinal(day(last_day).toordinal() + 1)

    assert due(story, RuleId.PERIOD) == [last_day]
    assert misses(until(story, day(last_day)), RuleId.PERIOD) == []
    over = until(story, on)
    assert misses(over, RuleId.PERIOD) == [(last_day, Severity.BREACH)]
    assert standings(over, "period-decided") == [ClauseStatus.BREACHED]
    assert misses(until(over, day("2027-07-01")), RuleId.PERIOD) == [(last_day, Severity.BREACH)], "once a period"


def test_a_decision_to_go_on_within_the_period_sets_the_next_one() -> None:
    story = decided()

    assert due(story, RuleId.PERIOD) == ["2027-06-06"], "half-term follows 28 May 2027"
    assert standings(story, "period-decided") == [ClauseStatus.SATISFIED, ClauseStatus.OUTSTANDING]
    late = until(story, day("2027-06-07"))
    assert misses(late, RuleId.PERIOD) == [("2027-06-06", Severity.BREACH)]
    assert [e.subject for e in late.events if isinstance(e, DeadlineMissed) and e.rule is RuleId.PERIOD] == [REVIEW]


def test_a_period_decided_late_stays_missed_and_the_next_has_its_own_day() -> None:
    events = tuple(
        replace(e, proposed_end=day("2026-12-08")) if isinstance(e, PlacementDetermined) else e for e in held().events
    )
    late = until(held().knowing(events=events), day("2026-12-10"))
    after = late.and_then(*late.when(conclude()).events)

    assert misses(late, RuleId.PERIOD) == [("2026-12-08", Severity.BREACH)]
    assert due(after, RuleId.PERIOD) == ["2027-06-06"]
    assert standings(after, "period-decided") == [ClauseStatus.BREACHED, ClauseStatus.OUTSTANDING]


def test_an_end_within_the_period_recorded_after_it_disproves_the_miss() -> None:
    story = until(running(end="2026-12-16"), day("2026-12-17"))
    within, past = end(story, "2026-12-16"), end(story, "2026-12-17")
    (disproved,) = [e for e in within.events if isinstance(e, MissDisproved) and e.rule is RuleId.PERIOD]
    command = EndPlacement(ended_on=day("2026-12-16"), reason=EndReason.OTHER)

    assert (disproved.rule, str(disproved.due)) == (RuleId.PERIOD, "2026-12-16")
    assert disproved.cause == event_id_of(story.facts(command).command_id, 0)
    assert standings(within, "period-decided") == [
        ClauseStatus.SATISFIED,
        ClauseStatus.BREACHED,
        ClauseStatus.SATISFIED,
    ]
    assert not any(isinstance(each, MissDisproved) for each in past.events)
    assert misses(past, RuleId.PERIOD) == [("2026-12-16", Severity.BREACH)]


def ending(until_day: str) -> Given:
    events = tuple(
        replace(each, decision=ReviewDecision.END, until=day(until_day)) if isinstance(each, ReviewDecided) else each
        for each in decided().events
    )
    return decided().knowing(events=events)


def test_after_a_decision_to_end_the_end_says_whether_attendance_went_on() -> None:
    """Its recording has ten school days: until then nobody can say that attendance was required any more."""
    story = ending("2026-12-16")
    waiting = until(story, day("2026-12-21"))

    assert due(story, RuleId.PERIOD) == ["2027-01-06"]
    assert misses(waiting, RuleId.PERIOD) == []
    assert misses(end(waiting, "2026-12-16"), RuleId.PERIOD) == []
    assert misses(end(waiting, "2026-12-18"), RuleId.PERIOD) == [("2026-12-16", Severity.BREACH)]
    over = until(story, day("2027-01-07"))
    assert misses(over, RuleId.PERIOD) == [("2027-01-06", Severity.BREACH)]
    assert misses(end(over, "2027-01-07"), RuleId.PERIOD) == [("2027-01-06", Severity.BREACH)]


def test_an_end_shows_an_overrun_that_a_correction_takes_back() -> None:
    story = end(until(ending("2026-12-16"), day("2026-12-21")), "2026-12-18")
    right = then(story, PlacementEnded, "ended_on", "2026-12-16")

    assert "The day of the end shows" in why_breached(story, PlacementEnded)
    assert [e.rule for e in right.events if isinstance(e, MissDisproved)] == [RuleId.PERIOD]
    assert recorded(right.state, RuleId.PERIOD, REVIEW) == []


def test_a_decision_to_go_on_after_one_to_end_shows_an_overrun() -> None:
    another = ReviewId(an_id("another review"))
    story = ending("2026-12-10").on(day("2026-12-16"))
    other = [
        replace(cast("Any", each), review_id=another) if hasattr(each, "review_id") else each
        for each in held().events[len(at(Stage.ACTIVE).events) :]
    ]
    story = story.and_then(*other)
    outcome = story.when(conclude(review_id=another))
    after = story.and_then(*outcome.events)

    assert misses(after, RuleId.PERIOD) == [("2026-12-10", Severity.BREACH)]
    assert "The day of the next decision shows" in why_breached(after, ReviewDecided)


def test_a_corrected_period_is_judged_again() -> None:
    story = end(until(running(end="2026-12-16"), day("2026-12-16")), "2026-12-16").on(day("2027-01-20"))

    assert misses(then(story, PlacementEnded, "ended_on", "2026-12-18"), RuleId.PERIOD) == [
        ("2026-12-16", Severity.BREACH)
    ]


def test_in_a_pause_no_attendance_is_required() -> None:
    review = ReviewId(an_id("pause review"))
    pause = PlacementPaused(paused_on=day("2026-12-10"), concern_id=ConcernId(an_id("concern")), review_id=review)
    story = running(end="2026-12-11").and_then(pause)
    resumed = PlacementResumed(resumed_on=day("2027-01-12"), review_id=review)

    assert due(story, RuleId.PERIOD) == []
    assert misses(until(story, day("2027-01-12")), RuleId.PERIOD) == []
    decided_in_it = tuple(each for each in decided().events if each not in at(Stage.ACTIVE).events)
    assert standings(story.and_then(*decided_in_it), "period-decided") == [ClauseStatus.SATISFIED]
    goes_on = until(story, day("2027-01-11")).and_then(resumed)
    assert due(goes_on, RuleId.PERIOD) == ["2027-01-12"], "the day that it went on is the day of the cause"
    assert misses(until(goes_on, day("2027-01-13")), RuleId.PERIOD) == [("2027-01-12", Severity.BREACH)]
    ended = PlacementEnded(ended_on=day("2027-01-08"), reason=EndReason.OTHER, destination_urn=None)
    assert standings(story.on(day("2027-01-08")).and_then(ended), "period-decided") == [ClauseStatus.SATISFIED]


def test_a_start_after_the_period_is_its_own_cause() -> None:
    story = running(start="2027-01-25", end="2027-01-22", plan=())

    assert due(story, RuleId.PERIOD) == ["2027-01-25"]


def test_only_a_day_at_the_provider_is_attendance() -> None:
    """On the provider's day, Tuesday, the pupil would have to attend; on the others the school expects them."""
    places = {2: SessionPlace.PROVIDER}
    sessions = tuple(
        PatternSession(weekday=weekday, session=session, place=places.get(weekday, SessionPlace.SCHOOL))
        for weekday in range(1, 6)
        for session in Session
    )
    pattern = AttendancePatternSet(
        set_on=day("2026-11-26"),
        effective_from=day("2026-11-26"),
        sessions=sessions,
        am_start=None,
        pm_start=None,
        part_time_until=None,
        agreed_with=None,
    )

    assert due(running(end="2026-12-08").and_then(pattern), RuleId.PERIOD) == ["2026-12-14"]


def test_a_calendar_that_gives_a_day_off_moves_the_day_of_the_period() -> None:
    story = running(end="2026-12-16")
    off = SchoolCalendar(half_terms=HALF_TERMS, inset_days=(day("2026-12-17"),), bank_holidays=BANK_HOLIDAYS, version=2)
    outcome = story.knowing(before=CALENDAR, calendar=off).on(day("2026-12-01")).when(TICK)
    (moved,) = [e for e in outcome.events if isinstance(e, DeadlineRecalculated) and e.rule is RuleId.PERIOD]

    assert (str(moved.from_due), str(moved.due)) == ("2026-12-16", "2026-12-17")


# ---- whom regulation 4 binds


BOUND = {RegimeId.MAINT_2013, RegimeId.ACAD_2026, RegimeId.PRU_2026}
CASES = [
    (regime.id, basis, min(regime.commissioners))
    for regime in REGIMES
    if regime.power
    for basis in sorted(regime.bases)
    if BASES[basis].placement
]


@pytest.mark.parametrize(("regime", "basis", "commissioner"), CASES)
def test_reg_4_is_a_breach_where_it_binds_and_advisory_by_agreement_only(
    regime: RegimeId, basis: LegalBasis, commissioner: CommissionerKind
) -> None:
    """Regulation 4 is a breach where it binds, advisory by agreement, and nothing else."""
    undecided = until(under(held(), regime, basis, commissioner), day("2026-12-20"))
    over = until(under(running(end="2026-12-16"), regime, basis, commissioner), day("2026-12-17"))
    found = misses(undecided, RuleId.DECISION), misses(over, RuleId.PERIOD)

    if basis not in {LegalBasis.OSD, LegalBasis.AGREED}:
        assert found == ([], [])
        assert standings(over, "period-decided") == [ClauseStatus.NOT_APPLICABLE]
        assert misses(end(over, "2026-12-17"), RuleId.PERIOD) == []
        return
    # An academy's decision before 26 July 2026 is bound by the law of its first day, which lies after it.
    weight = Severity.BREACH if regime in BOUND | {RegimeId.ACAD_PRE} else Severity.ADVISORY
    assert found == ([("2026-12-14", weight)], [("2026-12-16", weight)])


def test_before_the_law_an_academys_overrun_is_advisory_throughout() -> None:
    story = under(
        running(start="2026-07-06", end="2026-12-16"), RegimeId.ACAD_PRE, LegalBasis.OSD, CommissionerKind.ACADEMY
    )

    assert misses(until(story, day("2026-12-17")), RuleId.PERIOD) == [("2026-12-16", Severity.ADVISORY)]
