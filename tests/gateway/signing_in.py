"""A browser in tests: the gateway in process and the issuer behind its socket, one jar of cookies for both."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Self
from urllib.parse import urljoin

import httpx2
from fastapi import FastAPI

from infra.settings import Settings
from services.local import issuer
from services.local.issuer_pages import PagesClient
from tests.gateway.driving import Tokens

SECRET = "the-pages-secret-of-tests"
PAGES_URL = "http://127.0.0.1:9"
CLIENT = PagesClient(client_id=issuer.PAGES_CLIENT, secret=SECRET, pages_url=PAGES_URL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_LINK = re.compile(r'<a [^>]*href="([^"]*)"')


def of_pages(settings: Settings, **more: object) -> Settings:
    """The settings with a sign-in by page at the tests' issuer."""
    return Settings.model_validate(
        settings.model_dump()
        | {"pages_url": PAGES_URL, "sign_in_client_id": CLIENT.client_id, "sign_in_client_secret": SECRET}
        | more
    )


class Browser:
    """Follows redirects as a browser does, keeps cookies, and says where its requests come from."""

    def __init__(self, app: FastAPI, tokens: Tokens, **more: httpx2.AsyncBaseTransport) -> None:
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app),
            mounts={f"all://{tokens.url.partition('://')[2]}": httpx2.AsyncHTTPTransport(), **more},
            base_url=PAGES_URL,
            follow_redirects=True,
            timeout=60,
        )
        self.page: httpx2.Response | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    @property
    def shown(self) -> httpx2.Response:
        assert self.page is not None, "no page is open"
        return self.page

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.shown.text, re.DOTALL)
        return "" if found is None else unescape(found[1]).strip()

    @property
    def hidden(self) -> dict[str, str]:
        """What the forms of the page send along; of several with one name, the first."""
        pairs = [(name, unescape(value)) for name, value in _HIDDEN.findall(self.shown.text)]
        return dict(reversed(pairs))

    async def open(self, path: str, **headers: str) -> Self:
        self.page = await self.http.get(path, headers=headers)
        # A page may lead on by itself, as the one after a sign-out does.
        refresh = self.page.headers.get("refresh")
        if refresh is not None:
            await self.open(refresh.partition("url=")[2])
        return self

    async def follow(self, part: str) -> Self:
        """Clicks the link whose address has this part."""
        links = [unescape(each) for each in _LINK.findall(self.shown.text)]
        return await self.open(urljoin(str(self.shown.url), next(each for each in links if part in each)))

    async def send(self, path: str, data: Mapping[str, str], **headers: str) -> Self:
        """Sends a form, by default as the page that is open would."""
        headers = {"Sec-Fetch-Site": "same-origin"} | headers
        self.page = await self.http.post(urljoin(str(self.shown.url), path), data=dict(data), headers=headers)
        refresh = self.page.headers.get("refresh")
        if refresh is not None:
            await self.open(refresh.partition("url=")[2])
        return self

    async def sign_in(self, slug: str, path: str = "/your-sessions") -> Self:
        """By clicking alone, from a page that needs it."""
        await self.open(path)
        await self.follow("/sign-in/start")
        return await self.choose(slug)

    async def choose(self, slug: str) -> Self:
        """On the issuer's page."""
        return await self.send("/authorize", self.hidden | {"person": slug})
