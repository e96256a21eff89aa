"""Health, metrics, and the few plain pages."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.http import html
from services.gateway.http.deps import Runtime
from services.gateway.http.docs_page import docs_page
from services.gateway.http.responses import json_response
from services.gateway.service import schemas
from services.gateway.service.health import readiness
from services.gateway.service.openapi import document

router = APIRouter()
# Whether the process is there costs nothing to say, so it is said at every address.
alive = APIRouter()
# These are for probes and for whoever watches, and may have a port of their own.
probes = APIRouter()
_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": schemas.Readiness, "description": "A part is missing"}}


@alive.get("/health/live", response_model=schemas.Alive, summary="Whether the process answers", tags=["service"])
async def live() -> Any:
    return json_response({"alive": True})


@probes.get(
    "/health/ready",
    response_model=schemas.Readiness,
    responses=_NOT_READY,
    summary="Whether each part that it needs answers",
    tags=["service"],
)
async def ready(gateway: Runtime) -> Any:
    found = await readiness(gateway)
    return json_response(found, status=200 if found["ready"] else 503)


@probes.get("/metrics", include_in_schema=False)
async def metrics(gateway: Runtime) -> Response:
    return Response(generate_latest(gateway.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/api/openapi.json", include_in_schema=False)
async def openapi_document(request: Request) -> Any:
    return json_response(_document(request))


@router.get("/api/docs", include_in_schema=False)
async def docs(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    return docs_page(_document(request), str(request.base_url).rstrip("/"), q)


def _document(request: Request) -> dict[str, Any]:
    app = request.app
    if app.openapi_schema is None:
        app.openapi_schema = document(app)
    made: dict[str, Any] = app.openapi_schema
    return made


@router.get("/api", include_in_schema=False)
async def index() -> Response:
    return html.index()
