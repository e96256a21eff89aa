"""One operation for the preview of each command, made from the domain's tables."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from events.ids import ProviderId, PupilId, Urn
from services.gateway.commands.bodies import JSON, require_json
from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS, CommandSpec, Family
from services.gateway.commands.commanding import if_match
from services.gateway.commands.openapi import preview_operation, preview_responses
from services.gateway.http.deps import gateway_of, placement_in, signed_in
from services.gateway.http.parameters import urn_of, uuid_of, week_of
from services.gateway.http.runtime import Gateway
from services.gateway.previews import previewing, schemas
from services.gateway.previews.previewing import PreviewAsked

router = APIRouter()
Ask = Callable[[Gateway, PreviewAsked, Request], Awaitable[schemas.Preview]]


async def _draft(gateway: Gateway, asked: PreviewAsked, _request: Request) -> schemas.Preview:
    return await previewing.of_draft(gateway, asked)


async def _placement(gateway: Gateway, asked: PreviewAsked, request: Request) -> schemas.Preview:
    placement_id = await placement_in(request)
    return await previewing.to_placement(gateway, asked, placement_id)


async def _provider(gateway: Gateway, asked: PreviewAsked, request: Request) -> schemas.Preview:
    provider_id = ProviderId(uuid_of(request, "provider_id"))
    return await previewing.to_provider(gateway, asked, provider_id)


async def _school(gateway: Gateway, asked: PreviewAsked, request: Request) -> schemas.Preview:
    return await previewing.to_school(gateway, asked, Urn(urn_of(request)))


async def _register(gateway: Gateway, asked: PreviewAsked, request: Request) -> schemas.Preview:
    week = week_of(request)
    placement_id = await placement_in(request)
    return await previewing.to_register(gateway, asked, placement_id, week)


async def _pupil(gateway: Gateway, asked: PreviewAsked, request: Request) -> schemas.Preview:
    pupil_id = PupilId(uuid_of(request, "pupil_id"))
    return await previewing.to_pupil(gateway, asked, pupil_id)


async def _answer(request: Request, *, spec: CommandSpec, ask: Ask) -> Response:
    person = await signed_in(request)
    require_json(request)
    asked = PreviewAsked(person=person, spec=spec, body=await request.body(), expected=if_match(request))
    found = await ask(gateway_of(request), asked, request)
    return Response(found.model_dump_json(), media_type=JSON)


_FAMILIES: dict[Family, tuple[str, Ask]] = {
    "placement": ("/placements/{placement_id}/commands", _placement),
    "provider": ("/providers/{provider_id}/commands", _provider),
    "school": ("/schools/{urn}/commands", _school),
    "attendance": ("/placements/{placement_id}/attendance/{iso_week}/commands", _register),
    "pupil": ("/pupils/{pupil_id}/commands", _pupil),
}


def _endpoint(spec: CommandSpec, ask: Ask) -> Callable[[Request], Awaitable[Response]]:
    async def preview(request: Request) -> Response:
        return await _answer(request, spec=spec, ask=ask)

    return preview


def _add(path: str, ask: Ask, spec: CommandSpec) -> None:
    router.add_api_route(
        path,
        _endpoint(spec, ask),
        methods=["POST"],
        summary=f"Preview: {spec.summary}",
        tags=["previews"],
        response_model=schemas.Preview,
        responses=preview_responses(spec),
        openapi_extra=preview_operation(path, spec),
    )


for _family, (_prefix, _ask) in _FAMILIES.items():
    for _spec in SPECS[_family].values():
        if _spec.kind == DRAFT_REFERRAL:
            _add("/placements/preview", _draft, _spec)
        else:
            _add(f"{_prefix}/{_spec.kind}/preview", _ask, _spec)
