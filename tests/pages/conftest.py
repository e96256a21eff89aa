"""The gateway behind an address, and people who open its pages in a browser."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser

from services.gateway.commands import examples
from services.gateway.pages.session.cookies import name_of
from services.local import postgres, temporal
from services.local.people import find
from services.local.ports import free_port
from services.workflow.worker import run
from tests.conftest import Postgres, reached
from tests.gateway.conftest import driving, gw, made_settings, own_temporal, settings, tokens, whole  # noqa: F401 - fixtures
from tests.gateway.driving import EXAMPLE_PROVIDER_USER, WHO, Driver, Tokens, listening
from tests.pages import browsing
from tests.pages.browsing import Visit
from tests.pages.checking import faults_of
from tests.sessions import session_of

# The story is told up to here for the tests that only read: a placement under way, with reviews and attendance.
_TOLD_UP_TO = "hold-review"
_not_opened: list[str] = []


@dataclass(slots=True)
class Site:
    """A gateway that a browser can reach, and the visits to it."""

    driver: Driver
    origin: str
    browser: Browser | None = None
    visits: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    async def visit(self, who: str | None = None, *, scripts: bool = True, width: int = browsing.WIDE) -> Visit:
        """A browser of its own; `who` is a person of the example caseload, by slug or by role."""
        assert self.browser is not None
        begun = await Visit.begin(self.browser, self.origin, scripts=scripts, width=width)
        visit = await self.visits.enter_async_context(begun)
        if who is not None:
            await sign_in(self.driver, visit, who)
        return visit


async def sign_in(driver: Driver, visit: Visit, who: str) -> None:
    """Give the browser a session as the sign-in would: the sign-in itself has tests of its own."""
    person = EXAMPLE_PROVIDER_USER if who == "provider_user" else find(WHO.get(who, who))
    assert person is not None, f"nobody is called {who}"
    token, _ = await session_of(driver.gateway, person)
    named = name_of(driver.gateway.settings, "session")
    await visit.context.add_cookies([{"name": named, "value": token, "url": visit.origin}])


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = browsing.chromium_path()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(browsing.MISSING)
        pytest.skip(browsing.MISSING)
    async with browsing.browser(path) as started:
        yield started


@pytest.fixture
async def site(chromium: Browser, gw: Driver) -> AsyncIterator[Site]:  # noqa: F811 - the fixture
    """An empty gateway while Temporal is away: for pages that need no placement."""
    async with site_of(chromium, gw) as made:
        yield made


@pytest.fixture(scope="session")
async def told_driver(
    postgres_server: Postgres,
    template: str,
    server_folder: Path,
    tokens: Tokens,  # noqa: F811 - the fixture
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Driver]:
    """The example story up to its first review, with everything that runs, once for all that only read.

    Its Temporal is its own: its worker would take the tasks of other tests on a shared one.
    """
    name = "placements_pages_told"
    await postgres.drop_database(postgres_server.admin_dsn, name)
    await postgres.create_database(postgres_server.admin_dsn, name, template=template)
    found = made_settings(reached(postgres_server, name), tokens, tmp_path_factory.mktemp("told"))
    server = await temporal.start(
        port=free_port(), ui_port=None, database=None, log=server_folder / "told-temporal.log"
    )
    stopping = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TEMPORAL_ADDRESS", server.address)
            patch.setenv("TEMPORAL_NAMESPACE", server.namespace)
            working = asyncio.create_task(run(found, stopping))
            driver = await stack.enter_async_context(driving(found, tokens))
            await _tell(driver)
        yield driver
    stopping.set()
    await working
    server.stop()
    await postgres.drop_database(postgres_server.admin_dsn, name)


async def _tell(driver: Driver) -> None:
    for step in examples.BEFORE:
        (await driver.take(step)).raise_for_status()
    for step in examples.OF_PLACEMENT:
        await driver.move_clock(step)
        (await driver.take(step)).raise_for_status()
        if step.command == _TOLD_UP_TO:
            break
    await driver.rest()


@pytest.fixture
async def told(chromium: Browser, told_driver: Driver) -> AsyncIterator[Site]:
    """The gateway with a placement under way. What is done here is seen by the tests that follow: only read."""
    async with site_of(chromium, told_driver) as made:
        yield made


@pytest.fixture
async def whole_site(chromium: Browser, whole: Driver) -> AsyncIterator[Site]:  # noqa: F811 - the fixture
    """A gateway of its own with everything that runs, and the draft of the example placement: to be changed."""
    (await whole.take(examples.OF_PLACEMENT[0])).raise_for_status()
    async with site_of(chromium, whole) as made:
        yield made


@contextlib.asynccontextmanager
async def site_of(browser: Browser, driver: Driver) -> AsyncIterator[Site]:
    async with listening(driver) as api:
        site = Site(driver, api.removesuffix("/api/v1"), browser)
        async with site.visits:
            yield site


@pytest.fixture
def checked() -> Callable[[Visit], Awaitable[None]]:
    """Asks of the page that is open what is asked of every page."""

    async def check(visit: Visit) -> None:
        found = await faults_of(visit)

        assert found == [], "\n".join(found)

    return check


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and browsing.MISSING in str(report.longrepr):
        _not_opened.append(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _not_opened:
        terminalreporter.write_line(f"{len(_not_opened)} tests of pages did not run. {browsing.MISSING}")
