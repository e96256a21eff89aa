"""What a decision changes in what is due: deadlines made, moved, met, and no longer owed."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from domain.placement.duties import duty_of
from domain.placement.facts import Facts
from domain.placement.stages import IN_FORCE, TERMINAL
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline, deadlines
from domain.placement.time.judging import judge
from events.ids import EventId

D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved(Generic[D]):
    """A deadline as it is now, and the day that it had before."""

    deadline: D
    was_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineChanges(Generic[D]):
    """`met`: what is due no more as it is done. `dropped`: what is due no more, though nobody did it."""

    created: tuple[D, ...] = ()
    moved: tuple[DeadlineMoved[D], ...] = ()
    met: tuple[D, ...] = ()
    dropped: tuple[D, ...] = ()


def _all_done(_deadline: Any) -> bool:
    return True


def between(
    before: Sequence[D],
    after: Sequence[D],
    *,
    what: Callable[[D], Hashable],
    on: Callable[[D], date],
    done: Callable[[D], bool] = _all_done,
) -> DeadlineChanges[D]:
    """The changes from one list to another. `what` says whether two are the same thing due, `on` its day.

    Where several of one thing are due, those that keep their day stay, and the others follow in order of their days.
    """
    left, came = defaultdict[Hashable, list[D]](list), defaultdict[Hashable, list[D]](list)
    for each in _without(before, after, what, on):
        left[what(each)].append(each)
    for each in _without(after, before, what, on):
        came[what(each)].append(each)
    moved = [pair for key in left for pair in zip(left[key], came[key], strict=False)]
    gone = [each for key in left for each in left[key][len(came[key]) :]]
    return DeadlineChanges(
        created=tuple(each for key in came for each in came[key][len(left[key]) :]),
        moved=tuple(DeadlineMoved(deadline=new, was_on=on(old)) for old, new in moved),
        met=tuple(each for each in gone if done(each)),
        dropped=tuple(each for each in gone if not done(each)),
    )


def _without(these: Sequence[D], those: Sequence[D], what: Callable[[D], Hashable], on: Callable[[D], date]) -> list[D]:
    """These in the order of their days, but for those that are due as before."""
    known = {(what(each), on(each)) for each in those}
    return sorted((each for each in these if (what(each), on(each)) not in known), key=on)


def of_placement(
    before: Placement, after: Placement, events: Mapping[EventId, Any], facts: Facts
) -> DeadlineChanges[Deadline]:
    """What a decision on a placement changes. `events` are all events with it, corrections in their place."""
    judged = judge(events, after, facts)

    def done(deadline: Deadline) -> bool:
        if not _ends(deadline, before, after):
            return True
        found = judged.get((deadline.rule, deadline.subject))
        return found is not None and found.done_on is not None

    return between(deadlines(before, facts.calendar), deadlines(after, facts.calendar), what=_what, on=_day, done=done)


def _ends(deadline: Deadline, before: Placement, after: Placement) -> bool:
    """Whether a decision that ends or stops the placement takes away what was due until then."""
    stopped = after.stage in TERMINAL and before.stage not in TERMINAL
    ended = before.stage in IN_FORCE and after.stage not in IN_FORCE
    return stopped or (ended and duty_of(deadline.rule).ends_with_placement)


def _what(deadline: Deadline) -> Hashable:
    return deadline.rule, deadline.subject


def _day(deadline: Deadline) -> date:
    return deadline.due_on
