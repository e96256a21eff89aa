"""Calendar months: what is valid for twelve of them runs to the same day of the month, or to the month's last."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The corresponding day so many months on; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
