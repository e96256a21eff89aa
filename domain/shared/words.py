"""How dates and counts are said to a case worker."""

from datetime import date


def on(day: date) -> str:
    """`Monday 23 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def figure(n: int, noun: str, many: str | None = None, *, form: str = "") -> str:
    """`1 flaw`, `12 flaws`: in figures. `many` where it takes more than an s; `form` as `,` for thousands."""
    return f"{n:{form}} {noun if n == 1 else many or f'{noun}s'}"


def figure_is(n: int, noun: str) -> str:
    """`1 event is`, `3 events are`."""
    return f"{figure(n, noun)} {are(n)}"


def are(n: int) -> str:
    """`is` or `are`, as the number before it wants."""
    return "is" if n == 1 else "are"


def count(n: int, noun: str) -> str:
    """`one school day`, `two school days`, `12 school days`."""
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return f"{small[n] if 0 <= n < len(small) else n} {noun}{'' if n == 1 else 's'}"
