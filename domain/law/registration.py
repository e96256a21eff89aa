"""When a provider that is not a school must be registered as one, and from which day."""

from dataclasses import dataclass
from datetime import date

from domain.law.origins import Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationTest:
    """When a provider that is not a school must be registered as one, from a day on.

    The law does not say what full-time is: the department generally takes more than so many minutes a week for it.
    So many pupils of compulsory school age with full-time education make a school, or one of a kind named here.
    """

    from_on: date
    clause: str
    source: str
    certainty: Certainty = Certainty.CONFIRMED
    full_time_minutes: int = 18 * 60
    pupils: int = 5
    with_plan: bool = True
    looked_after: bool = True
    with_sen: bool = False


REGISTRATION_TESTS: tuple[RegistrationTest, ...] = (
    RegistrationTest(
        from_on=date(2009, 9, 1),
        clause="Education and Skills Act 2008 s 92",
        source="DfE guidance on the registration of independent schools",
    ),
    RegistrationTest(
        # No day of commencement was seen: from this one on it would bind. The pupils it counts then have special
        # educational needs, with a plan or without.
        from_on=date.max,
        clause="Education and Skills Act 2008 s 92 as amended by section 43 of the 2026 Act",
        source="2026 c. 21 s 43, not known to be commenced",
        certainty=Certainty.UNCONFIRMED,
        with_sen=True,
    ),
)


def registration_test(on: date) -> RegistrationTest:
    """The test in force on a day; the earliest for any day before it."""
    in_force = [test for test in REGISTRATION_TESTS if test.from_on <= on]
    return in_force[-1] if in_force else REGISTRATION_TESTS[0]
