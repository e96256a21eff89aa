"""Reading placements: the caseload, one record now or then, its timeline, what is due."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.requests import Request

from domain.placement.stages import Stage
from events.codes import PupilFlag
from services.gateway.commands.bodies import parse, require_json
from services.gateway.http import openapi
from services.gateway.http.deps import A_LIST, PlacementInPath, Runtime, SignedIn
from services.gateway.http.parameters import DayParameter, moment
from services.gateway.http.responses import json_response
from services.gateway.lists import caseload, searches
from services.gateway.lists.caseload import CaseloadQuery
from services.gateway.lists.schemas import Caseload, SearchAsked, SearchMade
from services.gateway.placements import reading
from services.gateway.placements.own_records import own_records as records_of_provider
from services.gateway.placements.schemas import Deadlines, EvidenceList, OwnRecords, PlacementRecord, Timeline

router = APIRouter()
SEARCH = TypeAdapter(SearchAsked)
_READ = openapi.problems(401, 404, 422, 503)
MomentParameter = Annotated[
    str | None,
    Query(
        max_length=40,
        description="A date, which means its end in London, or a time with offset; today or before, else 422",
        examples=["2026-12-09"],
    ),
]


@router.get(
    "/placements",
    response_model=Caseload,
    responses=openapi.problems(401, 403, 422, 429, 503),
    summary="The placements you may see",
    dependencies=[A_LIST],
)
async def caseload_page(
    *,
    gateway: Runtime,
    person: SignedIn,
    stage: Stage | None = None,
    assigned_to: UUID | None = None,
    school: Annotated[str | None, Query(pattern="^[0-9]{6}$")] = None,
    provider: UUID | None = None,
    due_before: DayParameter | None = None,
    flag: Annotated[
        PupilFlag | None, Query(description="Opens records to find it: a page may hold fewer rows and have a next one")
    ] = None,
    opened: Annotated[bool, Query(description="With each pupil's flags and the last report's rating")] = False,
    q: Annotated[str | None, Query(max_length=64, description="A placement's reference or its id")] = None,
    search: Annotated[UUID | None, Query(description="The id of a search that you made within the hour")] = None,
    sort: Literal["next_deadline", "updated"] = "next_deadline",
    cursor: Annotated[str | None, Query(max_length=256)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    asked = CaseloadQuery(
        stage=stage,
        assigned_to=assigned_to,
        school=school,
        provider=provider,
        due_before=due_before,
        flag=flag,
        opened=opened,
        q=q,
        search=search,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )
    return await caseload.page(gateway, person, asked)


@router.post(
    "/placements/searches",
    status_code=201,
    response_model=SearchMade,
    responses=openapi.problems(401, 403, 413, 415, 422, 429, 503),
    summary="Search by a pupil's name or UPN, or by a placement's reference; the answer's href lists what is found",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/SearchAsked"},
                    "example": {"name": "ami begum"},
                }
            },
        }
    },
)
async def search(request: Request, gateway: Runtime, person: SignedIn) -> Any:
    require_json(request)
    by, typed = searches.asked_in(parse(SEARCH, await request.body()))
    search_id = await searches.search(gateway, person, by, typed)
    href = f"/api/v1/placements?search={search_id}"
    return json_response({"id": search_id, "href": href}, status=201, headers={"Location": href})


@router.get(
    "/placements/{placement_id}",
    response_model=PlacementRecord,
    responses=_READ,
    summary="One placement's record: now, as it stood, or as it was known",
)
async def record(
    placement_id: PlacementInPath,
    gateway: Runtime,
    person: SignedIn,
    as_at: MomentParameter = None,
    known_at: MomentParameter = None,
) -> Any:
    return await reading.record(gateway, person, placement_id, moment("as_at", as_at), moment("known_at", known_at))


@router.get(
    "/placements/{placement_id}/timeline",
    response_model=Timeline,
    responses=_READ,
    summary="What happened to one placement",
)
async def timeline(placement_id: PlacementInPath, gateway: Runtime, person: SignedIn) -> Any:
    return await reading.timeline(gateway, person, placement_id)


@router.get(
    "/placements/{placement_id}/deadlines",
    response_model=Deadlines,
    responses=_READ,
    summary="What is due on one placement",
)
async def due(placement_id: PlacementInPath, gateway: Runtime, person: SignedIn) -> Any:
    return await reading.due(gateway, person, placement_id)


@router.get(
    "/placements/{placement_id}/own-records",
    response_model=OwnRecords,
    responses=openapi.problems(401, 403, 404, 422, 503),
    summary="A provider's own marks, reports and concerns by name, to take along before it sees the placement no more",
)
async def own_records(placement_id: PlacementInPath, gateway: Runtime, person: SignedIn) -> Any:
    return await records_of_provider(gateway, person, placement_id)


@router.get(
    "/placements/{placement_id}/evidence",
    response_model=EvidenceList,
    responses=openapi.problems(401, 403, 404, 422, 503),
    summary="For each clause the event that proves it, what is outstanding, and what was missed",
)
async def evidence(placement_id: PlacementInPath, gateway: Runtime, person: SignedIn) -> Any:
    return await reading.evidence(gateway, person, placement_id)
