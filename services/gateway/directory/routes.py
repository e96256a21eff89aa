"""Schools, providers, the deadlines, reviews and outcomes over all placements, and the code lists."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from domain.placement.parts.reviews import ReviewStatus
from events.codes import KeyStage, Role, SenNeed, SettingType, Severity
from events.ids import ProviderId, Urn
from infra.projections.outcomes import OutcomePeriod
from services.gateway.directory import directory, reference
from services.gateway.directory.schemas import CodeSet, CodeSets, ProviderInFull, Providers, Schools, SchoolShown
from services.gateway.feed import following
from services.gateway.http import openapi
from services.gateway.http.deps import A_LIST, OrganisationMember, Runtime, SignedIn
from services.gateway.http.parameters import DayParameter, checked_urn, renamed
from services.gateway.lists import due, outcomes, reviews
from services.gateway.lists.outcomes_schemas import Outcomes
from services.gateway.lists.reviews import DiaryQuery
from services.gateway.lists.schemas import DeadlineList, ReviewDiary

router = APIRouter()
_READ = openapi.problems(401, 404, 422, 503)
_LIST = openapi.problems(401, 422, 429, 503)
_OF_MEMBERS = openapi.problems(401, 403, 404, 422, 503)
_LIST_OF_MEMBERS = openapi.problems(401, 403, 422, 429, 503)
CursorParameter = Annotated[str | None, Query(max_length=256)]
LimitParameter = Annotated[int, Query(ge=1, le=200)]
# The lists that follow the record, each with the followers that keep it.
_BEYOND = {**openapi.problems(409)[409], "description": "The position is beyond the end of this record"}
_FOLLOWING: dict[int | str, dict[str, Any]] = {**_LIST, 409: _BEYOND}


def _min_position(
    min_position: Annotated[
        int | None,
        Query(ge=0, lt=2**63, description="Wait until what was recorded at this position is committed"),
    ] = None,
    reached: Annotated[
        int | None, Query(ge=0, lt=2**63, deprecated=True, description="The earlier name of `min_position`")
    ] = None,
) -> int | None:
    return renamed("min_position", min_position, "reached", reached)


MinPositionParameter = Annotated[int | None, Depends(_min_position)]


@router.get(
    "/schools",
    response_model=Schools,
    responses=_LIST_OF_MEMBERS,
    summary="Home schools",
    dependencies=[A_LIST],
)
async def schools(
    gateway: Runtime, _person: OrganisationMember, cursor: CursorParameter = None, limit: LimitParameter = 50
) -> Any:
    return await directory.schools(gateway, cursor, limit)


@router.get("/schools/{urn}", response_model=SchoolShown, responses=_OF_MEMBERS, summary="One school")
async def school(urn: str, gateway: Runtime, _person: OrganisationMember) -> Any:
    return await directory.one_school(gateway, Urn(checked_urn(urn)))


@router.get(
    "/providers",
    response_model=Providers,
    responses=_LIST_OF_MEMBERS,
    summary="Providers",
    dependencies=[A_LIST],
)
async def providers(
    *,
    gateway: Runtime,
    person: OrganisationMember,
    need: SenNeed | None = None,
    key_stage: KeyStage | None = None,
    setting_type: SettingType | None = None,
    approved_by: Annotated[
        str | None, Query(pattern="^[0-9]{3}$", description="The council whose directory lists it today")
    ] = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
) -> Any:
    wanted = directory.DirectoryFilter(
        need=need, key_stage=key_stage, setting_type=setting_type, approved_by=approved_by
    )
    return await directory.providers(gateway, person, wanted, cursor, limit)


@router.get("/providers/{provider_id}", response_model=ProviderInFull, responses=_OF_MEMBERS, summary="One provider")
async def provider(provider_id: UUID, gateway: Runtime, person: OrganisationMember) -> Any:
    return await directory.one_provider(gateway, person, ProviderId(provider_id))


@router.get(
    "/deadlines",
    response_model=DeadlineList,
    responses=_FOLLOWING,
    summary="What is due over all placements you may see, breaches of law first",
    dependencies=[A_LIST],
)
async def deadlines(
    *,
    gateway: Runtime,
    person: SignedIn,
    severity: Severity | None = None,
    due_before: DayParameter | None = None,
    due_within: Annotated[
        int | None, Query(ge=0, le=366, description="Overdue, or due in so many days from today")
    ] = None,
    turn_of: Annotated[
        Role | None, Query(description="What this role is to see to now: its own, and what was taken to it")
    ] = None,
    reached: MinPositionParameter,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
) -> Any:
    await following.committed(gateway, person, reached)
    asked = due.DueQuery(
        severity=severity, due_before=due_before, due_within=due_within, turn_of=turn_of, cursor=cursor, limit=limit
    )
    return await due.page(gateway, person, asked)


@router.get(
    "/reviews",
    response_model=ReviewDiary,
    responses=_FOLLOWING,
    summary="The reviews of all placements you may see, by day, and whether their letters went in time",
    dependencies=[A_LIST],
)
async def review_diary(
    *,
    gateway: Runtime,
    person: SignedIn,
    first: Annotated[DayParameter | None, Query(alias="from", description="The first day")] = None,
    last: Annotated[DayParameter | None, Query(alias="to", description="The last day, included")] = None,
    status: Annotated[list[ReviewStatus] | None, Query(max_length=7, description="Any of these")] = None,
    reached: MinPositionParameter,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
) -> Any:
    await following.committed(gateway, person, reached)
    asked = DiaryQuery(first=first, last=last, statuses=status or [], cursor=cursor, limit=limit)
    return await reviews.page(gateway, person, asked)


@router.get(
    "/outcomes",
    response_model=Outcomes,
    responses=_FOLLOWING,
    summary="What came of placements that have ended: to their school each, to others in total",
    dependencies=[A_LIST],
)
async def outcome_report(
    *,
    gateway: Runtime,
    person: SignedIn,
    first: Annotated[DayParameter | None, Query(alias="from", description="Ended on this day or later")] = None,
    last: Annotated[DayParameter | None, Query(alias="to", description="Ended on this day or earlier")] = None,
    provider: UUID | None = None,
    school: Annotated[str | None, Query(pattern="^[0-9]{6}$")] = None,
    reached: MinPositionParameter,
    cursor: CursorParameter = None,
    limit: LimitParameter = 200,
) -> Any:
    await following.committed(gateway, person, reached)
    period = OutcomePeriod(first=first, last=last, provider_id=provider, school_urn=school)
    return await outcomes.report(gateway, person, period, cursor=cursor, limit=limit)


@router.get("/reference", response_model=CodeSets, responses=openapi.problems(401, 503), summary="Lists of codes")
async def code_sets(_person: SignedIn) -> Any:
    return reference.code_lists()


@router.get(
    "/reference/{code_set}",
    response_model=CodeSet,
    responses=_READ,
    summary="One list of codes as it is on a day, today without one",
)
async def codes(code_set: str, gateway: Runtime, _person: SignedIn, on: DayParameter | None = None) -> Any:
    return await reference.code_list(gateway, code_set, on)
