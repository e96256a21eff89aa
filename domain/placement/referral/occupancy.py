"""How many pupils a provider has, and whether it comes near to having to be a registered school."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.law.registration import RegistrationTest
from domain.placement.facts import PupilThere
from events.codes import ProviderKind
from events.ids import PupilId


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
    pupils = summed(there)
    full = [pupil for pupil in pupils if full_time(pupil, test)]
    return Occupancy(
        pupils=len(pupils),
        minutes_a_week=sum(pupil.minutes_a_week for pupil in there),
        full_time=len(full),
        counting_alone=sum(counts_alone(pupil, test) for pupil in full),
    )


def must_register(kind: ProviderKind | None, counted: int, known: Occupancy | None, test: RegistrationTest) -> bool:
    """Whether what is known of a provider's pupils makes it one that must be a registered school.

    `counted` is its own total of full-time pupils; `known` are those of the placements that the asker sees.
    """
    if kind is not ProviderKind.NON_SCHOOL:
        return False
    if known is not None and known.counting_alone:
        return True
    return max(counted, known.full_time if known is not None else 0) >= test.pupils


def summed(there: Iterable[PupilThere]) -> tuple[PupilThere, ...]:
    """Each pupil once, with the hours of all places together: ten hours and nine at one provider are full time."""
    pupils: dict[PupilId, PupilThere] = {}
    for place in there:
        known = pupils.get(place.pupil_id)
        pupils[place.pupil_id] = place if known is None else _together(known, place)
    return tuple(pupils.values())


def _together(one: PupilThere, other: PupilThere) -> PupilThere:
    begins = [each.first_on for each in (one, other) if each.first_on is not None]
    return replace(
        one,
        minutes_a_week=one.minutes_a_week + other.minutes_a_week,
        of_school_age=one.of_school_age or other.of_school_age,
        has_plan=one.has_plan or other.has_plan,
        looked_after=one.looked_after or other.looked_after,
        has_sen=one.has_sen or other.has_sen,
        first_on=max(begins, default=None),
    )


def full_time(pupil: PupilThere, test: RegistrationTest) -> bool:
    return pupil.of_school_age and pupil.minutes_a_week > test.full_time_minutes


def counts_alone(pupil: PupilThere, test: RegistrationTest) -> bool:
    return (
        (test.with_plan and pupil.has_plan)
        or (test.looked_after and pupil.looked_after)
        or (test.with_sen and pupil.has_sen)
    )
