"""What is known of a provider."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from events import provider as e
from events.codes import ConcernSeverity, EntryStatus, ProviderDoubt, ProviderKind, SettingType
from events.ids import ProviderId, Urn
from events.values.provider import Site


class ProviderStage(StrEnum):
    UNKNOWN = "unknown"
    REGISTERED = "registered"


DirectoryEntryEvent = (
    e.DirectoryEntryPublished
    | e.DirectoryEntryRenewed
    | e.DirectoryEntrySuspended
    | e.DirectoryEntryReinstated
    | e.DirectoryEntryWithdrawn
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntry:
    """A provider's status in one council's directory, and its reason. `expires_on` is its last day."""

    la_code: str
    approved_on: date
    expires_on: date | None = None
    suspended_on: date | None = None
    withdrawn_on: date | None = None
    barred: bool = False
    history: tuple[DirectoryEntryEvent, ...] = ()

    def status(self, on: date) -> EntryStatus:
        if self.barred:
            return EntryStatus.BARRED
        if self.withdrawn_on is not None:
            return EntryStatus.WITHDRAWN
        if self.suspended_on is not None:
            return EntryStatus.SUSPENDED
        if self.expires_on is not None and self.expires_on < on:
            return EntryStatus.EXPIRED
        return EntryStatus.CURRENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application to join a council's directory, and its decision once there is one."""

    submitted: e.DirectoryApplicationSubmitted
    decided: e.DirectoryApplicationDecided | None = None

    @property
    def open(self) -> bool:
        return self.decided is None


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something for the worse, for those who have a pupil there: the provider's event number `version`.

    `concerns` is the one council or commissioner that it concerns, as in `Actor`; without it, all of them.
    """

    version: int
    doubt: ProviderDoubt
    arose_on: date
    concerns: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """`version` counts the provider's events, so that a decision can say which picture it relied on.

    `due_diligence` holds all that was completed, in its order: each commissioner's last is the one that counts.
    """

    stage: ProviderStage = ProviderStage.UNKNOWN
    version: int = 0
    provider_id: ProviderId | None = None
    name: str = ""
    kind: ProviderKind | None = None
    sites: tuple[Site, ...] = ()
    urn: Urn | None = None
    ukprn: str | None = None
    setting_type: SettingType | None = None
    details: e.ProviderDetailsRecorded | None = None
    visits: tuple[e.QaVisitRecorded, ...] = ()
    full_time_counts: tuple[e.FullTimePupilsCounted, ...] = ()
    entries: tuple[DirectoryEntry, ...] = ()
    due_diligence: tuple[e.DueDiligenceCompleted, ...] = ()

    applications: tuple[Application, ...] = ()
    open_concerns: tuple[e.ProviderConcernRaised, ...] = ()
    missed: tuple[e.ProviderDeadlineMissed, ...] = ()
    news: tuple[News, ...] = ()

    @property
    def gravely_doubted(self) -> bool:
        """A concern more than ordinary is open."""
        return any(is_grave(each) for each in self.open_concerns)

    def full_time_count(self, org_id: str | None) -> e.FullTimePupilsCounted | None:
        """The provider's last total of full-time pupils, as the provider or a council says, or this organisation."""
        counted = [
            each for each in self.full_time_counts if says_for_all(each) or (org_id and each.recorded_for == org_id)
        ]
        return max(reversed(counted), key=lambda each: each.counted_on, default=None)

    def entry(self, la_code: str) -> DirectoryEntry | None:
        return next((entry for entry in self.entries if entry.la_code == la_code), None)

    def is_dealt_with_by(self, la_code: str) -> bool:
        """A council's team has visited the provider, lists or listed it, or has its application."""
        visited = any(visit.la_code == la_code for visit in self.visits)
        applied = any(each.submitted.la_code == la_code for each in self.applications)
        return visited or applied or self.entry(la_code) is not None

    @property
    def is_listed(self) -> bool:
        """Some council has it in its directory."""
        return any(entry.withdrawn_on is None for entry in self.entries)

    def entry_status(self, la_code: str, on: date) -> EntryStatus:
        entry = self.entry(la_code)
        return EntryStatus.UNLISTED if entry is None else entry.status(on)

    def due_diligence_of(self, *org_ids: str) -> e.DueDiligenceCompleted | None:
        """The last that this school or council completed, or a school whose place it took, valid or not."""
        own = [completed for completed in self.due_diligence if completed.org_id in org_ids]
        return own[-1] if own else None


def says_for_all(counted: e.FullTimePupilsCounted) -> bool:
    """What one school was told counts for that school: a number typed by one holds up no other's placements."""
    return (counted.recorded_for or "").partition(":")[0] in {"provider", "la"}


def is_grave(concern: e.ProviderConcernRaised) -> bool:
    return concern.severity is not ConcernSeverity.CONCERN
