"""What passing time brings to a register, in the order of its time.

Time enters no code: for an absence without a reason it proposes one, and a person at the school decides. Follows from
the register, the placement and the calendar alone, so that a look that was missed is made good.
"""

from collections.abc import Iterator
from datetime import datetime

from domain.attendance import duties
from domain.attendance.duty import LOOK_AHEAD, RegisterDue, WatchedRegister
from domain.placement.stages import RUNNING, Stage

SWEPT = frozenset({Stage.ACTIVE, Stage.PAUSED, Stage.REINTEGRATING, Stage.ENDED})
"""The stages in which time brings something to a register."""


def fallen_due(kept: WatchedRegister, now: datetime) -> tuple[RegisterDue, ...]:
    """What has fallen due by now and is not on record, in the order of its instants."""
    due = (each for each in _due(kept, now) if each.at <= now)
    return tuple(sorted(due, key=lambda each: (each.at, each.day, each.rule)))


def next_look(kept: WatchedRegister, now: datetime) -> datetime | None:
    """When to look again if nothing is said in the meantime; None where time brings nothing more."""
    to_come = [each.at for each in _due(kept, now) if each.at > now]
    if kept.placement.stage in RUNNING and (kept.placement.agreement.patterns or kept.placement.running.pause):
        # A holiday may last beyond what was looked at.
        to_come.append(now + LOOK_AHEAD)
    return min(to_come, default=None)


def _due(kept: WatchedRegister, now: datetime) -> Iterator[RegisterDue]:
    if kept.placement.stage in SWEPT:
        for duty in duties.REGISTER_DUTIES:
            yield from duty.brings(kept, now)
