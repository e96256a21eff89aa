"""A provider, folded from its events."""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from domain.calendar.school_calendar import DAY
from domain.law.registration import registration_test
from domain.provider.state import Application, DirectoryEntry, News, Provider, ProviderStage, is_grave, says_for_all
from events import provider as e
from events.codes import ProviderDoubt, RuleId


def initial() -> Provider:
    return Provider()


def evolve(state: Provider, event: e.ProviderEvent) -> Provider:  # noqa: C901, PLR0911, PLR0912 # one flat match: a case for each event
    state = replace(state, version=state.version + 1)
    news = _news(state.version, event)
    if news is not None:
        state = replace(state, news=(*state.news, news))
    match event:
        case e.ProviderRegistered():
            return _registered(state, event)
        case e.ProviderDetailsRecorded():
            return replace(state, details=event)
        case e.SiteAddressRecorded():
            return _with_address(state, event)
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
            return _decided(state, event)
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
        case e.ProviderConcernRaised() if is_grave(event):
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


def _registered(state: Provider, event: e.ProviderRegistered) -> Provider:
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


def _with_address(state: Provider, event: e.SiteAddressRecorded) -> Provider:
    sites = (replace(site, address=event.address) if site.site_id == event.site_id else site for site in state.sites)
    return replace(state, sites=tuple(sites))


def _decided(state: Provider, event: e.DirectoryApplicationDecided) -> Provider:
    applications = (
        replace(each, decided=event) if each.submitted.application_id == event.application_id else each
        for each in state.applications
    )
    return replace(state, applications=tuple(applications))


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
