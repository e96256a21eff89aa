"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """With `FULL` a placement has 13 events when measuring begins and about 30 when it ends.

    `alone` and `together` count the commands of one round, given one after the other and `IN_FLIGHT` at a time;
    `followed` are the events that a subscriber waits for.
    """

    placements: int
    rounds: int
    alone: int
    together: int
    append_seconds: float
    replay_events: int
    replay_rounds: int
    append_rounds: int
    followed: int
    help_rounds: int


IN_FLIGHT = 16
FULL = Sizes(
    placements=96,
    rounds=7,
    alone=48,
    together=192,
    append_seconds=1.0,
    replay_events=100_000,
    replay_rounds=3,
    append_rounds=5,
    followed=2_000,
    help_rounds=9,
)
QUICK = Sizes(
    placements=IN_FLIGHT,
    rounds=1,
    alone=8,
    together=16,
    append_seconds=0.05,
    replay_events=400,
    replay_rounds=1,
    append_rounds=1,
    followed=40,
    help_rounds=1,
)
