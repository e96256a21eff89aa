"""What the record would have come to under another regime, or another reading of the two school days."""

from dataclasses import replace
from typing import Any

import pytest

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.regimes import regime
from domain.placement.record.what_if import (
    IN_FORCE,
    Judgement,
    Line,
    NoticeReading,
    RuleReading,
    WhatIfOutcome,
    compare,
)
from domain.placement.stages import Stage
from domain.placement.time.pass_time import PassTime
from events.codes import CommissionerKind, LegalBasis, RecipientRole, RegimeId, RuleId, Severity
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import PlacementDetermined
from events.placement.referral import ReferralDrafted
from events.placement.reviews import ReviewInvitationGiven, ReviewMissed, ReviewOutcomeNotified
from events.placement.running import PlacementStarted
from tests.domain.documenting import closed, records
from tests.domain.examples import CALENDAR, at, day, notice
from tests.dsl import Given

LOOSE = RuleReading(notice=NoticeReading.LOOSE)
ACAD_2026 = RuleReading(regime=regime(RegimeId.ACAD_2026))


def calendars(_version: int) -> SchoolCalendar:
    return CALENDAR


def lines(given: Given, reading: RuleReading) -> tuple[Line, ...]:
    return compare(records(given), reading, calendars)


def differing(given: Given, reading: RuleReading) -> list[tuple[type, Judgement, Judgement]]:
    return [(type(each.record.event), each.was, each.would) for each in lines(given, reading) if each.differs]


def changed(given: Given, *types: type, **fields: Any) -> Given:
    """The same story with other values in its events of these types."""
    events = tuple(replace(event, **fields) if isinstance(event, types) else event for event in given.events)
    return given.knowing(events=events)


def before_2026(given: Given) -> Given:
    """Decided, and begun, before the law changed: what starts later is bound by the later law."""
    began = day("2026-07-06")
    decided = changed(given, PlacementDetermined, regime_id=RegimeId.ACAD_PRE, start_date=began)
    return changed(decided, PlacementStarted, started_on=began)


@pytest.mark.parametrize("given", [at(Stage.DRAFT), at(Stage.ACTIVE), closed()])
def test_under_what_is_in_force_nothing_differs(given: Given) -> None:
    assert differing(given, IN_FORCE) == []


@pytest.mark.obligation("C9", "S16")
def test_good_practice_missed_would_be_a_breach_where_the_regulations_bind() -> None:
    undecided = DeadlineMissed(rule=RuleId.DECISION, due=day("2026-12-23"), severity=Severity.ADVISORY)
    found = differing(before_2026(closed()).and_then(undecided), ACAD_2026)

    missed = Judgement(outcome=WhatIfOutcome.MISSED, severity=Severity.ADVISORY)
    assert (DeadlineMissed, missed, replace(missed, severity=Severity.BREACH)) in found
    assert ReviewMissed not in {event for event, _, _ in found}, "a planned day is no law's"


def test_who_must_be_told_follows_the_other_regime_too() -> None:
    to_parent_and_council = (RecipientRole.RELEVANT_PERSON, RecipientRole.LA)
    letters = (ReviewInvitationGiven, ReviewOutcomeNotified)
    story = before_2026(changed(closed(), *letters, recipients=to_parent_and_council))

    found = {event: (was, would) for event, was, would in differing(story, ACAD_2026)}

    refused = Judgement(outcome=WhatIfOutcome.REFUSED, severity=Severity.BREACH)
    timely = Judgement(outcome=WhatIfOutcome.TIMELY)
    assert {event: found[event] for event in letters} == dict.fromkeys(letters, (timely, refused))


def test_what_was_late_by_good_practice_would_be_late_by_law() -> None:
    story = before_2026(changed(at(Stage.ACTIVE), NoticeGiven, timely=False, school_days_clear=1))

    late = Judgement(outcome=WhatIfOutcome.LATE, severity=Severity.ADVISORY)
    assert differing(story, ACAD_2026) == [(NoticeGiven, late, replace(late, severity=Severity.BREACH))]


def test_a_regime_without_the_power_would_have_refused_the_decision() -> None:
    found = differing(at(Stage.DETERMINED), RuleReading(regime=regime(RegimeId.PRU_PRE)))

    refused = Judgement(outcome=WhatIfOutcome.REFUSED, severity=Severity.BREACH)
    assert found == [(PlacementDetermined, Judgement(outcome=WhatIfOutcome.ALLOWED), refused)]


def late_notice(given_on: str) -> Given:
    """Notice for Thursday 26 November on a day too late for two clear school days, its miss on record."""
    story = at(Stage.READY_TO_START).on(day("2026-11-24"))
    story = story.and_then(*story.when(PassTime()).events).on(day(given_on))
    return story.when(notice(given_on=day(given_on))).then_happens(NoticeGiven)


@pytest.mark.parametrize(("given_on", "early_enough"), [("2026-11-24", True), ("2026-11-25", False)])
def test_notice_on_the_second_school_day_before_is_in_time_if_read_loosely(
    given_on: str, *, early_enough: bool
) -> None:
    found = differing(late_notice(given_on), LOOSE)

    timely = Judgement(outcome=WhatIfOutcome.TIMELY)
    late = Judgement(outcome=WhatIfOutcome.LATE, severity=Severity.BREACH)
    missed = Judgement(outcome=WhatIfOutcome.MISSED, severity=Severity.BREACH)
    assert found == ([(DeadlineMissed, missed, timely), (NoticeGiven, late, timely)] if early_enough else [])


def test_hours_after_an_exclusion_have_no_loose_reading() -> None:
    story = changed(late_notice("2026-11-24"), ReferralDrafted, PlacementDetermined, legal_basis=LegalBasis.SUSP6)

    assert NoticeGiven not in {event for event, _, _ in differing(story, LOOSE)}


@pytest.mark.parametrize(
    ("reading", "given", "school", "concerned"),
    [
        (LOOSE, at(Stage.DETERMINED), None, True),
        (LOOSE, at(Stage.AWAITING_DECISION), CommissionerKind.ACADEMY, False),
        (ACAD_2026, at(Stage.DETERMINED), CommissionerKind.ACADEMY, True),
        (ACAD_2026, at(Stage.DETERMINED), None, False),
        (RuleReading(regime=regime(RegimeId.MAINT_2013)), at(Stage.DETERMINED), CommissionerKind.ACADEMY, False),
    ],
)
def test_a_regime_concerns_the_placements_that_it_fits(
    reading: RuleReading, given: Given, school: CommissionerKind | None, *, concerned: bool
) -> None:
    assert reading.concerns(given.state, school) is concerned
