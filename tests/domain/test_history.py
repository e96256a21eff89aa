"""The record as it is, as it was on a day, and as it was known on a day."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.calendar.london import end_of
from domain.legal_refs import legal_refs, listed
from domain.placement.record.history import Record, as_at, as_known, corrected, current, fold, occurred_at
from domain.placement.stages import Stage
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL
from events.codes import Role, RuleId, Severity
from events.envelope import Metadata, Recorded
from events.ids import CommandId, EventId
from events.placement.deadlines import DeadlineMissed
from events.placement.record import RecordCorrected
from events.placement.referral import ReferralDrafted
from events.placement.running import PlacementStarted
from events.placement.union import PlacementEvent
from tests.domain.examples import START, at, day
from tests.dsl import actor, an_id, london


def record(n: int, event: PlacementEvent, recorded_at: datetime) -> Record:
    return Recorded(
        position=n,
        stream_id="placement-1",
        version=n + 1,
        event_id=EventId(an_id(f"event {n}")),
        recorded_at=recorded_at,
        metadata=Metadata(
            occurred_at=occurred_at(event, recorded_at),
            actor=actor(Role.CASE_WORKER),
            command_id=CommandId(an_id(f"command {n}")),
            correlation_id=an_id("correlation"),
        ),
        event=event,
    )


def records() -> tuple[Record, ...]:
    """A started placement, an event each noon from 9 November 2026; the start recorded four days late."""
    events = at(Stage.ACTIVE).events
    last = len(events) - 1
    noons = [london(day("2026-11-09"), 12) + timedelta(days=n) for n in range(last)]
    return tuple(map(record, range(last + 1), events, [*noons, london(day("2026-11-30"), 12)]))


def correction(field: str, value: str | None, *, of: int, n: int = 90) -> Record:
    event = RecordCorrected(corrects_event_id=EventId(an_id(f"event {of}")), field=field, value=value, reason="a slip")
    return record(n, event, london(day("2026-12-02"), 12) + timedelta(hours=n))


def test_a_fact_came_about_by_the_end_of_its_day_or_when_it_was_recorded() -> None:
    started = at(Stage.ACTIVE).events[-1]
    drafted = at(Stage.DRAFT).events[0]

    assert occurred_at(started, london(day("2026-11-30"))) == end_of(day("2026-11-26"))
    assert occurred_at(started, london(day("2026-11-26"))) == london(day("2026-11-26"))
    assert occurred_at(drafted, london(day("2026-11-09"))) == london(day("2026-11-09"))


@pytest.mark.obligation("C9")
def test_as_known_leaves_out_what_was_recorded_later() -> None:
    known = fold(as_known(records(), london(day("2026-11-29"))))

    assert known.stage is Stage.READY_TO_START
    assert fold(as_known(records(), london(day("2026-12-01")))).stage is Stage.ACTIVE


@pytest.mark.obligation("C9")
def test_as_at_puts_a_fact_on_its_own_day_though_recorded_later() -> None:
    assert fold(as_at(records(), end_of(day("2026-11-25")))).stage is Stage.READY_TO_START
    assert fold(as_at(records(), end_of(day("2026-11-26")))).stage is Stage.ACTIVE


@pytest.mark.obligation("C6", "C9")
def test_a_correction_takes_effect_at_the_place_of_what_it_corrects() -> None:
    story = records()
    start = len(story) - 1
    after = (*story, correction("started_on", '"2026-11-27"', of=start))

    assert current(after).running.started_on == day("2026-11-27")
    assert fold(as_at(after, end_of(day("2026-11-26")))).stage is Stage.READY_TO_START
    assert fold(as_at(after, end_of(day("2026-11-27")))).running.started_on == day("2026-11-27")
    before = fold(corrected(as_known(after, london(day("2026-12-01")))))
    assert before.running.started_on == START.started_on


def test_the_last_correction_holds_and_one_without_its_value_does_nothing() -> None:
    twice = (
        *records(),
        correction("home_school_urn", '"900002"', of=0),
        correction("home_school_urn", '"900003"', of=0, n=91),
        correction("home_school_urn", None, of=0, n=92),
    )

    assert current(twice).home_school_urn == "900003"
    event = corrected(twice)[0].event
    assert isinstance(event, ReferralDrafted)
    assert isinstance(records()[0].event, ReferralDrafted)
    assert corrected(twice)[-1] is twice[-1]


@pytest.mark.obligation("C6")
def test_every_kind_of_event_says_which_clauses_it_answers_to() -> None:
    assert listed() == {*PLACEMENT.types(), *SCHOOL.types(), *PROVIDER.types(), *ATTENDANCE.types(), *PUPIL.types()}
    started = at(Stage.ACTIVE).events[-1]
    assert isinstance(started, PlacementStarted)
    assert legal_refs(started) == ("SI 2010/1156 reg 2",)
    missed = DeadlineMissed(rule=RuleId.T3, due=day("2026-12-14"), severity=Severity.BREACH)
    assert legal_refs(missed) == ("SI 2010/1156 reg 6",)
    assert legal_refs(replace(missed, rule=RuleId.T14)) == ("local practice",)
