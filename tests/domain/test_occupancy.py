"""How many pupils a provider has, as the test of its registration counts them."""

from typing import Any

import pytest

from domain.law.registration import registration_test
from domain.placement.facts import PupilThere
from domain.placement.referral.occupancy import Occupancy, must_register, occupancy
from events.codes import ProviderKind
from events.ids import PupilId
from tests.domain.examples import day
from tests.dsl import an_id

TEST = registration_test(day("2026-11-26"))


def seen(*, full_time: int, counting_alone: int = 0) -> Occupancy:
    return Occupancy(pupils=full_time, minutes_a_week=0, full_time=full_time, counting_alone=counting_alone)


def pupil(name: str, **changed: Any) -> PupilThere:
    fields: dict[str, Any] = {
        "minutes_a_week": TEST.full_time_minutes + 1,
        "of_school_age": True,
        "has_plan": False,
        "looked_after": False,
        "has_sen": False,
    }
    return PupilThere(pupil_id=PupilId(an_id(name)), **(fields | changed))


@pytest.mark.obligation("S18")
def test_pupils_are_counted_once_with_all_their_minutes() -> None:
    there = (
        pupil("full time"),
        pupil("with a plan", has_plan=True),
        pupil("looked after", looked_after=True),
        pupil("needs without a plan", has_sen=True),
        pupil("part time with a plan", minutes_a_week=60, has_plan=True),
        pupil("older", of_school_age=False, looked_after=True),
        pupil("full time", minutes_a_week=60),
    )

    minutes = 5 * (TEST.full_time_minutes + 1) + 2 * 60
    assert occupancy(there, TEST) == Occupancy(pupils=6, minutes_a_week=minutes, full_time=4, counting_alone=2)
    assert occupancy((), TEST) == Occupancy(pupils=0, minutes_a_week=0, full_time=0, counting_alone=0)


@pytest.mark.parametrize(
    ("kind", "counted", "known", "must"),
    [
        (ProviderKind.NON_SCHOOL, TEST.pupils, None, True),
        (ProviderKind.NON_SCHOOL, TEST.pupils - 1, None, False),
        (ProviderKind.NON_SCHOOL, 0, seen(full_time=TEST.pupils), True),
        (ProviderKind.NON_SCHOOL, 0, seen(full_time=TEST.pupils - 1), False),
        (ProviderKind.NON_SCHOOL, 0, seen(full_time=1, counting_alone=1), True),
        (ProviderKind.SCHOOL, TEST.pupils, seen(full_time=1, counting_alone=1), False),
        (ProviderKind.COLLEGE, TEST.pupils, None, False),
        (None, TEST.pupils, None, False),
    ],
)
@pytest.mark.obligation("S18")
def test_provider_of_full_time_pupils_must_be_a_registered_school(
    kind: ProviderKind | None, counted: int, known: Occupancy | None, must: bool
) -> None:
    assert must_register(kind, counted, known, TEST) is must
