"""Returns to the department and to registers: JSON, or CSV by Accept or `format`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request

from domain.law.census import CensusTerm
from services.gateway.http import openapi
from services.gateway.http.deps import A_LIST, Runtime, SignedIn
from services.gateway.returns import returns, schemas
from services.gateway.returns.returns import CSV, ReturnFormat, form_of

router = APIRouter()
_TABLE: dict[int | str, dict[str, Any]] = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "The return, as JSON or as CSV"}
}
RequestedReturnFormat = Annotated[
    ReturnFormat | None, Query(alias="format", description="JSON, unless this or Accept asks for CSV")
]


@router.get(
    "/returns/census",
    response_model=schemas.CensusReturn,
    responses=_TABLE | openapi.problems(401, 403, 422, 429, 503),
    summary="A term's census return of your school or council, with what is missing or wrong in each row",
    dependencies=[A_LIST],
)
async def census(
    *,
    request: Request,
    gateway: Runtime,
    person: SignedIn,
    term: Annotated[CensusTerm, Query(examples=["spring"])],
    year: Annotated[int, Query(ge=2022, le=2100, description="The calendar year of the census", examples=[2027])],
    asked: RequestedReturnFormat = None,
) -> Any:
    return await returns.census(gateway, person, term, year, form_of(request, asked))


@router.get(
    "/returns/register",
    response_model=schemas.RegisterFeed,
    responses=_TABLE | openapi.problems(401, 403, 422, 429, 503),
    summary="Registered pupils of your council's schools who are educated otherwise than at a school, today",
    dependencies=[A_LIST],
)
async def register(
    *,
    request: Request,
    gateway: Runtime,
    person: SignedIn,
    la: Annotated[str, Query(pattern="^[0-9]{3}$", description="The council's code", examples=["831"])],
    asked: RequestedReturnFormat = None,
) -> Any:
    return await returns.register(gateway, person, la, form_of(request, asked))
