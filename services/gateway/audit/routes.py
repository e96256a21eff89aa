"""Reading the access log."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.gateway.audit import access_log, schemas
from services.gateway.audit.access_log import LogQuery
from services.gateway.http import openapi
from services.gateway.http.deps import A_LIST, PLACEMENT_NAMED, Runtime, SignedIn
from services.gateway.http.parameters import beginning, moment

router = APIRouter()


@router.get(
    "/audit/access-log",
    response_model=schemas.AccessLog,
    responses=openapi.problems(401, 403, 404, 422, 429, 503),
    summary="Who read which record, what of it, when and why, newest first; each reading of the log is logged",
    dependencies=[A_LIST],
)
async def readings(
    *,
    gateway: Runtime,
    person: SignedIn,
    placement: Annotated[str | None, Query(max_length=64, description=f"Of one placement: {PLACEMENT_NAMED}")] = None,
    reader: Annotated[UUID | None, Query(alias="person", description="By one person")] = None,
    since: Annotated[
        str | None, Query(alias="from", max_length=40, description="A date or a time", examples=["2026-12-09"])
    ] = None,
    until: Annotated[
        str | None, Query(alias="to", max_length=40, description="A date, which means its end, or a time")
    ] = None,
    why: Annotated[str | None, Query(max_length=300, description="Why you look; it is kept with this reading")] = None,
    cursor: Annotated[str | None, Query(max_length=256)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Any:
    asked = LogQuery(
        placement=await access_log.placement_asked(gateway, person, placement),
        person=reader,
        since=beginning("from", since),
        until=moment("to", until),
        why=why,
        cursor=cursor,
        limit=limit,
    )
    return await access_log.page(gateway, person, asked)
