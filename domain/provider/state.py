"""What is known of a provider, folded from its events."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from domain.calendar.school_calendar import DAY
from domain.law.registration import registration_test
from events import provider as e
from events.codes import ConcernSeverity, EntryStatus, ProviderDoubt, ProviderKind, RuleId, SettingType
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
    """How a provider stands in one council's directory, and how it came to that. `expires_on` is its last day."""

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
        return any(_grave(each) for each in self.open_concerns)

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


def _grave(concern: e.ProviderConcernRaised) -> bool:
    return concern.severity is not ConcernSeverity.CONCERN


def initial() -> Provider:
    return Provider()


def evolve(state: Provider, event: e.ProviderEvent) -> Provider:  # noqa: C901, PLR0911, PLR0912 # one flat match: a case for each event
    state = replace(state, version=state.version + 1)
    news = _news(state.version, event)
    if news is not None:
        state = replace(state, news=(*state.news, news))
    match event:
        case e.ProviderRegistered():
            return replace(
                state,
                stage=ProviderStage.REGISTERED,
                provider_id=event.provider_id,
                name=event.name,
                kind=event.kind,
                sites=event.sites,
                urn=event.urn,
                ukprn=event.ukprn,
                setting_type=event.setting_type,
            )
        case e.ProviderDetailsRecorded():
            return replace(state, details=event)
        case e.SiteAddressRecorded():
            return replace(
                state,
                sites=tuple(
                    replace(site, address=event.address) if site.site_id == event.site_id else site
                    for site in state.sites
                ),
            )
        case e.FullTimePupilsCounted():
            return replace(state, full_time_counts=(*state.full_time_counts, event))
        case e.QaVisitRecorded():
            return replace(state, visits=(*state.visits, event))
        case e.DueDiligenceCompleted():
            return replace(state, due_diligence=(*state.due_diligence, event))
        case e.DirectoryEntryPublished():
            return _published(state, event)
        case (
            e.DirectoryEntryRenewed()
            | e.DirectoryEntrySuspended()
            | e.DirectoryEntryReinstated()
            | e.DirectoryEntryWithdrawn()
        ):
            return _with_entry(state, event.la_code, lambda entry: _entry_after(entry, event))
        case e.DirectoryApplicationSubmitted():
            return replace(state, applications=(*state.applications, Application(submitted=event)))
        case e.DirectoryApplicationDecided():
            return replace(
                state,
                applications=tuple(
                    replace(each, decided=event) if each.submitted.application_id == event.application_id else each
                    for each in state.applications
                ),
            )
        case e.ProviderConcernRaised():
            return replace(state, open_concerns=(*state.open_concerns, event))
        case e.ProviderConcernResolved():
            left = tuple(each for each in state.open_concerns if each.concern_id != event.concern_id)
            return replace(state, open_concerns=left)
        case e.ProviderDeadlineMissed():
            return replace(state, missed=(*state.missed, event))
        case _:
            assert_never(event)


def _news(version: int, event: e.ProviderEvent) -> News | None:
    match event:
        case e.DirectoryEntrySuspended():
            told, doubt, arose_on = f"la:{event.la_code}", ProviderDoubt.ENTRY_SUSPENDED, event.suspended_on
        case e.DirectoryEntryWithdrawn():
            told, doubt, arose_on = f"la:{event.la_code}", ProviderDoubt.ENTRY_WITHDRAWN, event.withdrawn_on
        case e.ProviderConcernRaised() if _grave(event):
            return News(version=version, doubt=ProviderDoubt.SERIOUS_CONCERN, arose_on=event.raised_on)
        case e.FullTimePupilsCounted() if event.pupils >= registration_test(event.counted_on).pupils:
            return News(
                version=version,
                doubt=ProviderDoubt.REGISTRATION,
                arose_on=event.counted_on,
                concerns=None if says_for_all(event) else event.recorded_for,
            )
        case e.ProviderDeadlineMissed(rule=RuleId.T11):
            # The day after the last on which the checks held.
            told, doubt, arose_on = event.org_id, ProviderDoubt.CHECKS_RAN_OUT, event.due + DAY
        case _:
            return None
    return News(version=version, doubt=doubt, arose_on=arose_on, concerns=told)


def _published(state: Provider, event: e.DirectoryEntryPublished) -> Provider:
    """A new approval begins afresh; what came before it stays in the history."""
    earlier = state.entry(event.la_code)
    others = tuple(entry for entry in state.entries if entry.la_code != event.la_code)
    listed = DirectoryEntry(
        la_code=event.la_code,
        approved_on=event.approved_on,
        expires_on=event.expires_on,
        history=(*(earlier.history if earlier else ()), event),
    )
    return replace(state, entries=(*others, listed))


def _with_entry(state: Provider, la_code: str, change: Callable[[DirectoryEntry], DirectoryEntry]) -> Provider:
    return replace(
        state, entries=tuple(change(entry) if entry.la_code == la_code else entry for entry in state.entries)
    )


def _entry_after(
    entry: DirectoryEntry,
    event: e.DirectoryEntryRenewed | e.DirectoryEntrySuspended | e.DirectoryEntryReinstated | e.DirectoryEntryWithdrawn,
) -> DirectoryEntry:
    entry = replace(entry, history=(*entry.history, event))
    match event:
        case e.DirectoryEntryRenewed():
            return replace(entry, expires_on=event.expires_on)
        case e.DirectoryEntrySuspended():
            return replace(entry, suspended_on=event.suspended_on)
        case e.DirectoryEntryReinstated():
            return replace(entry, suspended_on=None)
        case e.DirectoryEntryWithdrawn():
            return replace(entry, withdrawn_on=event.withdrawn_on, barred=event.barred)
        case _:
            assert_never(event)
