"""How far bank holidays and terms are known: a row of `doctor` and a figure, of this release and of each school."""

from datetime import UTC, date, datetime, time

import pytest
from prometheus_client import CollectorRegistry

from infra.bank_holidays import bank_holidays
from infra.streams.calendar_data import CalendarData, KnownDays, PublishedYears, holidays_until, known
from infra.streams.reference import Reference
from services.commands import doctor
from services.commands.calendar_rows import rows
from services.gateway.commands.examples import SCHOOL_URN
from tests.workflow.conftest import Setup

LAST_DAY = date(2027, 7, 23)
HOLIDAYS = date(2028, 12, 31)
TODAY = date(2026, 11, 23)


def instant(day: date) -> float:
    return datetime.combine(day, time.max, tzinfo=UTC).timestamp()


def test_the_bank_holidays_are_known_to_the_end_of_their_last_year() -> None:
    assert holidays_until() == date(max(bank_holidays()).year, 12, 31)


async def test_metric_and_doctor_say_until_when_the_days_are_known(setup: Setup) -> None:
    registry = CollectorRegistry()
    watching = CalendarData(setup.engine, registry, setup.clock)
    before = registry.get_sample_value("placements_school_terms_until_seconds", {"school": str(SCHOOL_URN)})
    await watching.look()
    found = await known(setup.engine, setup.clock, Reference())
    told = await doctor.calendars(setup.settings)

    assert before is None
    assert found.schools == (PublishedYears(urn=str(SCHOOL_URN), until=LAST_DAY),)
    assert registry.get_sample_value("placements_bank_holidays_until_seconds") == instant(holidays_until())
    of_school = registry.get_sample_value("placements_school_terms_until_seconds", {"school": str(SCHOOL_URN)})
    assert of_school == instant(LAST_DAY)
    assert [(each.part, each.well) for each in told] == [("bank holidays", True), ("school terms", True)]
    assert str(SCHOOL_URN) in told[1].found
    assert "23 July 2027" in told[1].found


@pytest.mark.parametrize(
    ("today", "well"), [(date(2027, 12, 31), True), (date(2028, 1, 2), False), (date(2029, 1, 1), False)]
)
def test_doctor_is_not_well_once_the_bank_holidays_end_within_a_year(today: date, *, well: bool) -> None:
    (row,) = rows(KnownDays(today=today, bank_holidays_until=HOLIDAYS))

    assert (row[0], row[1], bool(row[3])) == ("bank holidays", well, not well)
    assert "31 December 2028" in row[2]


def test_doctor_names_each_school_that_has_published_nothing_for_today() -> None:
    schools = (
        PublishedYears(urn="900001", until=date(2027, 7, 23)),
        PublishedYears(urn="900002", until=None),
        PublishedYears(urn="900003", until=date(2026, 12, 18)),
    )
    _, lacking, first = rows(KnownDays(today=TODAY, bank_holidays_until=HOLIDAYS, schools=schools))
    many = rows(
        KnownDays(
            today=TODAY,
            bank_holidays_until=HOLIDAYS,
            schools=tuple(PublishedYears(urn=f"9000{n:02}", until=None) for n in range(13)),
        )
    )

    assert (lacking[1], lacking[2]) == (False, "school 900002 has published nothing for today")
    assert first[1]
    assert "the first to end is 900003, on Friday 18 December 2026" in first[2]
    assert "within 60 days" in first[2]
    assert len(many) == 1 + 10 + 1
    assert many[-1][2] == "three schools more"
