"""What a document is made from: one placement's events up to the one that brings it, and who was who by then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.access.names import ActorName
from domain.calendar.london import today
from domain.placement.record.history import Record, current
from domain.placement.state import Placement
from domain.provider.state import Provider
from domain.school.state import School
from events.envelope import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`state` is the fold of `records`, corrections applied. `hashes` are those of the store, by version, for
    documents that show them. `who` says who did what, as the reader may know it: only in what is made on asking, as a
    document that is kept says the same whenever it is made.
    """

    records: tuple[Record, ...]
    state: Placement
    short_reference: str | None = None
    school: School | None = None
    provider: Provider | None = None
    hashes: Mapping[int, str] = field(default_factory=dict)
    who: Mapping[Actor, ActorName] = field(default_factory=dict)

    @property
    def event(self) -> Any:
        """What brings the document: the last that happened."""
        return self.records[-1].event

    @property
    def day(self) -> date:
        """The day on which it was recorded: the document's date."""
        return today(self.records[-1].recorded_at)

    @property
    def reference(self) -> str:
        """By which the placement is named to people: the short one that can be read over a telephone."""
        return self.short_reference or str(self.state.placement_id)

    @property
    def pupil(self) -> str:
        return self.state.referral.pupil.legal_name if self.state.referral.pupil else "The pupil"

    @property
    def school_name(self) -> str:
        return self.school.name if self.school else f"The home school (URN {self.state.home_school_urn})"

    @property
    def provider_name(self) -> str:
        return self.provider.name if self.provider else "The provider"


def source(
    records: Sequence[Record],
    *,
    school: School | None = None,
    provider: Provider | None = None,
    hashes: Mapping[int, str] | None = None,
    short_reference: str | None = None,
) -> Source:
    return Source(
        records=tuple(records),
        state=current(records),
        short_reference=short_reference,
        school=school,
        provider=provider,
        hashes=hashes or {},
    )
