"""The system's own command of a placement: what has come about by now, from elsewhere or because time passed."""

from functools import reduce

from domain.placement import pupil_flags
from domain.placement.facts import Facts
from domain.placement.running.provider_review import doubted
from domain.placement.running.succession import taken_over
from domain.placement.state import Placement, evolve
from domain.placement.time.recalculation import recalculated
from domain.placement.time.timers.next_timer import fall_due
from events.definition import value
from events.placement.union import PlacementEvent


@value
class PassTime:
    """Record what has fallen due by now. The system alone gives this command."""


def pass_time(state: Placement, _command: PassTime, facts: Facts) -> tuple[PlacementEvent, ...]:
    """What follows from a new home school, a revised calendar, the provider's news and the pupil's flags, and then what
    has fallen due.
    """
    succeeded = tuple(taken_over(state, facts))
    state = reduce(evolve, succeeded, state)
    taken = () if facts.before is None else recalculated(state, facts.before, facts)
    # A calendar that was taken comes first: what follows from it names it by its number.
    heard = (*taken, *pupil_flags.taken(state, facts))
    state = reduce(evolve, heard, state)
    # Of the pupil as they are now: an EHC plan may bring the provider into doubt.
    doubts = doubted(state, facts)
    return (*heard, *succeeded, *doubts, *fall_due(reduce(evolve, doubts, state), facts))
