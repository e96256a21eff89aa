"""How dates and counts are said to a case worker."""

from datetime import date


def on(day: date) -> str:
    """`Monday 23 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def count(n: int, noun: str) -> str:
    """`one school day`, `two school days`, `12 school days`."""
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return f"{small[n] if 0 <= n < len(small) else n} {noun}{'' if n == 1 else 's'}"
