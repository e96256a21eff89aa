"""Whatever state a placement has reached, a preview says what the command then does."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from hypothesis import given as hypothesis
from hypothesis import strategies as st

from domain.documents.catalogue import MAKES, documents
from domain.documents.source import source
from domain.event_sentences.sentence import sentence
from domain.placement.facts import Facts
from domain.placement.record.history import current
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.placement.steps import STEPS
from domain.placement.time.deadlines import Deadline, deadlines
from domain.placement.time.pass_time import PassTime
from events.envelope import Metadata, Recorded
from events.ids import CommandId, EventId, placement_stream
from services.application import previewing
from services.application.decider import Context, Decider, Decision, Loaded, Seen
from services.application.deciders.placement import PlacementDecider
from services.application.facts.placement import PlacementFacts
from services.application.handling import decision
from tests.domain.examples import at, given
from tests.domain.test_properties import FEW, TICK, Move, _forward, _other, _review, _take, _while_running, moves
from tests.dsl import Given, Outcome, an_id

commands = st.tuples(st.sampled_from([_forward, _review, _other, _while_running]), st.integers(0, 7))


def _decider(story: Given) -> Decider[Placement, Facts]:
    """It decides without a database: what reads and writes is never asked."""
    none = cast("Any", None)
    facts = PlacementFacts(keys=none, streams=none, reference=none)
    return PlacementDecider(story.placement_id, keys=none, streams=none, facts=facts, rows=none).decider


def _recorded(story: Given) -> tuple[Recorded[Any], ...]:
    context = _context(story, story.facts(TICK))
    return tuple(
        Recorded(
            position=number,
            stream_id=placement_stream(story.placement_id),
            version=number,
            event_id=EventId(an_id(f"event {number - 1}")),
            recorded_at=story.now,
            metadata=Metadata(
                occurred_at=story.now,
                actor=context.actor,
                command_id=context.command_id,
                correlation_id=context.correlation_id,
            ),
            event=event,
        )
        for number, event in enumerate(story.events, 1)
    )


def _context(story: Given, facts: Facts) -> Context:
    return Context(
        command_id=facts.command_id, correlation_id=facts.command_id, actor=facts.actor, now=story.now, holds=False
    )


def _foreseen(story: Given, command: object) -> Decision[Placement, Facts]:
    facts = story.facts(command)
    seen = Seen(record=Loaded(stream=_recorded(story), state=story.state), facts=facts)
    return decision(_decider(story), seen, command, _context(story, facts))


def _done(story: Given, command: object) -> tuple[Given, Outcome]:
    """What fell due first, then the command, each as it is decided and recorded."""
    if story.state.stage in STEPS[PassTime].stages:
        story = story.and_then(*story.when(TICK).events)
    return story, story.when(command)


def _plain(value: Any) -> Any:
    """A value without the ids that are made, and without the time of day."""
    if isinstance(value, UUID | datetime):
        return type(value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    return value


def _command(story: Given, how: Any, n: int) -> tuple[object, Given]:
    today = story.now.date()
    if how is _forward:
        command, role = _forward(story, today, n)
        return command, story.knowing(role=role)
    return how(story, today, n), story


@FEW
@hypothesis(tried=moves, from_running=st.booleans(), asked=commands, days=st.integers(0, 60))
def test_a_preview_says_what_the_command_then_does(
    tried: list[Move], *, from_running: bool, asked: tuple[Any, int], days: int
) -> None:
    story = at(Stage.ACTIVE) if from_running else given()
    for move in tried:
        story = _take(story, move)
    command, story = _command(story, *asked)
    story = story.knowing(now=story.now.replace(hour=12) + timedelta(days=days))

    said = _foreseen(story, command)
    caught, done = _done(story, command)

    reasons = () if said.rejections is None else said.rejections.reasons
    assert [(each.code, each.detail) for each in reasons] == [(each.code, each.detail) for each in done.reasons]
    events = () if said.decided is None else said.decided.events
    assert _plain(events) == _plain(done.events)
    assert said.seen.version == len(caught.events)
    if said.decided is not None:
        _follows(said)


def _follows(said: Decision[Placement, Facts]) -> None:
    decided = said.decided
    assert decided is not None
    before, after = said.seen.state, current(decided.after.stream) if decided.pending else said.seen.state
    calendar = said.seen.facts.calendar
    changes = previewing.placement_deadlines(decided)
    expected = [_due(each) for each in deadlines(before, calendar)]
    for gone in (*changes.met, *changes.dropped):
        expected.remove(_due(gone))
    for moved in changes.moved:
        expected.remove((moved.deadline.rule, moved.deadline.subject, moved.was_on))
        expected.append(_due(moved.deadline))
    expected += [_due(each) for each in changes.created]
    assert sorted(map(str, expected)) == sorted(str(_due(each)) for each in deadlines(after, calendar))
    for each in decided.recorded:
        assert re.fullmatch(r"[A-Z].*\.", sentence(each.event))
        if type(each.event) in MAKES:
            made = previewing.made_of(decided, each.version, {})
            records = decided.after.stream[: each.version]
            facts = decided.facts
            hashes = dict.fromkeys(range(1, each.version + 1), "Draft")
            assert made == documents(source(records, school=facts.school, provider=facts.provider, hashes=hashes))


def _due(each: Deadline) -> tuple[Any, ...]:
    return each.rule, each.subject, each.due_on


def test_a_preview_of_a_command_that_is_stale_decides_nothing() -> None:
    story = at(Stage.ACTIVE)
    facts = story.facts(TICK)
    seen = Seen(record=Loaded(stream=_recorded(story), state=story.state), facts=facts)
    context = replace(_context(story, facts), expected_versions=(1,), command_id=CommandId(an_id("stale")))

    made = decision(_decider(story), seen, TICK, context)

    assert (made.decided, made.rejections) == (None, None)
