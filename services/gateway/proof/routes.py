"""Proof of the record: signed checkpoints, one event's inclusion, and that one checkpoint begins with another."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.gateway.http import openapi
from services.gateway.http.deps import OrganisationMember, Runtime, SignedIn
from services.gateway.proof import proof, schemas

router = APIRouter()
_READ = openapi.problems(401, 403, 422, 503)
SizeParameter = Annotated[int, Query(ge=0, lt=2**63, description="A number of events, from the first")]


@router.get(
    "/audit/checkpoints",
    response_model=schemas.Checkpoints,
    responses=_READ,
    summary="The record's signed checkpoints, the smallest first",
)
async def checkpoints(
    gateway: Runtime, _: OrganisationMember, after: SizeParameter = 0, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> Any:
    return await proof.checkpoints(gateway, after=after, limit=limit)


@router.get(
    "/audit/proofs/{event_id}",
    response_model=schemas.InclusionProof,
    responses=openapi.problems(401, 404, 422, 503),
    summary="That one event is under the latest checkpoint",
)
async def inclusion(event_id: UUID, gateway: Runtime, person: SignedIn) -> Any:
    return await proof.inclusion(gateway, person, event_id)


@router.get(
    "/audit/consistency",
    response_model=schemas.ConsistencyProof,
    responses=_READ,
    summary="That the record of one size begins with the record of a smaller one",
)
async def consistency(gateway: Runtime, _: OrganisationMember, first: SizeParameter, second: SizeParameter) -> Any:
    return await proof.consistency(gateway, first, second)
