"""What is known of one timed duty about a provider, as data: whose it is, by which day, and how that was worked out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from domain.provider.state import Provider
from events.codes import DiligenceCheck, RuleId


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedByOrganisation:
    """`org_id` is whose it is, as in `Actor`. `check` is the one whose evidence runs out on that day."""

    org_id: str
    due: date
    words: str
    check: DiligenceCheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDuty:
    """One timed rule about a provider, and what is due by it, done or not so far."""

    rule: RuleId
    owed: Callable[[Provider], Iterable[OwedByOrganisation]]
