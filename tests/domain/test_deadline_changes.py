"""What a decision changes in what is due: made, moved, met, dropped."""

from collections.abc import Hashable
from datetime import date
from typing import Any

from domain.placement.ending.closing import Cancel, EndPlacement
from domain.placement.stages import Stage
from domain.placement.time.deadline_changes import DeadlineChanges, between, of_placement
from events.codes import EndReason, RuleId, TerminationReason
from events.ids import EventId
from tests.domain.examples import at, day, notice
from tests.dsl import Given, an_id

Due = tuple[str, date]


def _changes(before: list[Due], after: list[Due], *, done: bool = True) -> DeadlineChanges[Due]:
    def what(due: Due) -> Hashable:
        return due[0]

    return between(before, after, what=what, on=lambda due: due[1], done=lambda _due: done)


FIRST, SECOND, THIRD = day("2026-12-01"), day("2026-12-08"), day("2026-12-15")


def test_what_is_new_is_made_and_what_is_gone_is_met_or_dropped() -> None:
    assert _changes([("notice", FIRST)], [("review", SECOND)]) == DeadlineChanges(
        created=(("review", SECOND),), met=(("notice", FIRST),)
    )
    assert _changes([("notice", FIRST)], [], done=False).dropped == (("notice", FIRST),)
    assert _changes([("notice", FIRST)], [("notice", FIRST)]) == DeadlineChanges()


def test_what_has_another_day_has_moved() -> None:
    found = _changes([("review", FIRST)], [("review", SECOND)])

    [moved] = found.moved
    assert (moved.deadline, moved.was_on) == (("review", SECOND), FIRST)
    assert (found.created, found.met, found.dropped) == ((), (), ())


def test_of_several_of_one_thing_those_of_the_same_day_stay() -> None:
    found = _changes([("visit", FIRST), ("visit", SECOND)], [("visit", SECOND), ("visit", THIRD)])

    assert [(each.deadline, each.was_on) for each in found.moved] == [(("visit", THIRD), FIRST)]
    grown = _changes([("visit", FIRST)], [("visit", SECOND), ("visit", THIRD)])
    assert (len(grown.moved), grown.created) == (1, (("visit", THIRD),))
    shrunk = _changes([("visit", FIRST), ("visit", SECOND)], [("visit", THIRD)])
    assert (len(shrunk.moved), shrunk.met) == (1, (("visit", SECOND),))


def test_without_a_judge_what_is_gone_is_met() -> None:
    found: DeadlineChanges[Due] = between([("notice", FIRST)], [], what=lambda due: due[0], on=lambda due: due[1])

    assert found.met == (("notice", FIRST),)


def _of(story: Given, command: object) -> tuple[DeadlineChanges[Any], Given]:
    after = story.and_then(*story.when(command).events)
    events = {EventId(an_id(f"event {n}")): event for n, event in enumerate(after.events)}
    assert after.events != story.events, story.when(command).reasons
    return of_placement(story.state, after.state, events, story.facts(command)), after


def test_notice_that_is_given_is_met() -> None:
    story = at(Stage.DETERMINED)

    found, _ = _of(story, notice(given_on=story.now.date()))

    assert RuleId.T1 in {each.rule for each in found.met}
    assert found.dropped == ()


def test_a_placement_that_is_cancelled_drops_what_was_due() -> None:
    story = at(Stage.DETERMINED)

    found, _ = _of(story, Cancel(reason_code=TerminationReason.OTHER, reason_text="moved away"))

    assert RuleId.T1 in {each.rule for each in found.dropped}
    assert RuleId.T1 not in {each.rule for each in found.met}


def test_an_end_drops_reviews_to_come_and_makes_the_evaluation_due() -> None:
    story = at(Stage.ACTIVE)

    found, after = _of(story, EndPlacement(ended_on=story.now.date(), reason=EndReason.MOVED))

    assert after.state.stage is Stage.ENDED
    assert RuleId.T14 in {each.rule for each in found.created}
    assert RuleId.T5 in {each.rule for each in (*found.dropped, *found.met)}
