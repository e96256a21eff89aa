"""The steps that a person may give of a provider now, each in the part of the page that it belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.codes import EntryStatus
from services.gateway.directory.directory import ProviderFound
from services.gateway.pages.directory.directory_words import council_of
from services.gateway.pages.session.current import Visitor
from services.gateway.pages.steps import steps_here
from services.gateway.pages.web.parts import Link


class Part(StrEnum):
    """The parts of a provider's page, in their order."""

    DETAILS = "details"
    SITES = "sites"
    ENTRY = "entry"
    APPLICATIONS = "applications"
    VISITS = "visits"
    CHECKS = "checks"
    CONCERNS = "concerns"
    PUPILS = "pupils"
    MORE = "more"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """What decides which steps make sense: the entry with the reader's own council, and its applications."""

    entry: EntryStatus
    to_decide: bool
    may_be_concern: bool


_When = Callable[[_Now], bool]


def _always(_now: _Now) -> bool:
    return True


def _is(*statuses: EntryStatus) -> _When:
    return lambda now: now.entry in statuses


_GONE: Final = (EntryStatus.UNLISTED, EntryStatus.WITHDRAWN, EntryStatus.BARRED)
_KEPT: Final = (EntryStatus.CURRENT, EntryStatus.EXPIRED)
_STEPS: Final[Mapping[str, tuple[Part, str, _When]]] = {
    "record-provider-details": (Part.DETAILS, "Record what the provider teaches", _always),
    "record-site-address": (Part.SITES, "Record an address", _always),
    "publish-directory-entry": (Part.ENTRY, "List in your directory", _is(*_GONE)),
    "renew-directory-entry": (Part.ENTRY, "Renew the entry", _is(*_KEPT)),
    "suspend-directory-entry": (Part.ENTRY, "Suspend the entry", _is(*_KEPT)),
    "reinstate-directory-entry": (Part.ENTRY, "Lift the suspension", _is(EntryStatus.SUSPENDED)),
    "withdraw-directory-entry": (Part.ENTRY, "Withdraw the entry", _is(*_KEPT, EntryStatus.SUSPENDED)),
    "submit-directory-application": (Part.APPLICATIONS, "Apply to join a directory", _always),
    "decide-directory-application": (Part.APPLICATIONS, "Decide an application", lambda now: now.to_decide),
    "record-qa-visit": (Part.VISITS, "Record a visit", _always),
    "complete-due-diligence": (Part.CHECKS, "Record your checks", _always),
    "raise-provider-concern": (Part.CONCERNS, "Raise a concern", _always),
    "resolve-provider-concern": (Part.CONCERNS, "Resolve a concern", lambda now: now.may_be_concern),
    "record-full-time-pupils": (Part.PUPILS, "Record the number of full-time pupils", _always),
}


def steps_of(found: ProviderFound, visitor: Visitor) -> dict[Part, list[Link]]:
    """A step without words here is shown at the end, with what it does."""
    view, own = found.view, council_of(visitor)
    assert view.provider_id is not None, "its first event names it"
    now = _Now(
        entry=found.statuses.get(own or "", EntryStatus.UNLISTED),
        # A school is shown no concern, and may have raised one.
        may_be_concern=own is None or bool(view.open_concerns),
        to_decide=any(each.decided is None and each.submitted.la_code == own for each in view.applications),
    )
    steps: dict[Part, list[Link]] = {}
    for kind, does in steps_here.of_provider(visitor.person, view.provider_id).items():
        part, words, when = _STEPS.get(kind, (Part.MORE, does, _always))
        if when(now):
            steps.setdefault(part, []).append(Link(words, f"/providers/{view.provider_id}/do/{kind}"))
    return steps
