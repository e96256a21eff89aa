"""Bank holidays in England, from the data bundled with `govuk-bank-holidays`: no call goes out."""

from datetime import date
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays  # type: ignore[import-untyped] # ships no types


@cache
def bank_holidays() -> frozenset[date]:
    bundled = BankHolidays(use_cached_holidays=True)
    return frozenset(day["date"] for day in bundled.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))
