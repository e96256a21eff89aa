"""The worker's own small address: its metrics, and what it warns of, for a probe and for Prometheus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.beside import beside
from infra.watch import Watch

# A few probes and scrapers at a time: more than that is a mistake, and may not weigh on the worker.
_AT_ONCE: Final = 16
_GRACE_SECONDS: Final = 2


@asynccontextmanager
async def metrics_server(watch: Watch, registry: CollectorRegistry, *, host: str, port: int) -> AsyncIterator[int]:
    """Answer `/metrics` and `/health/ready` at this address, and yield the port; port 0 takes a free one."""

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def ready(_request: Request) -> Response:
        return JSONResponse({"ready": True, "warnings": [each.as_json() for each in watch.warnings]})

    app = Starlette(routes=[Route("/metrics", metrics), Route("/health/ready", ready)])

    def configured(host: str, port: int) -> uvicorn.Config:
        return uvicorn.Config(
            app,
            host=host,
            port=port,
            lifespan="off",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            limit_concurrency=_AT_ONCE,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )

    async with beside(configured, host=host, port=port) as found:
        yield found
