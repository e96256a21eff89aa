"""Takes the pictures of the gallery on the example caseload: `make pictures`. The table is in `docs/gallery.py`."""

import asyncio
import re
import sys
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page

from docs.gallery import IMAGES, PICTURES, SHOWN_CHILD, SIGN_IN, Picture
from examples.children import CHILDREN
from examples.office import Unexpected, open_office
from examples.own_set_up import own_set_up
from services.local.config import EmbeddedSettings
from services.local.errors import EmbeddedError
from tests.pages import browsing

_SIZE = {"width": browsing.WIDE, "height": 960}
_READER = "amara-case-worker"
_NOT_FOUND = 404


def main() -> int:
    path = browsing.chromium_path()
    if path is None:
        return _fail(browsing.MISSING)
    local = EmbeddedSettings().local_directory.resolve() / "pictures"
    _say("Starting a set-up with the example caseload (some minutes)")
    try:
        with own_set_up(local, example="caseload") as url:
            missing = asyncio.run(_take_all(path, url, _reference()))
    except (EmbeddedError, Unexpected) as error:
        return _fail(str(error))
    for each in missing:
        _say(f"Left out, because there is no such page: {each.path}")
    return 0


def _reference() -> str:
    """What the address of the shown child's placement ends with."""
    listed = open_office().read(_READER, "/placements", limit="100")
    name = CHILDREN[SHOWN_CHILD].name
    [reference] = [each["reference"] for each in listed["placements"] if each["pupil_name"] == name]
    return str(reference)


async def _take_all(path: Path, url: str, reference: str) -> list[Picture]:
    IMAGES.mkdir(exist_ok=True)
    async with browsing.browser(path) as browser:
        return [each for each in PICTURES if not await _take(browser, url, each, reference)]


async def _take(browser: Browser, url: str, picture: Picture, reference: str) -> bool:
    """Whether there is such a page: only then a picture is taken."""
    context = await _context(browser)
    try:
        page = await context.new_page()
        await page.goto(f"{url}/sign-in")
        await page.get_by_role("button", name="Sign in", exact=True).click()
        chosen = page.locator(f"button[name=person][value={picture.who}]")
        await chosen.wait_for()
        if picture == SIGN_IN:
            await page.screenshot(path=picture.file)
            return True
        await chosen.click()
        await page.wait_for_url(re.compile(re.escape(url)))
        return await _shot(page, f"{url}{picture.path.format(placement=reference)}", picture)
    finally:
        await context.close()


async def _shot(page: Page, address: str, picture: Picture) -> bool:
    answer = await page.goto(address)
    status = answer.status if answer else 0
    picture.file.unlink(missing_ok=True)
    if status == _NOT_FOUND:
        return False
    if status >= browsing.HTTP_ERROR:
        raise Unexpected(f"{picture.path} answered {status} to {picture.who}")
    if not await page.get_by_role("button", name="Sign out", exact=True).count():
        return False  # not one of the pages for people who are signed in
    await page.screenshot(path=picture.file)
    _say(f"{picture.file.name}: {picture.title}")
    return True


async def _context(browser: Browser) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": _SIZE["width"], "height": _SIZE["height"]},
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fail(line: str) -> int:
    sys.stderr.write(f"{line}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
