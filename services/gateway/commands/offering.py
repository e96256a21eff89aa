"""What a person may do with a placement now, and what became of what they asked."""

from typing import Any
from uuid import UUID

import msgspec
from starlette.responses import Response

from domain.attendance.state import week_of
from domain.calendar.london import today
from infra import commands
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections import placements
from infra.projections.placements import PlacementRow
from services.application import authorisation
from services.application.authorisation import Sights
from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS, CommandSpec
from services.gateway.commands.commanding import not_found
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway


async def visible(gateway: Gateway, person: Person, placement_id: UUID) -> tuple[PlacementRow, Sights]:
    """A placement, and in which roles this person sees it. Raises Problem: there is none, or not for them."""
    async with connection(gateway.engine) as conn:
        row = await placements.find(conn, placement_id)
        seen = (await gateway.seeing(person, conn)).of(row)
    if row is None or not seen:
        raise not_found()
    return row, seen


async def command_status(gateway: Gateway, person: Person, command_id: UUID) -> Response:
    """For the person who gave the command, and for auditors: the answers of refusals tell what was tried."""
    async with connection(gateway.engine) as conn:
        row = await commands.find(conn, command_id)
    if row is None:
        raise not_found()
    actor_id = msgspec.json.decode(row.actor)["id"]
    if actor_id != str(person.id) and not authorisation.sights(person).everything:
        raise not_found()
    return json_response(
        {
            "command_id": row.command_id,
            "kind": row.kind,
            "status": row.status,
            "issued_at": row.issued_at,
            "decided_at": row.decided_at,
            "http_status": row.http_status,
            "outcome": None if row.answer is None else msgspec.Raw(row.answer.encode()),
        }
    )


async def offered(gateway: Gateway, person: Person, placement_id: UUID) -> Response:
    row, seen = await visible(gateway, person, placement_id)
    async with connection(gateway.engine) as conn:
        week = week_of(today(await gateway.clock.now(conn)))
    commands_at = f"/api/v1/placements/{row.placement_id}/commands"
    week_at = f"/api/v1/placements/{row.placement_id}/attendance/{week}/commands"
    return json_response(
        {
            "placement_id": row.placement_id,
            "reference": row.reference,
            "version": row.version,
            "stage": row.stage,
            "commands": [
                *(
                    _offer(spec, row, seen, commands_at)
                    for kind, spec in SPECS["placement"].items()
                    if kind != DRAFT_REFERRAL
                ),
                # Of the register of this week; each other week has its own address.
                *(_offer(spec, row, seen, week_at) for spec in SPECS["attendance"].values()),
            ],
        }
    )


def _offer(spec: CommandSpec, row: PlacementRow, seen: Sights, address: str) -> dict[str, Any]:
    why_not = []
    if row.stage not in {stage.value for stage in spec.step.stages}:
        stages = ", ".join(sorted(stage.value.replace("_", " ") for stage in spec.step.stages))
        why_not.append({"code": "wrong_stage", "detail": f"This is for the stages: {stages}."})
    if not seen.held_by(spec.step.by):
        roles = ", ".join(sorted(role.value.replace("_", " ") for role in spec.step.people))
        why_not.append({"code": "role_not_allowed", "detail": f"This is for: {roles}."})
    return {
        "command": spec.kind,
        "summary": spec.summary,
        "href": f"{address}/{spec.kind}",
        "allowed": not why_not,
        "why_not": why_not,
    }
