"""Pages without a browser: a person's session over HTTP, and forms sent as a browser sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

import httpx2

from infra.ids import uuid7
from services.gateway.pages.session.cookies import name_of
from services.local.people import find
from tests.gateway.driving import EXAMPLE_PROVIDER_USER, WHO, Driver
from tests.sessions import session_of

Fields = Mapping[str, Sequence[str] | str]


@dataclass(slots=True)
class PagesOf:
    """The pages as one person opens them."""

    driver: Driver
    cookie: dict[str, str]
    csrf: str

    @classmethod
    async def signed_in(cls, driver: Driver, who: str) -> Self:
        person = EXAMPLE_PROVIDER_USER if who == "provider_user" else find(WHO.get(who, who))
        assert person is not None, f"nobody is called {who}"
        token, found = await session_of(driver.gateway, person)
        return cls(driver, {name_of(driver.gateway.settings, "session"): token}, found.csrf)

    async def get(self, path: str) -> httpx2.Response:
        return await self.driver.http.get(path, headers=self.headers())

    async def post(self, path: str, fields: Fields | None = None, **more: str) -> httpx2.Response:
        sent = {"csrf": self.csrf, **(fields or {}), **more}
        data = {name: [value] if isinstance(value, str) else list(value) for name, value in sent.items()}
        return await self.driver.http.post(path, data=data, headers=self.headers())

    def headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookie.items())}

    async def begin(self, path: str, fields: Fields, *, version: int = 0, command_id: UUID | None = None) -> UUID:
        """Fills in a step's form and continues; the id of what is kept."""
        command_id = command_id or uuid7()
        answer = await self.post(path, fields, command_id=str(command_id), version=str(version), do="check")
        assert answer.status_code in {303, 422}, answer.text
        return command_id
