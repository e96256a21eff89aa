"""On which days the school census is taken."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.law.origins import Certainty


class CensusTerm(StrEnum):
    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


@dataclass(frozen=True, slots=True, kw_only=True)
class CensusDay:
    """On which Thursday of which month a term's school census is taken."""

    term: CensusTerm
    month: int
    thursday: int
    certainty: Certainty = Certainty.UNCONFIRMED

    def of(self, year: int) -> date:
        first = date(year, self.month, 1)
        return first + timedelta(days=(_THURSDAY - first.weekday()) % 7, weeks=self.thursday - 1)


_THURSDAY = 3
# By custom, in the order of a calendar year; the department announces each day, and we have seen no such notice.
CENSUS_DAYS: tuple[CensusDay, ...] = (
    CensusDay(term=CensusTerm.SPRING, month=1, thursday=3),
    CensusDay(term=CensusTerm.SUMMER, month=5, thursday=3),
    CensusDay(term=CensusTerm.AUTUMN, month=10, thursday=1),
)


def census_day(term: CensusTerm, year: int) -> date:
    """The day of a term's census in a calendar year."""
    return next(each for each in CENSUS_DAYS if each.term is term).of(year)


def census_day_before(day: date) -> date:
    """The last day of any term's census before a day."""
    return max(each.of(year) for each in CENSUS_DAYS for year in (day.year - 1, day.year) if each.of(year) < day)
