"""How many pupils a provider has, and whether it comes near to having to be a registered school."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.facts import PupilThere
from domain.regimes import RegistrationTest


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """`full_time` are of compulsory school age, and `counting_alone` those of them of whom one alone makes a school.

    Minutes are of all pupils together, in a week.
    """

    pupils: int
    minutes_a_week: int
    full_time: int
    counting_alone: int


def occupancy(there: Sequence[PupilThere], test: RegistrationTest) -> Occupancy:
    """A pupil with two placements at the provider is one pupil, with the minutes of both."""
    full = {pupil.pupil_id: pupil for pupil in there if full_time(pupil, test)}
    return Occupancy(
        pupils=len({pupil.pupil_id for pupil in there}),
        minutes_a_week=sum(pupil.minutes_a_week for pupil in there),
        full_time=len(full),
        counting_alone=sum(counts_alone(pupil, test) for pupil in full.values()),
    )


def full_time(pupil: PupilThere, test: RegistrationTest) -> bool:
    return pupil.of_school_age and pupil.minutes_a_week > test.full_time_minutes


def counts_alone(pupil: PupilThere, test: RegistrationTest) -> bool:
    return (
        (test.with_plan and pupil.has_plan)
        or (test.looked_after and pupil.looked_after)
        or (test.with_sen and pupil.has_sen)
    )
