"""The page of each command, for whatever it is about: its form, what would follow, and what became of it."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from events.ids import ProviderId, PupilId, Urn
from services.gateway.http.deps import Runtime, placement_in
from services.gateway.http.parameters import urn_of, uuid_of, week_of
from services.gateway.pages.placement.restricted import require_why
from services.gateway.pages.session.current import FormToKeep, SignedInVisitor
from services.gateway.pages.steps import targets
from services.gateway.pages.steps.stepping import StepPages
from services.gateway.pages.steps.targets import StepTarget
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
AddedTo = Annotated[str | None, Query(max_length=200)]
Finding = Callable[[Request, Runtime, SignedInVisitor], Awaitable[StepTarget]]


async def _placement(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> StepTarget:
    placement_id = await placement_in(request)
    await require_why(gateway, visitor, placement_id)
    return await targets.placement(gateway, visitor.person, placement_id)


async def _register(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> StepTarget:
    placement_id = await placement_in(request)
    await require_why(gateway, visitor, placement_id)
    return await targets.register(gateway, visitor.person, placement_id, week_of(request))


async def _provider(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> StepTarget:
    return await targets.provider(gateway, visitor.person, ProviderId(uuid_of(request, "provider_id")))


async def _school(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> StepTarget:
    return await targets.school(gateway, visitor.person, Urn(urn_of(request)))


async def _pupil(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> StepTarget:
    return await targets.pupil(gateway, visitor.person, PupilId(uuid_of(request, "pupil_id")))


def _add(path: str, find: Finding) -> None:
    """The pages of the commands of one kind of target, which has its own page at `path`."""

    async def pages(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> StepPages:
        target = await find(request, gateway, visitor)
        return StepPages(gateway=gateway, request=request, visitor=visitor, target=target)

    async def begin(command: str, step: Annotated[StepPages, Depends(pages)]) -> Response:
        return await step.shown_first(command)

    async def save(command: str, form: FormToKeep, step: Annotated[StepPages, Depends(pages)]) -> Response:
        return await step.saved(command, form)

    async def show(
        command: str, command_id: UUID, step: Annotated[StepPages, Depends(pages)], more: AddedTo = None
    ) -> Response:
        return await step.shown_again(command, command_id, more)

    async def check(command: str, command_id: UUID, step: Annotated[StepPages, Depends(pages)]) -> Response:
        return await step.checked(command, command_id)

    async def send(
        command: str, command_id: UUID, form: FormToKeep, step: Annotated[StepPages, Depends(pages)]
    ) -> Response:
        return await step.sent(command, command_id, form)

    async def done(command_id: UUID, step: Annotated[StepPages, Depends(pages)]) -> Response:
        return await step.became(command_id)

    form = f"{path}/do/{{command}}"
    router.add_api_route(form, begin, methods=["GET"])
    router.add_api_route(form, save, methods=["POST"])
    router.add_api_route(f"{form}/{{command_id}}", show, methods=["GET"])
    router.add_api_route(f"{form}/{{command_id}}/check", check, methods=["GET"])
    router.add_api_route(f"{form}/{{command_id}}/check", send, methods=["POST"])
    router.add_api_route(f"{path}/done/{{command_id}}", done, methods=["GET"])


_add("/placements/{placement_id}", _placement)
_add("/placements/{placement_id}/attendance/{iso_week}", _register)
_add("/providers/{provider_id}", _provider)
_add("/schools/{urn}", _school)
_add("/pupils/{pupil_id}", _pupil)
