"""The pages after a referral's draft and its submission: what became of it, and what happens next."""

import json
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from events.ids import placement_id_of
from infra import commands
from infra.commands import CommandRow
from infra.identity.read_log import record_access
from infra.postgres.db import connection
from services.gateway.commands.commanding import not_found
from services.gateway.commands.offering import visible
from services.gateway.http.runtime import Gateway
from services.gateway.pages.drafts.keeping import Keeping
from services.gateway.pages.referral.flows import NEW
from services.gateway.pages.session.current import SEE_OTHER, Visitor
from services.gateway.pages.web.page import page


async def started(gateway: Gateway, request: Request, visitor: Visitor, command_id: UUID) -> Response:
    """After the draft: the placement has its reference, and the pupil's situation is asked for."""
    row = await _own(gateway, visitor, command_id)
    if row.status == "refused":
        return RedirectResponse(f"{NEW}/{command_id}/check", SEE_OTHER)
    if row.status == "recorded":
        return page(request, visitor, "referral/waiting.html", href="/")
    await Keeping(gateway=gateway, person=visitor.person).drop(command_id)
    placement, _ = await visible(gateway, visitor.person, placement_id_of(row.stream_id))
    return page(
        request,
        visitor,
        "referral/started.html",
        reference=placement.reference,
        href=f"/placements/{placement.reference or placement.placement_id}",
    )


async def submitted(
    gateway: Gateway, request: Request, visitor: Visitor, placement_id: UUID, command_id: UUID
) -> Response:
    """After the submission: the referral waits for a decision."""
    placement, _ = await visible(gateway, visitor.person, placement_id)
    async with connection(gateway.engine) as conn:
        await record_access(conn, visitor.person, placement_id, "referral sent")
    row = await _own(gateway, visitor, command_id)
    href = f"/placements/{placement.reference or placement.placement_id}"
    if placement_id_of(row.stream_id) != placement_id:
        raise not_found()
    if row.status == "refused":
        return RedirectResponse(f"{href}/refer/{command_id}/check", SEE_OTHER)
    if row.status == "recorded":
        return page(request, visitor, "referral/waiting.html", href=href)
    await Keeping(gateway=gateway, person=visitor.person).drop(command_id)
    answer = json.loads(row.answer or "{}")
    return page(
        request,
        visitor,
        "referral/sent.html",
        reference=placement.reference,
        href=href,
        warnings=answer.get("warnings") or (),
    )


async def _own(gateway: Gateway, visitor: Visitor, command_id: UUID) -> CommandRow:
    """Raises Problem: there is no such command of this person."""
    async with connection(gateway.engine) as conn:
        row = await commands.find(conn, command_id)
    if row is None or msgspec.json.decode(row.actor)["id"] != str(visitor.person.id):
        raise not_found()
    return row
