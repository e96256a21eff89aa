"""Documents of placements and of providers, as pages and as PDF."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from events.ids import ProviderId
from infra.documents.renderer import RenderedFormat
from infra.documents.rendering import PDF
from infra.letters.outbox import Status
from services.gateway.documents import documents, schemas
from services.gateway.documents.documents import form_of
from services.gateway.http import openapi
from services.gateway.http.deps import A_DOCUMENT, A_LIST, OrganisationMember, PlacementInPath, Runtime, SignedIn
from services.gateway.lists import letters

router = APIRouter()
_PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}, "description": "The document"}
}
DocumentFormat = Annotated[
    RenderedFormat | None, Query(alias="format", description="A page, unless this or Accept asks for PDF")
]


@router.get(
    "/placements/{placement_id}/full-record",
    response_class=HTMLResponse,
    responses=_PAGE | openapi.problems(401, 403, 404, 422, 429, 503),
    summary="The full record of a placement as one document, as it is now",
    dependencies=[A_DOCUMENT],
)
async def full_record(
    placement_id: PlacementInPath, request: Request, gateway: Runtime, person: SignedIn, asked: DocumentFormat = None
) -> Response:
    return await documents.full_record(gateway, person, request, placement_id, form_of(request, asked))


@router.get(
    "/placements/{placement_id}/documents",
    response_model=schemas.DocumentList,
    responses=openapi.problems(401, 404, 422, 429, 503),
    summary="The documents made of one placement's record",
    dependencies=[A_LIST],
)
async def listing(placement_id: PlacementInPath, gateway: Runtime, person: SignedIn) -> Any:
    return await documents.listing(gateway, person, placement_id)


@router.get(
    "/letters",
    response_model=schemas.LetterList,
    responses=openapi.problems(401, 422, 429, 503),
    summary="Letters over all placements you may see: those to hand over, unless another status is asked for",
    dependencies=[A_LIST],
)
async def over_all(
    *,
    gateway: Runtime,
    person: SignedIn,
    status: Status = Status.TO_HAND_OVER,
    cursor: Annotated[str | None, Query(max_length=256)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    return await letters.page(gateway, person, status, cursor=cursor, limit=limit)


@router.get(
    "/placements/{placement_id}/documents/{document_id}",
    response_class=HTMLResponse,
    responses=_PAGE | openapi.problems(401, 403, 404, 409, 422, 429, 503),
    summary="One document, exactly as it was made",
    dependencies=[A_DOCUMENT],
)
async def kept(
    *,
    placement_id: PlacementInPath,
    document_id: UUID,
    request: Request,
    gateway: Runtime,
    person: SignedIn,
    asked: DocumentFormat = None,
) -> Response:
    return await documents.kept(gateway, person, placement_id, document_id, form_of(request, asked))


@router.get(
    "/providers/{provider_id}/directory-entry",
    response_class=HTMLResponse,
    responses=_PAGE | openapi.problems(401, 403, 404, 422, 429, 503),
    summary="A provider's directory entry as a document",
    dependencies=[A_DOCUMENT],
)
async def directory_entry(
    provider_id: UUID, request: Request, gateway: Runtime, _person: OrganisationMember, asked: DocumentFormat = None
) -> Response:
    return await documents.directory_entry(gateway, request, ProviderId(provider_id), form_of(request, asked))
