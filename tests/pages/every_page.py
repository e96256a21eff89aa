"""Every route of the pages, filled in from the told story, and who opens them over HTTP with a session."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import httpx2

from infra.identity.sessions import WebSession
from services.gateway.commands import examples
from services.gateway.commands.catalogue import SPECS
from services.gateway.pages.placement.key_dates import KEY_DATES
from services.gateway.pages.session.cookies import name_of
from services.gateway.pages.web.router import PageRoute
from services.local.people import DemonstrationPerson, find
from tests.gateway.driving import Driver
from tests.sessions import session_of

# What a path says after its family: the commands there are of that family.
_FAMILIES: Final = {
    "/placements/{placement_id}/attendance/{iso_week}/": "attendance",
    "/placements/{placement_id}/": "placement",
    "/providers/{provider_id}/": "provider",
    "/schools/{urn}/": "school",
    "/pupils/{pupil_id}/": "pupil",
}
_COMMANDS: Final = {
    "placement": "log-contact",
    "attendance": "record-mark",
    "provider": "complete-due-diligence",
    "school": "publish-calendar",
    "pupil": "change-pupil-flags",
}
_CASE_WORKER = find("amara-case-worker")
assert _CASE_WORKER is not None
_PARAMETERS: Final = {
    "placement_id": str(examples.PLACEMENT_ID),
    "pupil_id": str(examples.PUPIL_ID),
    "provider_id": str(examples.PROVIDER_ID),
    "urn": examples.SCHOOL_URN,
    "iso_week": examples.WEEK,
    "code": "not_found",
    "slug": "pupil",
    "name": "no-such-file",
    "worker": str(_CASE_WORKER.id),
    "sent_with": "0190a1b2-0000-7000-8000-00000000fffe",
    "document_id": "0190a1b2-0000-7000-8000-00000000ffff",
}
# A name means something else on each of these.
_OF_PATHS: Final = {("/placements/{placement_id}/dates/{name}/change", "name"): next(iter(KEY_DATES))}
OF_A_CHILD: Final = frozenset({"placement_id", "pupil_id"})


@dataclass(frozen=True, slots=True, order=True)
class Page:
    """One method of one route, and an address that it answers."""

    path: str
    method: str
    url: str
    of_a_child: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


async def pages_of(driver: Driver) -> list[Page]:
    """Raises KeyError: a route has a parameter that nothing here fills in."""
    listed = await driver.get(f"/placements/{examples.PLACEMENT_ID}/documents")
    told = _PARAMETERS | {"document_id": listed.json()["documents"][0]["document_id"]}
    found = [
        Page(route.path, method, _filled(route, told), bool(OF_A_CHILD & route.param_convertors.keys()))
        for route in _routes(driver.app.routes)
        for method in sorted(route.methods)
    ]
    return sorted(found)


def _routes(routes: Iterable[object]) -> Iterator[PageRoute]:
    for each in routes:
        if isinstance(each, PageRoute):
            yield each
        else:
            inner = getattr(each, "original_router", each)
            yield from _routes(getattr(inner, "routes", ()))


def _filled(route: PageRoute, told: Mapping[str, str]) -> str:
    path = route.path
    family = next((named for start, named in _FAMILIES.items() if path.startswith(start)), None)
    for parameter in route.param_convertors:
        value = _of_family(parameter, family) or _OF_PATHS.get((route.path, parameter)) or told[parameter]
        path = path.replace(f"{{{parameter}}}", value)
    return path


def _of_family(parameter: str, family: str | None) -> str | None:
    if parameter == "command" and family is not None:
        return _COMMANDS[family]
    if parameter == "command_id":
        step = given(family)
        return str(examples.key_of(step) if step is not None else examples.key_of(examples.OF_PLACEMENT[0]))
    return None


def given(family: str | None) -> examples.StoryStep | None:
    """The last step of this family that the story has before anything else of the placement happens."""
    told = (*examples.BEFORE, *examples.OF_PLACEMENT[:2])
    return next((step for step in reversed(told) if family is not None and step.command in SPECS[family]), None)


@dataclass(slots=True)
class Opener:
    """Somebody with a session, or nobody."""

    http: httpx2.AsyncClient
    session: WebSession | None = None

    async def get(self, url: str, **headers: str) -> httpx2.Response:
        return await self.http.get(url, headers={"Sec-Fetch-Site": "same-origin", **headers})

    async def post(self, url: str, csrf: str | None = None, /, **typed: str) -> httpx2.Response:
        """As a page of ours does, where the token is that of the session."""
        data = typed | ({} if csrf is None else {"csrf": csrf})
        return await self.http.post(url, data=data, headers={"Sec-Fetch-Site": "same-origin"})

    async def ask(self, page: Page) -> httpx2.Response:
        if page.method == "POST":
            return await self.post(page.url, self.session.csrf if self.session else None, do="check")
        return await self.http.request(page.method, page.url, headers={"Sec-Fetch-Site": "same-origin"})


async def opener(driver: Driver, person: DemonstrationPerson | None) -> Opener:
    http = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=driver.app), base_url="http://gateway.test", timeout=60
    )
    if person is None:
        return Opener(http)
    token, session = await session_of(driver.gateway, person)
    http.headers["Cookie"] = f"{name_of(driver.gateway.settings, 'session')}={token}"
    return Opener(http, session)
