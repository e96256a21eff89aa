"""A council's directory: its team's visits, and the entry that is published, renewed, suspended and withdrawn."""

from datetime import date

from domain.provider.facts import ProviderFacts
from domain.provider.state import DirectoryEntry, Provider
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import EntryReason
from events.definition import asked, value
from events.provider import (
    DirectoryEntryPublished,
    DirectoryEntryReinstated,
    DirectoryEntryRenewed,
    DirectoryEntrySuspended,
    DirectoryEntryWithdrawn,
    QaVisitRecorded,
)
from events.values.provider import QaSection


@value
class RecordQaVisit:
    """Record a quality assurance visit by a council's team: which sections are complete."""

    visited_on: date = asked("When was the visit?")
    la_code: str = asked("Council that visited", hint="Its 3 digit code, for example 831")
    sections: tuple[QaSection, ...] = asked("Sections of the visit")


@value
class PublishDirectoryEntry:
    """List the provider in a council's directory of approved provision."""

    la_code: str = asked("Council", hint="Its 3 digit code, for example 831")
    approved_on: date = asked("When was the provider approved?")
    expires_on: date | None = asked("Last day of the entry", default=None)


@value
class RenewDirectoryEntry:
    """Renew the provider's entry until a later day."""

    la_code: str = asked("Council", hint="Its 3 digit code, for example 831")
    expires_on: date | None = asked("New last day of the entry", default=None)


@value
class SuspendDirectoryEntry:
    """Suspend the entry: no new placement is proposed meanwhile, and the schools of those that run are told."""

    la_code: str = asked("Council", hint="Its 3 digit code, for example 831")
    reason_code: EntryReason = asked("Why is the entry suspended?")
    reason: str = asked("More about the reason")


@value
class ReinstateDirectoryEntry:
    """Lift the suspension of an entry."""

    la_code: str = asked("Council", hint="Its 3 digit code, for example 831")
    reason: str = asked("Why is the suspension lifted?")


@value
class WithdrawDirectoryEntry:
    """Take the provider out of the directory, and say whether the council's schools are barred from using it."""

    la_code: str = asked("Council", hint="Its 3 digit code, for example 831")
    reason_code: EntryReason = asked("Why is the entry withdrawn?")
    reason: str = asked("More about the reason")
    barred: bool = asked("Are the council's schools barred from using this provider?", default=False)


class VisitUnsound(Rejected):
    """A visit was made on a day that is not in the future, and covered at least one section."""

    code = "visit_unsound"
    title = "The visit cannot be recorded like this"


class EntryInFuture(Rejected):
    """A directory entry is published after the approval has been given."""

    code = "entry_in_future"
    title = "The approval is in the future"


class EntryNotVisited(Rejected):
    """The council's team visits a provider before it is listed. The entry says which sections are complete."""

    code = "entry_not_visited"
    title = "The council's team has not visited the provider"


class EntryWrongStatus(Rejected):
    """An entry in the directory can be renewed, suspended or withdrawn. Only a withdrawn one can be published again."""

    code = "entry_wrong_status"
    title = "The status of the directory entry does not allow this"


class EntryExpiryUnsound(Rejected):
    """The last day of an entry is after its approval, and after today."""

    code = "entry_expiry_unsound"
    title = "The last day of the entry is not correct"


class EntryReasonMissing(Rejected):
    """A provider that loses its place in a directory must be told why, and so must the schools that use it."""

    code = "entry_reason_missing"
    title = "The reason is missing"


def visit(_state: Provider, command: RecordQaVisit, facts: ProviderFacts) -> tuple[QaVisitRecorded, ...]:
    refuse(
        VisitUnsound("The visit is in the future.", pointer="/visited_on")
        if command.visited_on > facts.today
        else None,
        None if command.sections else VisitUnsound("Give at least one section.", pointer="/sections"),
    )
    return (QaVisitRecorded(visited_on=command.visited_on, la_code=command.la_code, sections=command.sections),)


def publish(
    state: Provider, command: PublishDirectoryEntry, facts: ProviderFacts
) -> tuple[DirectoryEntryPublished, ...]:
    entry = state.entry(command.la_code)
    refuse(
        EntryInFuture("The approval is in the future.", pointer="/approved_on")
        if command.approved_on > facts.today
        else None,
        None
        if any(visit.la_code == command.la_code for visit in state.visits)
        else EntryNotVisited("Record the visit of the council's team first.", pointer="/la_code"),
        EntryWrongStatus("The provider is already listed. Renew its entry.", pointer="/la_code")
        if entry is not None and entry.withdrawn_on is None
        else None,
        _expiry(command.expires_on, command.approved_on, facts.today),
    )
    return (
        DirectoryEntryPublished(
            la_code=command.la_code, approved_on=command.approved_on, expires_on=command.expires_on
        ),
    )


def renew(state: Provider, command: RenewDirectoryEntry, facts: ProviderFacts) -> tuple[DirectoryEntryRenewed, ...]:
    entry = state.entry(command.la_code)
    refuse(
        _standing(entry),
        EntryWrongStatus("The entry is suspended: lift the suspension first.", pointer="/la_code")
        if entry is not None and entry.suspended_on is not None
        else None,
        _expiry(command.expires_on, facts.today, facts.today),
    )
    return (DirectoryEntryRenewed(la_code=command.la_code, renewed_on=facts.today, expires_on=command.expires_on),)


def suspend(
    state: Provider, command: SuspendDirectoryEntry, facts: ProviderFacts
) -> tuple[DirectoryEntrySuspended, ...]:
    entry = state.entry(command.la_code)
    refuse(
        _standing(entry),
        EntryWrongStatus("The entry is already suspended.", pointer="/la_code")
        if entry is not None and entry.suspended_on is not None
        else None,
        _reason(command.reason),
    )
    return (
        DirectoryEntrySuspended(
            la_code=command.la_code,
            suspended_on=facts.today,
            reason_code=command.reason_code,
            reason=command.reason,
        ),
    )


def reinstate(
    state: Provider, command: ReinstateDirectoryEntry, facts: ProviderFacts
) -> tuple[DirectoryEntryReinstated, ...]:
    entry = state.entry(command.la_code)
    refuse(
        _standing(entry),
        EntryWrongStatus("The entry is not suspended.", pointer="/la_code")
        if entry is not None and entry.suspended_on is None
        else None,
        _reason(command.reason),
    )
    return (DirectoryEntryReinstated(la_code=command.la_code, reinstated_on=facts.today, reason=command.reason),)


def withdraw(
    state: Provider, command: WithdrawDirectoryEntry, facts: ProviderFacts
) -> tuple[DirectoryEntryWithdrawn, ...]:
    refuse(_standing(state.entry(command.la_code)), _reason(command.reason))
    return (
        DirectoryEntryWithdrawn(
            la_code=command.la_code,
            withdrawn_on=facts.today,
            reason_code=command.reason_code,
            barred=command.barred,
            reason=command.reason,
        ),
    )


def _standing(entry: DirectoryEntry | None) -> EntryWrongStatus | None:
    if entry is not None and entry.withdrawn_on is None:
        return None
    return EntryWrongStatus("The provider is not in this council's directory.", pointer="/la_code")


def _expiry(expires_on: date | None, since: date, today: date) -> EntryExpiryUnsound | None:
    if expires_on is None or expires_on > max(since, today):
        return None
    return EntryExpiryUnsound(f"The last day must be after {words.on(max(since, today))}.", pointer="/expires_on")


def _reason(reason: str) -> EntryReasonMissing | None:
    return None if visible(reason) else EntryReasonMissing("Write down the reason.", pointer="/reason")
