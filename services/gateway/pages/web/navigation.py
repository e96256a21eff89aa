"""The links at the top of every page, by role: the few pages that each kind of person opens most."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from events.codes import Role
from services.gateway.pages.web.viewer import Viewer

# A new page that people open from anywhere gets a row here: its words, its address, and whom it is for.
LINKS: Final[Mapping[str, tuple[str, frozenset[Role]]]] = {
    "New referral": ("/referrals/new", frozenset({Role.CASE_WORKER})),
    "Today": ("/today", frozenset({Role.CASE_WORKER, Role.HEAD, Role.DSL, Role.LA_OFFICER, Role.PROVIDER_USER})),
    "Concerns": ("/concerns", frozenset({Role.HEAD, Role.DSL})),
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
    return [
        NavigationItem(text, href, path == href, href != "/" and path.startswith(f"{href}/"))
        for text, (href, roles) in LINKS.items()
        if viewer.person.roles & {role.value for role in roles}
    ]
