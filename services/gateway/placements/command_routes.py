"""One operation for each command, made from the domain's tables; and what became of a command."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from events.ids import PlacementId, ProviderId, PupilId, Urn
from infra.identity.tokens import Person
from services.gateway.commands import commanding, direct, openapi, schemas
from services.gateway.commands.bodies import require_json
from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS, CommandSpec, Family
from services.gateway.commands.commanding import SentByRequest, answer
from services.gateway.commands.offering import command_status, offered, visible
from services.gateway.http.deps import PlacementInPath, Runtime, SignedIn, gateway_of, placement_in, signed_in
from services.gateway.http.openapi import problems
from services.gateway.http.parameters import urn_of, uuid_of, week_of
from services.gateway.pupils import pupils

router = APIRouter()
Endpoint = Callable[[Request], Awaitable[Response]]


async def _sending(request: Request) -> tuple[Person, SentByRequest]:
    """Raises Problem: nobody is signed in, or what they send is not JSON."""
    person = await signed_in(request)
    require_json(request)
    return person, SentByRequest(request, await request.body())


def _draft(spec: CommandSpec) -> Endpoint:
    async def draft(request: Request) -> Response:
        person, sent = await _sending(request)
        gateway = gateway_of(request)
        return answer(gateway, spec.kind, await commanding.draft(gateway, person, spec, sent))

    return draft


def _placement(spec: CommandSpec) -> Endpoint:
    async def advance(request: Request) -> Response:
        person, sent = await _sending(request)
        gateway, placement_id = gateway_of(request), PlacementId(await placement_in(request))
        return answer(gateway, spec.kind, await commanding.advance(gateway, person, spec, placement_id, sent))

    return advance


def _provider(spec: CommandSpec) -> Endpoint:
    async def give(request: Request) -> Response:
        person, sent = await _sending(request)
        gateway = gateway_of(request)
        target = direct.provider(gateway, ProviderId(uuid_of(request, "provider_id")))
        return answer(gateway, spec.kind, await direct.give(gateway, person, spec, target, sent))

    return give


def _school(spec: CommandSpec) -> Endpoint:
    async def give(request: Request) -> Response:
        person, sent = await _sending(request)
        gateway, target = gateway_of(request), direct.school(Urn(urn_of(request)))
        return answer(gateway, spec.kind, await direct.give(gateway, person, spec, target, sent))

    return give


def _attendance(spec: CommandSpec) -> Endpoint:
    async def give(request: Request) -> Response:
        (person, sent), gateway = await _sending(request), gateway_of(request)
        week = week_of(request)
        row, seen = await visible(gateway, person, await placement_in(request))
        target = direct.register(gateway, person, row, week)
        return answer(gateway, spec.kind, await direct.give(gateway, person, spec, target, sent, among=seen))

    return give


def _pupil(spec: CommandSpec) -> Endpoint:
    async def give(request: Request) -> Response:
        (person, sent), gateway = await _sending(request), gateway_of(request)
        pupil_id = PupilId(uuid_of(request, "pupil_id"))
        seen = await pupils.visible(gateway, person, pupil_id)
        target = direct.pupil(gateway, pupil_id)
        return answer(gateway, spec.kind, await direct.give(gateway, person, spec, target, sent, among=seen))

    return give


_FAMILIES: dict[Family, tuple[str, Callable[[CommandSpec], Endpoint]]] = {
    "placement": ("/placements/{placement_id}/commands", _placement),
    "provider": ("/providers/{provider_id}/commands", _provider),
    "school": ("/schools/{urn}/commands", _school),
    "attendance": ("/placements/{placement_id}/attendance/{iso_week}/commands", _attendance),
    "pupil": ("/pupils/{pupil_id}/commands", _pupil),
}


def _add(path: str, endpoint: Endpoint, spec: CommandSpec) -> None:
    router.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        summary=spec.summary,
        operation_id=f"{spec.family}.{spec.kind}",
        tags=[f"{spec.family} commands"],
        status_code=201 if spec.kind == DRAFT_REFERRAL else 200,
        response_model=schemas.Accepted,
        responses=openapi.command_responses(spec),
        openapi_extra=openapi.command_operation(path, spec),
    )


for _family, (_prefix, _endpoint) in _FAMILIES.items():
    for _spec in SPECS[_family].values():
        if _spec.kind == DRAFT_REFERRAL:
            _add("/placements", _draft(_spec), _spec)
        else:
            _add(f"{_prefix}/{_spec.kind}", _endpoint(_spec), _spec)


@router.get(
    "/commands/{command_id}",
    response_model=schemas.CommandStatus,
    responses=problems(401, 404, 422, 503),
    summary="What became of one command",
)
async def what_became(command_id: UUID, gateway: Runtime, person: SignedIn) -> Any:
    return await command_status(gateway, person, command_id)


@router.get(
    "/placements/{placement_id}/commands",
    response_model=schemas.CommandsOffered,
    responses=problems(401, 404, 422, 503),
    summary="Which commands you may give now, and why not the others",
)
async def which_commands(placement_id: PlacementInPath, gateway: Runtime, person: SignedIn) -> Any:
    return await offered(gateway, person, placement_id)
