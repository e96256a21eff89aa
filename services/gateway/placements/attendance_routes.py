"""Reading registers: of one placement a week or how a period counts, and one day of all of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.gateway.http import openapi
from services.gateway.http.deps import A_LIST, PlacementInPath, Runtime, SignedIn
from services.gateway.http.parameters import DayParameter, checked_week
from services.gateway.lists import today
from services.gateway.lists.today_schemas import Today
from services.gateway.placements import attendance
from services.gateway.placements.attendance_schemas import AttendancePeriod, AttendanceWeek

router = APIRouter()
_READ = openapi.problems(401, 404, 422, 503)


@router.get(
    "/placements/{placement_id}/attendance",
    response_model=AttendancePeriod,
    responses=_READ,
    summary="How one placement's register counts over a period",
)
async def period(
    placement_id: PlacementInPath,
    gateway: Runtime,
    person: SignedIn,
    first: Annotated[
        DayParameter | None, Query(alias="from", description="The first day; without it, from the start")
    ] = None,
    last: Annotated[DayParameter | None, Query(alias="to", description="The last day; without it, until now")] = None,
) -> Any:
    return await attendance.period(gateway, person, placement_id, first, last)


@router.get(
    "/placements/{placement_id}/attendance/{iso_week}",
    response_model=AttendanceWeek,
    responses=_READ,
    summary="One week of one placement's register",
)
async def week(placement_id: PlacementInPath, iso_week: str, gateway: Runtime, person: SignedIn) -> Any:
    return await attendance.week(gateway, person, placement_id, checked_week(iso_week))


@router.get(
    "/today",
    response_model=Today,
    responses=openapi.problems(401, 422, 429, 503),
    summary="One day of the placements you may see: who is expected where, what was marked, who is unexplained",
    dependencies=[A_LIST],
)
async def one_day(
    *,
    gateway: Runtime,
    person: SignedIn,
    on: Annotated[
        DayParameter | None,
        Query(alias="date", description="Today without one", examples=["2026-12-09"]),
    ] = None,
    provider: UUID | None = None,
    school: Annotated[str | None, Query(pattern="^[0-9]{6}$")] = None,
    cursor: Annotated[str | None, Query(max_length=256)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:
    asked = today.TodayQuery(on=on, provider=provider, school=school, cursor=cursor, limit=limit)
    return await today.page(gateway, person, asked)
