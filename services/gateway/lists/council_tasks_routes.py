"""What a council's officer is to look into over its schools."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.gateway.http import openapi
from services.gateway.http.deps import A_LIST, Runtime, SignedIn
from services.gateway.lists import council_tasks, schemas

router = APIRouter()


@router.get(
    "/council-tasks",
    response_model=schemas.CouncilTasks,
    responses=openapi.problems(401, 403, 422, 429, 503),
    summary="What you, as an officer, are to look into over the schools of your council; each showing is logged",
    dependencies=[A_LIST],
)
async def tasks(
    *,
    gateway: Runtime,
    person: SignedIn,
    cursor: Annotated[str | None, Query(max_length=256)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Any:
    return await council_tasks.page(gateway, person, cursor, limit)
