"""An OpenID Connect issuer for one machine: a key under `.local/`, its public half served, tokens for PEOPLE.

There is no password: who may read the key's file, or open its page on this machine, may be anyone. Real installations
name a real issuer.
"""

import asyncio
import contextlib
import json
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.types import ASGIApp

from infra.durable import write_whole
from infra.ids import uuid7
from services.local.issuer_pages import ALGORITHM, IssuerPages, PagesClient, application
from services.local.people import DemonstrationPerson
from services.local.ports import LOOPBACK

AUDIENCE = "placements"
PAGES_CLIENT = "placements-pages"
TOKEN_SECONDS = 12 * 60 * 60

_POLL_SECONDS = 0.02


def issuer_url(port: int) -> str:
    """Return `iss`, which is also the address below which the documents are served."""
    return f"http://{LOOPBACK}:{port}"


def load_key(folder: Path) -> ECKey:
    """Read the signing key, made at the first call; the file is for its owner alone."""
    path = folder / "signing-key.json"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        half = folder / f"signing-key.{os.getpid()}.new"
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(fresh.as_dict(private=True), file)
        with contextlib.suppress(FileExistsError):
            os.link(half, path)  # of two processes at once, both go on with the first one's key
        half.unlink()
    return ECKey.import_key(json.loads(path.read_text()))


def mint(person: DemonstrationPerson, *, key: ECKey, issuer: str, lifetime_seconds: int = TOKEN_SECONDS) -> str:
    """Return a signed token for a person, good from now on for `lifetime_seconds`."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": str(person.id),
        "name": person.name,
        "roles": list(person.roles),
        "org": person.org,
        "iat": now,
        "nbf": now,
        "exp": now + lifetime_seconds,
        "jti": str(uuid7()),
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}, claims, key)


def load_secret(folder: Path) -> Path:
    """The file of the secret that the pages show at `/token`, made at the first call, for its owner alone."""
    path = folder / "pages-secret"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, secrets.token_urlsafe(32).encode())
    return path


@contextlib.asynccontextmanager
async def serving(key: ECKey, port: int, client: PagesClient | None = None) -> AsyncIterator[None]:
    """Serve the issuer on loopback for as long as the block lasts; its pages too where there is somebody to serve."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    server = _Server(uvicorn.Config(_application(key, issuer_url(port), client), log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn offers a flag, no event
            await asyncio.sleep(_POLL_SECONDS)
        yield
    finally:
        server.should_exit = True
        await task
        listener.close()


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: ending is the supervisor's affair."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _application(key: ECKey, issuer: str, client: PagesClient | None) -> ASGIApp:
    jwks = "/jwks.json"
    pages = None if client is None else IssuerPages(key, issuer, client)
    said = {
        "issuer": issuer,
        "jwks_uri": f"{issuer}{jwks}",
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "subject_types_supported": ["public"],
        "response_types_supported": ["id_token"],
        **({} if pages is None else pages.document),
    }
    keys = {"keys": [key.as_dict(private=False)]}
    return application(issuer, {"/.well-known/openid-configuration": said, jwks: keys}, pages)
