"""What each command shows of the duties: the one judgement, made after the command's own events.

What was done in time and typed late takes the ground from the miss that time recorded meanwhile, and what was done
late and in no other way is found as a miss is one. A step that moves the day of a duty shows nothing of the day
before: that miss stays, unless the step itself came about by then.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import chain
from typing import Any

from domain.placement import duties
from domain.placement.binding import severity
from domain.placement.derived import in_place
from domain.placement.duties import duty_of
from domain.placement.facts import Facts
from domain.placement.missing import recorded
from domain.placement.reviews import periods
from domain.placement.stages import DECIDED
from domain.placement.state import Placement, evolve
from domain.placement.time.judging import DutyJudgement, Follows, What, follows, judge, verdicts
from events.codes import RuleId
from events.ids import EventId, event_id_of
from events.placement.deadlines import DeadlineMissed, MissDisproved
from events.placement.ending import PlacementEnded
from events.placement.letters import NoticeServiceChanged, ReviewServiceChanged
from events.placement.record import RecordCorrected
from events.placement.reviews import ReviewDecided, ReviewMissed, ReviewOutcomeNotified
from events.placement.union import PlacementEvent


def with_verdicts(state: Placement, events: tuple[PlacementEvent, ...], facts: Facts) -> tuple[PlacementEvent, ...]:
    """The events of a command, and what they show. What is not done at all, time finds."""
    corrects = next((each for each in events if isinstance(each, RecordCorrected)), None)
    if corrects is not None:
        return (*events, *_corrected(corrects, facts))
    ends = next((each for each in events if isinstance(each, ReviewDecided | PlacementEnded)), None)
    of_period = periods.verdict(state, ends, facts) if ends is not None else ()
    if not _may_show(state, events):
        return (*events, *of_period)
    return (*events, *of_period, *_step(state, events, facts, judged_apart=ends is not None))


def _corrected(correction: RecordCorrected, facts: Facts) -> tuple[Follows, ...]:
    cause = event_id_of(facts.command_id, 0)
    return follows(in_place(facts.history), in_place({**facts.history, cause: correction}), facts, cause)


def _may_show(state: Placement, events: tuple[PlacementEvent, ...]) -> bool:
    """Judging reads the whole record, and most steps have nothing that it could show."""
    late = any(isinstance(each, ReviewOutcomeNotified) and not each.timely for each in events)
    on_record = len(state.duties.missed) > len(state.duties.disproved) or any(
        each.missed for each in state.reviews.opened
    )
    return late or on_record or _service_changed(events)


def _service_changed(events: Iterable[PlacementEvent]) -> bool:
    return any(isinstance(each, NoticeServiceChanged | ReviewServiceChanged) for each in events)


def _step(
    state: Placement, events: tuple[PlacementEvent, ...], facts: Facts, *, judged_apart: bool
) -> Iterator[DeadlineMissed | ReviewMissed | MissDisproved]:
    """`judged_apart`: what it shows of the period before it is said already."""
    known = in_place(facts.history)
    added: dict[EventId, Any] = {event_id_of(facts.command_id, n): event for n, event in enumerate(events)}
    after = reduce(evolve, events, state)
    was, now = judge(known, state, facts), judge({**known, **added}, after, facts)
    if judged_apart:
        was, now = _but_periods(was), _but_periods(now)
    cause = event_id_of(facts.command_id, 0)
    shown = {*_done(was, now), *(_of_letters(was, now) if _service_changed(events) else ())}
    found = verdicts(_only(was, shown), _only(now, shown), after, cause)
    # Notice of a start that lies ahead is owed again, and its miss is found as any other.
    yield from (each for each in found if after.stage not in DECIDED or not _of_the_start(each))
    for event in events:
        yield from _overtook(event, _but(was, shown), now, after, cause)


def _done(was: Mapping[What, DutyJudgement], now: Mapping[What, DutyJudgement]) -> Iterator[What]:
    for what, one in now.items():
        if one.done_on is not None and what in was and was[what].due == one.due:
            yield what


def _of_letters(was: Mapping[What, DutyJudgement], now: Mapping[What, DutyJudgement]) -> Iterator[What]:
    """What is given in letters: their fate undoes it, and not only does it."""
    return (what for what in chain(was, now) if duty_of(what[0]).lost)


def _but_periods(found: Mapping[What, DutyJudgement]) -> dict[What, DutyJudgement]:
    return {what: one for what, one in found.items() if what[0] is not RuleId.PERIOD}


def _only(found: Mapping[What, DutyJudgement], whats: set[What]) -> dict[What, DutyJudgement]:
    return {what: one for what, one in found.items() if what in whats}


def _but(found: Mapping[What, DutyJudgement], whats: set[What]) -> dict[What, DutyJudgement]:
    return {what: one for what, one in found.items() if what not in whats}


def _of_the_start(event: object) -> bool:
    return isinstance(event, DeadlineMissed) and (event.rule, event.subject) == (RuleId.T1, None)


def _overtook(
    event: PlacementEvent,
    was: Mapping[What, DutyJudgement],
    now: Mapping[What, DutyJudgement],
    after: Placement,
    cause: EventId,
) -> Iterator[MissDisproved]:
    """The misses of a duty that the step ended, or put off, on a day on which it was not late yet."""
    for duty in duties.DUTIES:
        on = duty.moved_on(event, after) if duty.moved_on else None
        if on is None:
            continue
        for (rule, subject), old in was.items():
            new = now.get((rule, subject))
            owed_then = new is not None and new.due <= old.due
            if rule is not duty.rule or not old.missed or owed_then:
                continue
            for due in recorded(after, rule, subject):
                if on <= due:
                    weight = severity(after, rule, subject)
                    yield MissDisproved(rule=rule, due=due, severity=weight, subject=subject, cause=cause)
