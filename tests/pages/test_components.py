"""The parts that pages are made of, in a real browser, on a page of their own."""

from collections.abc import Awaitable, Callable

import pytest

from tests.pages import component_page
from tests.pages.browsing import Visit
from tests.pages.conftest import Site


@pytest.fixture
def parts_site(site: Site) -> Site:
    component_page.install(site.driver.app)
    return site


@pytest.mark.parametrize("path", ["/components", "/components?errors=true"], ids=["as it is", "with errors"])
async def test_every_part_shuts_nobody_out(
    parts_site: Site, checked: Callable[[Visit], Awaitable[None]], path: str
) -> None:
    visit = await parts_site.visit()
    await visit.go(path)

    await checked(visit)


async def test_parts_shut_nobody_out_on_a_telephone(
    parts_site: Site, checked: Callable[[Visit], Awaitable[None]]
) -> None:
    visit = await parts_site.visit(width=375)
    page = await visit.go("/components")

    assert await page.locator(".app-picture__narrow svg").first.is_visible()
    assert not await page.locator(".app-picture__wide svg").first.is_visible()
    await checked(visit)


async def test_parts_print_what_is_folded_without_scripts(parts_site: Site) -> None:
    visit = await parts_site.visit(scripts=False)
    page = await visit.go("/components")
    await page.emulate_media(media="print")

    assert await page.locator("#folded").evaluate("(each) => each.getBoundingClientRect().height") > 0


async def test_unsaved_words_are_not_left_without_a_question(parts_site: Site) -> None:
    visit = await parts_site.visit()
    page = await visit.go("/components")
    asked: list[str] = []

    async def leave(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        await dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", leave)
    await page.get_by_label("Note").fill("half a sentence")
    await page.goto(f"{visit.origin}/help")

    assert asked == ["beforeunload"]


async def test_words_of_the_record_are_escaped(parts_site: Site) -> None:
    visit = await parts_site.visit()
    page = await visit.go("/components")

    assert "Ash &lt;Specimen&gt;" in await visit.html()
    assert await page.get_by_text("Ash <Specimen>").count() == 1
