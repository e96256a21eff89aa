"""Who works for the reader's organisation."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.gateway.http import openapi
from services.gateway.http.deps import A_LIST, Runtime, SignedIn
from services.gateway.people import people, schemas

router = APIRouter()


@router.get(
    "/people",
    response_model=schemas.Colleagues,
    responses=openapi.problems(401, 403, 422, 429, 503),
    summary="The staff of your organisation who have signed in, by name, with how many cases each has",
    dependencies=[A_LIST],
)
async def colleagues(
    *,
    gateway: Runtime,
    person: SignedIn,
    cursor: Annotated[str | None, Query(max_length=1500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Any:
    return await people.page(gateway, person, cursor=cursor, limit=limit)
