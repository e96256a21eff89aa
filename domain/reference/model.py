"""A code list and its entries, each with the days on which it may be used, its source and whether that was seen."""

from dataclasses import dataclass
from datetime import date

from domain.law.origins import Certainty, RuleOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCode:
    """One code. Both days are included; None leaves that end open."""

    code: str
    label: str
    source: str
    certainty: Certainty = Certainty.CONFIRMED
    from_on: date | None = None
    to_on: date | None = None
    clause: str | None = None
    mark: RuleOrigin | None = None

    def holds_on(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSet:
    """A list of codes. A code that ends stays in it, for the records of its time."""

    name: str
    title: str
    entries: tuple[ListedCode, ...]

    def on(self, day: date) -> tuple[ListedCode, ...]:
        """The entries that may be used on a day."""
        return tuple(entry for entry in self.entries if entry.holds_on(day))


def codes(labels: dict[str, str], source: str, *, certainty: Certainty = Certainty.CONFIRMED) -> tuple[ListedCode, ...]:
    """Entries that share a source."""
    return tuple(
        ListedCode(code=code, label=label, source=source, certainty=certainty) for code, label in labels.items()
    )
