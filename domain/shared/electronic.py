"""Who has agreed that letters are served by e-mail, at which address, and since when not any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement of a parent, or of the pupil from 18. It holds from its day to the day before it is withdrawn."""

    parent: str
    email: str
    agreed_on: date
    withdrawn_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.agreed_on <= day and (self.withdrawn_on is None or day < self.withdrawn_on)


def is_one(name: str, other: str) -> bool:
    """Two spellings of one name, whatever the case and the blanks."""
    return name.casefold().split() == other.casefold().split()


def address_for(agreements: Iterable[Agreement], name: str, on: date) -> str | None:
    """The e-mail address at which somebody has agreed to be served on a day; None without an agreement."""
    held = [each for each in agreements if is_one(each.parent, name) and each.holds_on(on)]
    # Of two for one day the later recorded: it puts the first right.
    return max(reversed(held), key=lambda each: each.agreed_on).email if held else None
