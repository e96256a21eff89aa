"""The pages that need no signing in, in a real browser."""

from collections.abc import Awaitable, Callable

import pytest

from tests.pages.browsing import Visit
from tests.pages.conftest import Site

OPEN = ("/help", "/accessibility", "/privacy-notice", "/problems", "/problems/busy")


@pytest.mark.parametrize(("path", "status"), [*((path, 200) for path in OPEN), ("/nowhere", 404)])
async def test_open_page_shuts_nobody_out(
    site: Site, checked: Callable[[Visit], Awaitable[None]], path: str, status: int
) -> None:
    visit = await site.visit()
    await visit.go(path, status=status)

    await checked(visit)


async def test_open_page_reads_the_same_without_scripts(site: Site) -> None:
    texts = []
    for scripts in (True, False):
        visit = await site.visit(scripts=scripts)
        page = await visit.go("/help")
        texts.append(await page.locator("main").inner_text())

    assert texts[0] == texts[1]


async def test_design_systems_script_runs_under_the_policy(site: Site) -> None:
    visit = await site.visit()
    page = await visit.go("/help")

    await page.wait_for_selector("[data-govuk-skip-link-init]", state="attached")
    assert visit.faults == []
