"""The referral's pages in a browser: from the start to the check, and found again among what was started."""

from collections.abc import Awaitable, Callable

import pytest

from services.gateway.commands import examples
from tests.pages.browsing import Visit
from tests.pages.conftest import Site


@pytest.mark.parametrize("scripts", [True, False])
async def test_referral_begins_by_clicking_alone_and_is_found_again(
    site: Site, checked: Callable[[Visit], Awaitable[None]], scripts: bool
) -> None:
    for step in examples.BEFORE[:2]:
        (await site.driver.take(step)).raise_for_status()
    visit = await site.visit("case_worker", scripts=scripts)
    await visit.go("/referrals/new")
    if scripts:
        await checked(visit)
    page = await visit.click("Start now", role="button")
    await page.get_by_label("Full legal name").fill("Rowan Tester-Field")
    for part, value in (("Day", "14"), ("Month", "5"), ("Year", "2012")):
        await page.get_by_label(part, exact=True).fill(value)
    await page.get_by_label("Female", exact=True).check()
    if scripts:
        await checked(visit)
    page = await visit.click("Save and continue", role="button")
    assert page.url.endswith("/school-record")
    await page.go_back()
    assert await page.get_by_label("Full legal name").input_value() == "Rowan Tester-Field"
    await visit.go("/started")
    if scripts:
        await checked(visit)
    await visit.go("/started")
    page = await visit.go(await page.locator("h2 a").first.get_attribute("href") or "")
    assert "Rowan Tester-Field" in await page.locator("main").inner_text()
    if scripts:
        await checked(visit)
