"""A set-up for stories: sign-in page, gateway, worker and Temporal, each at an address, and people who only click."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import Locator, Page

from services.gateway.commands import examples
from services.gateway.commands.catalogue import SPECS
from services.gateway.pages.forms.deriving import controls_of
from services.gateway.pages.forms.filling import filled
from services.local import temporal
from tests.gateway.driving import Driver
from tests.pages.browsing import Visit
from tests.pages.conftest import Site

PLACEMENT: Final = f"/placements/{examples.PLACEMENT_ID}"
CASE_WORKER: Final = "amara-case-worker"
HEAD: Final = "hector-head"
PROVIDER: Final = "sorrel-millrace"


@dataclass(slots=True, kw_only=True)
class TemporalAtHand:
    """A Temporal that goes away and comes back with everything that it had."""

    port: int
    database: Path
    server: temporal.TemporalServer

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, port: int, folder: Path) -> "AsyncIterator[TemporalAtHand]":
        database = folder / "temporal" / "temporal.db"
        at_hand = cls(port=port, database=database, server=await _started(port, database))
        try:
            yield at_hand
        finally:
            at_hand.server.stop()

    def go_away(self) -> None:
        self.server.stop()

    async def come_back(self) -> None:
        self.server = await _started(self.port, self.database)


async def _started(port: int, database: Path) -> temporal.TemporalServer:
    return await temporal.start(port=port, ui_port=None, database=database, log=database.parent.parent / "temporal.log")


async def signed_in(site: Site, slug: str, path: str, *, scripts: bool = True) -> Visit:
    """A browser of its own: somebody opens a page, signs in on the way, and is back at it."""
    visit = await site.visit(scripts=scripts)
    await visit.go(path)
    await choose(visit.page, slug, site.origin)
    return visit


async def choose(page: Page, slug: str, origin: str) -> None:
    """From the page that asks to sign in, back to where that was asked."""
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.locator(f"button[name=person][value={slug}]").click()
    await page.wait_for_url(lambda url: url.startswith(origin) and "/sign-in" not in urlsplit(url).path)


async def tell(driver: Driver, *, up_to: str) -> None:
    """The story of the example placement, after its draft, as far as a command that is not given."""
    for step in examples.OF_PLACEMENT[1:]:
        if step.command == up_to:
            await driver.move_clock(step)
            return
        await driver.move_clock(step)
        (await driver.take(step)).raise_for_status()
    raise AssertionError(f"the story has no {up_to}")


async def fill(page: Page, command: str, body: Mapping[str, Any]) -> None:
    """Type a body into the form of its command, as somebody would who has it on paper."""
    for name, values in filled(controls_of(SPECS["placement"][command].type), body).items():
        for value in values:
            await _type(page.locator(f'main form [name="{name}"]'), value)


async def _type(field: Locator, value: str) -> None:
    first = field.first
    if await first.get_attribute("type") in {"radio", "checkbox"}:
        await field.and_(field.page.locator(f'[value="{value}"]')).check()
    elif await first.evaluate("each => each.tagName") == "SELECT":
        await first.select_option(value)
    else:
        await first.fill(value)


async def send(visit: Visit) -> Page:
    """From a form that is filled in, by its check, to the page that says what became of it."""
    await visit.click("Continue", role="button")
    assert await visit.page.locator("h1").inner_text() == "Check before you send"
    return await visit.click("Confirm and send", role="button")


async def recorded(driver: Driver, kind: str) -> int:
    """How often the record has an event."""
    found = (await driver.get(f"{PLACEMENT}/timeline", limit=200)).json()["events"]
    return sum(each["type"] == kind for each in found)
