"""The links at the top of every page, by role: the few pages that each kind of person opens most."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from domain.access.roles import OrgKind, organisation
from events.codes import Role
from services.gateway.pages.web.viewer import Viewer

# A new page that people open from anywhere gets a row here: its words, its address, and whom it is for.
_PLACING: Final = frozenset({Role.CASE_WORKER, Role.HEAD, Role.BODY_DELEGATE, Role.DSL})
_COUNCIL: Final = frozenset({Role.LA_OFFICER, Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER})
_STAFF: Final = _PLACING | {Role.PROVIDER_USER}
_READERS: Final = _STAFF | _COUNCIL
LINKS: Final[Mapping[str, tuple[str, frozenset[Role]]]] = {
    "My work": ("/", _READERS),
    "Placements": ("/placements", _READERS | {Role.AUDITOR}),
    "Due": ("/due", _PLACING | _COUNCIL),
    "Team": ("/team", frozenset({Role.CASE_WORKER, Role.HEAD})),
    "New referral": ("/referrals/new", frozenset({Role.CASE_WORKER})),
    "Today": ("/today", frozenset({Role.CASE_WORKER, Role.HEAD, Role.DSL, Role.LA_OFFICER, Role.PROVIDER_USER})),
    "Concerns": ("/concerns", frozenset({Role.HEAD, Role.DSL})),
    "Overview": ("/overview", _COUNCIL),
    "Providers": ("/providers", _PLACING | _COUNCIL | {Role.AUDITOR}),
    "Audit": ("/audit", frozenset({Role.AUDITOR, Role.DATA_PROTECTION_OFFICER})),
}


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """`current` is the page itself, `active` one of the pages below it."""

    text: str
    href: str
    current: bool
    active: bool


def navigation(viewer: Viewer | None, path: str) -> list[NavigationItem]:
    """Nothing for somebody who is not signed in."""
    if viewer is None:
        return []
    found = [
        (text, href) for text, (href, roles) in LINKS.items() if viewer.person.roles & {each.value for each in roles}
    ]
    return [
        NavigationItem(text, href, path == href, href != "/" and path.startswith(f"{href}/"))
        for text, href in (*found, *_own(viewer))
    ]


def _own(viewer: Viewer) -> Iterator[tuple[str, str]]:
    """The page of the organisation that somebody works for."""
    acts_for = organisation(viewer.person.org)
    if acts_for is None or not viewer.person.roles & {each.value for each in _STAFF}:
        return
    if acts_for.kind is OrgKind.SCHOOL:
        yield "Our school", f"/schools/{acts_for.name}"
    elif acts_for.kind is OrgKind.PROVIDER:
        yield "Our entry", f"/providers/{acts_for.name}"
