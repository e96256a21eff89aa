"""Reading a pupil's own record."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from events.ids import PupilId
from services.gateway.http import openapi
from services.gateway.http.deps import Runtime, SignedIn
from services.gateway.pupils import pupils, schemas

router = APIRouter()


@router.get(
    "/pupils/{pupil_id}",
    response_model=schemas.PupilShown,
    responses=openapi.problems(401, 404, 422, 503),
    summary="One pupil's own record: whose it is, the flags from day to day, and what was handed over",
)
async def pupil(pupil_id: UUID, gateway: Runtime, person: SignedIn) -> Any:
    return await pupils.record(gateway, person, PupilId(pupil_id))
