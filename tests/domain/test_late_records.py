"""A step that was done in time and recorded late takes the ground from the miss that time had recorded meanwhile."""

import pytest

from domain.placement.stages import Stage
from domain.placement.time.pass_time import PassTime
from events.codes import DeliveryMethod, RuleId, Severity
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import DeadlineMissed, MissDisproved
from events.placement.reviews import ReviewOutcomeNotified
from events.placement.union import PlacementEvent
from tests.domain.examples import at, day, notice
from tests.domain.test_judged_again import told, what
from tests.domain.test_running import tell
from tests.dsl import Given


def overdue(today: str) -> Given:
    """The review of 9 December is decided; nobody records that its outcome was told until after the 15th."""
    story = told()
    story = story.knowing(events=story.events[:-1]).on(day(today))
    return story.and_then(*story.when(PassTime()).events)


def telling(story: Given, given_on: str, method: DeliveryMethod = DeliveryMethod.HAND) -> tuple[PlacementEvent, ...]:
    outcome = story.when(tell(given_on=day(given_on), method=method))
    assert outcome.reasons == ()
    return outcome.events


@pytest.mark.parametrize(
    ("given_on", "method", "shown"),
    [
        ("2026-12-15", DeliveryMethod.HAND, [(MissDisproved, RuleId.T3, "2026-12-15")]),
        ("2026-12-11", DeliveryMethod.FIRST_CLASS_POST, [(MissDisproved, RuleId.T3, "2026-12-15")]),
        ("2026-12-14", DeliveryMethod.FIRST_CLASS_POST, []),
        ("2026-12-16", DeliveryMethod.HAND, []),
    ],
)
def test_an_outcome_told_in_time_and_recorded_late_is_no_miss(
    given_on: str, method: DeliveryMethod, shown: list[object]
) -> None:
    assert what(telling(overdue("2026-12-17"), given_on, method)) == shown


def test_an_outcome_posted_on_its_last_day_is_late_on_record_at_once() -> None:
    story = told()
    story = story.knowing(events=story.events[:-1]).on(day("2026-12-15"))

    events = telling(story, "2026-12-15", DeliveryMethod.FIRST_CLASS_POST)

    assert what(events) == [(DeadlineMissed, RuleId.T3, "2026-12-15")]
    assert what(story.and_then(*events).on(day("2027-01-08")).when(PassTime()).events[:1]) == []


def test_an_outcome_recorded_twice_disproves_its_miss_once() -> None:
    story = overdue("2026-12-17")
    once = story.and_then(*telling(story, "2026-12-15"))

    (event,) = telling(once, "2026-12-14")

    assert isinstance(event, ReviewOutcomeNotified)


def test_notice_of_a_start_still_ahead_may_be_repeated_and_is_no_miss_yet() -> None:
    other = DeadlineMissed(rule=RuleId.MEALS, due=day("2026-11-20"), severity=Severity.ADVISORY)
    story = at(Stage.DETERMINED).and_then(other).on(day("2026-11-23"))

    outcome = story.when(notice(given_on=day("2026-11-23"), method=DeliveryMethod.FIRST_CLASS_POST))

    assert [type(each) for each in outcome.events] == [NoticeGiven]
