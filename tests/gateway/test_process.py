"""The gateway as a process of its own: it starts with nothing else there, and ends while a client still follows."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import httpx2

from services.local.ports import free_port
from tests.conftest import Database
from tests.gateway.driving import Tokens


async def test_it_stops_while_a_stream_is_open(database: Database, tokens: Tokens, tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "PLACEMENTS_DATABASE_URL": database.app_url,
        "PLACEMENTS_KEYS_DIRECTORY": str(tmp_path / "keys"),
        "PLACEMENTS_ISSUER": tokens.url,
        "PLACEMENTS_JWKS_URL": f"{tokens.url}/jwks.json",
        "PLACEMENTS_GATEWAY_PORT": str(port),
        "TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.gateway", env={**os.environ, **settings}, stderr=asyncio.subprocess.PIPE
    )
    try:
        url = f"http://127.0.0.1:{port}"
        async with httpx2.AsyncClient(timeout=60) as http:
            await _answering(http, url)
            headers = {"Authorization": f"Bearer {tokens.of('auditor')}"}
            async with http.stream("GET", f"{url}/api/v1/events/stream", headers=headers) as stream:
                process.send_signal(signal.SIGTERM)
                async with asyncio.timeout(60):
                    _, errors = await asyncio.gather(stream.aread(), process.communicate())
        assert process.returncode in {0, -signal.SIGTERM}
        assert b"Traceback" not in errors[1]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _answering(http: httpx2.AsyncClient, url: str) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(httpx2.TransportError):
                if (await http.get(f"{url}/health/live")).is_success:
                    return
            await asyncio.sleep(0.05)
