"""A real browser for the tests of pages: one a run, a context of its own for each visit."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from playwright.async_api import Browser, BrowserContext, Page, Response, async_playwright

SETTING: Final = "PLACEMENTS_TEST_CHROMIUM"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
WIDE: Final = 1280
HTTP_ERROR: Final = 400
MISSING: Final = (
    "There is no Chromium here, so the pages were not opened in a browser: install it (Debian and Ubuntu: "
    f"apt-get install chromium), or name its program in {SETTING}."
)


def chromium_path() -> Path | None:
    """The program that the environment names, or the machine's own."""
    named = os.environ.get(SETTING)
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    return Path(found) if found else None


@contextlib.asynccontextmanager
async def browser(path: Path) -> AsyncIterator[Browser]:
    # The sandbox needs what containers do not give; nothing is opened that is not ours.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield started
        finally:
            await started.close()


@dataclass
class Visit:
    """One person's browser: the page that is open, what the server sent for it, and what went wrong."""

    context: BrowserContext
    page: Page
    origin: str
    scripts: bool = True
    answer: Response | None = None
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    @classmethod
    async def begin(cls, browser: Browser, origin: str, *, scripts: bool = True, width: int = WIDE) -> Self:
        context = await browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(15_000)
        visit = cls(context, await context.new_page(), origin, scripts)
        visit.page.on("response", visit._heard)
        visit.page.on("pageerror", lambda error: visit.faults.append(f"script: {error}"))
        visit.page.on("console", lambda said: visit._said(said.type, said.text))
        return visit

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.context.close()

    async def go(self, path: str, *, status: int = 200) -> Page:
        """Open an address of ours; `status` is what its page is answered with."""
        self.expected = {status}
        await self.page.goto(f"{self.origin}{path}")
        return self.page

    async def click(self, name: str, *, role: Any = "link", status: int = 200, exact: bool = True) -> Page:
        """Follow a link or press a button by its words, and wait for the page that it opens."""
        self.expected = {status}
        async with self.page.expect_navigation():
            await self.page.get_by_role(role, name=name, exact=exact).first.click()
        return self.page

    async def html(self) -> str:
        """What the server sent for the page that is open."""
        assert self.answer is not None
        return await self.answer.text()

    def _heard(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and response.frame == self.page.main_frame
        if response.status >= HTTP_ERROR and not (is_page and response.status in self.expected):
            self.faults.append(f"{response.status} {response.request.method} {response.url}")
        if is_page:
            self.answer = response

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.faults.append(f"console: {text}")
