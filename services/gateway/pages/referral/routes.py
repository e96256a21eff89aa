"""The pages of a referral: its start, its questions, the check, and the confirmation."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from infra.ids import uuid7
from services.gateway.http.deps import Runtime, placement_in
from services.gateway.pages.drafts.keeping import Keeping
from services.gateway.pages.placement.restricted import require_why
from services.gateway.pages.referral import confirming, flows
from services.gateway.pages.referral.flows import NEW
from services.gateway.pages.referral.journey import JourneyPages
from services.gateway.pages.session.current import SEE_OTHER, FormToKeep, SignedInVisitor
from services.gateway.pages.started.unsent import unsent
from services.gateway.pages.web.page import page
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
More = Annotated[str | None, Query(max_length=200)]


@router.get(NEW)
async def start(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    """What is needed for a referral, and those that the visitor has begun."""
    await flows.of_draft(gateway, visitor)
    begun = [each for each in await unsent(gateway, visitor.person) if each.about is None]
    return page(request, visitor, "referral/start.html", first=f"{NEW}/{uuid7()}/pupil", begun=begun)


async def drafting(command_id: UUID, request: Request, gateway: Runtime, visitor: SignedInVisitor) -> JourneyPages:
    flow = await flows.of_draft(gateway, visitor)
    return JourneyPages(gateway=gateway, request=request, visitor=visitor, flow=flow, command_id=command_id)


async def submitting(command_id: UUID, request: Request, gateway: Runtime, visitor: SignedInVisitor) -> JourneyPages:
    placement_id = await placement_in(request)
    await require_why(gateway, visitor, placement_id)
    flow = await flows.of_submission(gateway, visitor, placement_id)
    return JourneyPages(gateway=gateway, request=request, visitor=visitor, flow=flow, command_id=command_id)


@router.get(f"{NEW}/{{command_id}}/sent")
async def started(command_id: UUID, request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    return await confirming.started(gateway, request, visitor, command_id)


@router.get("/placements/{placement_id}/refer")
async def go_on(request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    """To the questions about the pupil's situation: to the check of those that were answered before."""
    placement_id = await placement_in(request)
    await require_why(gateway, visitor, placement_id)
    flow = await flows.of_submission(gateway, visitor, placement_id)
    kept = await Keeping(gateway=gateway, person=visitor.person).latest(flow.form(placement_id))
    where = f"{uuid7()}/{flow.pages[0].slug}" if kept is None else f"{kept}/check"
    return RedirectResponse(f"{flow.base}/{where}", SEE_OTHER)


@router.get("/placements/{placement_id}/refer/{command_id}/sent")
async def submitted(command_id: UUID, request: Request, gateway: Runtime, visitor: SignedInVisitor) -> Response:
    return await confirming.submitted(gateway, request, visitor, await placement_in(request), command_id)


def _add(path: str, journey: Any) -> None:
    """The pages of one half of the journey."""

    async def check(pages: Annotated[JourneyPages, Depends(journey)]) -> Response:
        return await pages.check()

    async def send(form: FormToKeep, pages: Annotated[JourneyPages, Depends(journey)]) -> Response:
        return await pages.sent(form)

    async def ask(
        slug: str, pages: Annotated[JourneyPages, Depends(journey)], more: More = None, back: More = None
    ) -> Response:
        return await pages.asked(slug, more=more, back=back == "check")

    async def answer(slug: str, form: FormToKeep, pages: Annotated[JourneyPages, Depends(journey)]) -> Response:
        return await pages.answered(slug, form)

    router.add_api_route(f"{path}/check", check, methods=["GET"])
    router.add_api_route(f"{path}/check", send, methods=["POST"])
    router.add_api_route(f"{path}/{{slug}}", ask, methods=["GET"])
    router.add_api_route(f"{path}/{{slug}}", answer, methods=["POST"])


_add(f"{NEW}/{{command_id}}", drafting)
_add("/placements/{placement_id}/refer/{command_id}", submitting)
