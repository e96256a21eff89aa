"""The worker and the gateway as real processes on a test's own database and Temporal: end to end, and for speed."""

import contextlib
import os
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from joserfc.jwk import ECKey

from services.local import issuer
from services.local.children import Child, forget, stop
from services.local.issuer_pages import PagesClient
from services.local.people import find
from services.local.ports import LOOPBACK, free_port
from services.local.services import STOP_STEPS, Services


@dataclass(slots=True, kw_only=True)
class Stack:
    """What runs, and how to end, kill and start it again."""

    variables: Mapping[str, str]
    services: Services
    tokens: "_Tokens"
    worker: Child | None = None
    gateway: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.variables['PLACEMENTS_GATEWAY_PORT']}"

    def token(self, slug: str) -> str:
        return self.tokens.of(slug)

    async def start_worker(self) -> None:
        self.worker = await self.services.start_worker()

    async def start_gateway(self) -> None:
        self.gateway = await self.services.start_gateway()

    def kill(self, child: Child | None) -> None:
        """End a process without a word, as a power cut would."""
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)
        child.process.wait()

    def stop(self) -> None:
        for child in (self.gateway, self.worker):
            if child is not None and child.ended() is None:
                stop(child, *STOP_STEPS)


@dataclass(slots=True, kw_only=True)
class _Tokens:
    key: ECKey
    url: str
    minted: dict[str, str] = field(default_factory=dict)

    def of(self, slug: str) -> str:
        if slug not in self.minted:
            person = find(slug)
            assert person is not None, f"nobody is called {slug}"
            self.minted[slug] = issuer.mint(person, key=self.key, issuer=self.url)
        return self.minted[slug]


@contextlib.asynccontextmanager
async def stack(
    *, database_url: str, temporal_address: str, folder: Path, more: Mapping[str, str] | None = None
) -> AsyncIterator[Stack]:
    """Start an issuer, a worker and a gateway; end them all. Logs are in `folder`/logs."""
    port = free_port()
    url = issuer.issuer_url(port)
    key = issuer.load_key(folder / "issuer")
    gateway_port = free_port()
    secret = issuer.load_secret(folder / "issuer")
    client = PagesClient(
        client_id=issuer.PAGES_CLIENT, secret=secret.read_text("utf-8"), pages_url=f"http://{LOOPBACK}:{gateway_port}"
    )
    variables = {
        "PLACEMENTS_DATABASE_URL": database_url,
        "PLACEMENTS_KEYS_DIRECTORY": str(folder / "keys"),
        "PLACEMENTS_ISSUER": url,
        "PLACEMENTS_JWKS_URL": f"{url}/jwks.json",
        "PLACEMENTS_AUDIENCE": issuer.AUDIENCE,
        "PLACEMENTS_GATEWAY_PORT": str(gateway_port),
        "PLACEMENTS_PAGES_URL": client.pages_url,
        "PLACEMENTS_SIGN_IN_CLIENT_ID": client.client_id,
        "PLACEMENTS_SIGN_IN_CLIENT_SECRET_FILE": str(secret),
        "PLACEMENTS_DEMONSTRATION_CLOCK": "true",
        "PLACEMENTS_LOCAL_DIRECTORY": str(folder),
        "TEMPORAL_ADDRESS": temporal_address,
        "TEMPORAL_NAMESPACE": "default",
        **(more or {}),
    }
    async with issuer.serving(key, port, client):
        services = Services(variables=variables, logs=folder / "logs", on_spawn=forget)
        running = Stack(variables=variables, services=services, tokens=_Tokens(key=key, url=url))
        try:
            await running.start_worker()
            await running.start_gateway()
            yield running
        finally:
            running.stop()
