"""The worker's own small address: its metrics, and what it warns of, for a probe and for Prometheus."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

from infra.watch import Watch

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class _Server(ThreadingMixIn, WSGIServer):
    """A slow client holds up no other, nor the end of the process."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has in the library
        """A probe every few seconds is not worth a line."""


@asynccontextmanager
async def told(watch: Watch, registry: CollectorRegistry, *, host: str, port: int) -> AsyncIterator[int]:
    """Answers `/metrics` and `/health/ready` at this address, and yields the port; port 0 takes a free one."""
    metrics: WSGIApplication = make_wsgi_app(registry)

    def application(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        match environ["PATH_INFO"]:
            case "/metrics":
                return metrics(environ, start)
            case "/health/ready":
                start("200 OK", [("Content-Type", "application/json")])
                found = {"ready": True, "warnings": [each.as_json() for each in watch.warnings]}
                return [json.dumps(found).encode()]
            case _:
                start("404 Not Found", [])
                return []

    with make_server(host, port, application, _Server, _Quiet) as server:
        serving = asyncio.create_task(asyncio.to_thread(server.serve_forever))
        try:
            yield server.server_port
        finally:
            await asyncio.to_thread(server.shutdown)
            await serving
