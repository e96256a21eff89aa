"""What a step shows of its duty: done in time and recorded late it disproves a miss on record, done late it is one.

A step that moves the day of a duty shows nothing of the day before: that miss stays.
"""

from collections.abc import Iterator
from functools import reduce

from domain.placement.derived import in_place
from domain.placement.facts import Facts
from domain.placement.state import Placement, evolve
from domain.placement.time.judging import judge, verdicts
from events.ids import event_id_of
from events.placement.deadlines import DeadlineMissed, MissDisproved
from events.placement.reviews import ReviewMissed, ReviewOutcomeNotified
from events.placement.union import PlacementEvent

Verdict = DeadlineMissed | MissDisproved | ReviewMissed


def with_verdicts(state: Placement, events: tuple[PlacementEvent, ...], facts: Facts) -> tuple[PlacementEvent, ...]:
    """The events of a step, and what they show of its duty. Time finds what is not done at all."""
    if not _may_show(state, events):
        return events
    return (*events, *_verdicts(state, events, facts))


def _may_show(state: Placement, events: tuple[PlacementEvent, ...]) -> bool:
    """Judging reads the whole record, and most steps have nothing that it could show."""
    late = any(isinstance(each, ReviewOutcomeNotified) and not each.timely for each in events)
    return late or len(state.missed) > len(state.disproved) or any(each.missed for each in state.reviews)


def _verdicts(state: Placement, events: tuple[PlacementEvent, ...], facts: Facts) -> Iterator[Verdict]:
    known = in_place(facts.history)
    added = {event_id_of(facts.command_id, n): event for n, event in enumerate(events)}
    after = reduce(evolve, events, state)
    was, now = judge(known, state, facts), judge({**known, **added}, after, facts)
    done = {
        what: one for what, one in now.items() if one.done_on is not None and what in was and was[what].due == one.due
    }
    before = {what: was[what] for what in done}
    return verdicts(before, done, after, event_id_of(facts.command_id, 0))
