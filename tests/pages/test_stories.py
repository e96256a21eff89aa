"""What people do from the first page to the last, in their own sessions, by clicking alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser

from infra.settings import Settings
from services.gateway.commands import examples
from services.gateway.commands.examples import StoryStep
from services.local import issuer, temporal
from services.local.issuer_pages import PagesClient
from services.local.ports import free_port
from services.workflow.worker import run
from tests.gateway.conftest import driving
from tests.gateway.driving import Tokens, listening
from tests.gateway.signing_in import SECRET, of_pages
from tests.pages.conftest import Site
from tests.pages.stories import (
    CASE_WORKER,
    HEAD,
    PLACEMENT,
    PROVIDER,
    TemporalAtHand,
    choose,
    fill,
    recorded,
    send,
    signed_in,
    tell,
)

NOTE = "Her uncle brings her on Thursdays."


@dataclass(slots=True, kw_only=True)
class Told:
    """The site, the draft of the example placement on it, and its Temporal."""

    site: Site
    temporal: TemporalAtHand


@pytest.fixture
async def told_here(
    chromium: Browser, settings: Settings, server_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Told]:
    """Everything that runs, with an issuer that people sign in at, and the example up to its draft."""
    issuer_port, port, temporal_port = free_port(), free_port(), free_port()
    key = issuer.load_key(tmp_path / "issuer")
    url, pages_url = issuer.issuer_url(issuer_port), f"http://127.0.0.1:{port}"
    client = PagesClient(client_id=issuer.PAGES_CLIENT, secret=SECRET, pages_url=pages_url)
    more = {"issuer": url, "jwks_url": f"{url}/jwks.json", "pages_url": pages_url}
    own = of_pages(settings, **more)
    folder = server_folder / f"stories-{port}"
    async with TemporalAtHand.running(temporal_port, folder) as at_hand:
        monkeypatch.setenv("TEMPORAL_ADDRESS", at_hand.server.address)
        monkeypatch.setenv("TEMPORAL_NAMESPACE", temporal.NAMESPACE)
        stopping = asyncio.Event()
        working = asyncio.create_task(run(own, stopping))
        try:
            async with (
                issuer.serving(key, issuer_port, client),
                driving(own, Tokens(key=key, url=url)) as driver,
                listening(driver, port),
            ):
                for step in (*examples.BEFORE, examples.OF_PLACEMENT[0]):
                    (await driver.take(step)).raise_for_status()
                site = Site(driver, pages_url, chromium)
                async with site.visits:
                    yield Told(site=site, temporal=at_hand)
        finally:
            stopping.set()
            await working


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_case_worker_signs_in_takes_a_step_and_sees_it_in_the_timeline(told_here: Told, scripts: bool) -> None:
    visit = await signed_in(told_here.site, CASE_WORKER, PLACEMENT, scripts=scripts)
    await visit.click("Notes")
    await visit.click("Add a note", role="button")
    await visit.page.locator("[name=text]").fill(NOTE)
    page = await send(visit)
    assert "Done" in await page.locator("h1").inner_text()
    await visit.click("Go to ", exact=False)
    await visit.click("Timeline")

    assert NOTE in await page.locator("main").inner_text()
    assert visit.faults == []


async def test_head_decides_and_head_and_provider_sign_each_in_their_session(told_here: Told) -> None:
    site, driver = told_here.site, told_here.site.driver
    await tell(driver, up_to="determine")

    head = await signed_in(site, HEAD, f"{PLACEMENT}/do/determine")
    await fill(head.page, "determine", examples.STEPS["determine"].body)
    page = await send(head)
    assert "Done" in await page.locator("h1").inner_text()
    by_school, by_provider = _signatures()
    for step in _between("determine", "sign-agreement"):
        (await driver.take(step)).raise_for_status()
    await driver.move_clock(by_school)
    await head.go(f"{PLACEMENT}/do/sign-agreement")
    await fill(head.page, "sign-agreement", by_school.body)
    await send(head)
    assert (await driver.get(PLACEMENT)).json()["stage"] == "agreement_pending"
    provider = await signed_in(site, PROVIDER, f"{PLACEMENT}/do/sign-agreement", scripts=False)
    await fill(provider.page, "sign-agreement", by_provider.body)
    page = await send(provider)

    assert "Done" in await page.locator("h1").inner_text()
    assert await recorded(driver, "AgreementSigned") == 2
    assert head.faults == []
    assert provider.faults == []


def _signatures() -> tuple[StoryStep, StoryStep]:
    by_school, by_provider = (each for each in examples.OF_PLACEMENT if each.command == "sign-agreement")
    return by_school, by_provider


def _between(first: str, last: str) -> list[StoryStep]:
    commands = [each.command for each in examples.OF_PLACEMENT]
    return list(examples.OF_PLACEMENT[commands.index(first) + 1 : commands.index(last)])


async def test_session_that_ends_while_somebody_types_loses_nothing(told_here: Told) -> None:
    site = told_here.site
    typing = await signed_in(site, CASE_WORKER, f"{PLACEMENT}/do/add-note")
    await typing.page.locator("[name=text]").fill(NOTE)
    elsewhere = await signed_in(site, CASE_WORKER, "/your-sessions")
    await elsewhere.click("Sign out everywhere", role="button")

    page = await typing.click("Continue", role="button", status=401)
    assert await page.locator("h1").inner_text() == "You were signed out, and nothing is lost"
    async with typing.context.expect_page() as opened:
        await page.get_by_role("link", name="Sign in (opens in new tab)").click()
    await choose(await opened.value, CASE_WORKER, site.origin)
    await typing.click("Go on with my form", role="button", status=409)
    assert await page.locator("[name=text]").input_value() == NOTE
    assert await recorded(site.driver, "NoteAdded") == 0
    await send(typing)

    assert await recorded(site.driver, "NoteAdded") == 1


async def test_while_temporal_is_away_a_step_waits_and_is_carried_out_once(told_here: Told) -> None:
    site, driver = told_here.site, told_here.site.driver
    visit = await signed_in(site, CASE_WORKER, f"{PLACEMENT}/do/add-note", scripts=False)
    await visit.page.locator("[name=text]").fill(NOTE)
    await driver.rest()
    told_here.temporal.go_away()

    page = await send(visit)
    assert await page.locator("h1").inner_text() == "We have what you sent"
    await page.reload()
    assert await page.locator("h1").inner_text() == "We have what you sent"
    assert await recorded(driver, "NoteAdded") == 0
    await told_here.temporal.come_back()
    # The page looks again by itself.
    await page.locator("h1", has_text="Done").wait_for(timeout=50_000)

    await driver.rest()
    assert await recorded(driver, "NoteAdded") == 1
    assert visit.faults == []
