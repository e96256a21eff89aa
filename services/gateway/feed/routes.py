"""The feed of events for integrations: pages with long polling, server-sent events, one event in full."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from pydantic import Field

from services.gateway.feed import following, places
from services.gateway.feed.schemas import Feed
from services.gateway.http import openapi
from services.gateway.http.deps import A_FEED, A_STREAM, Runtime, SignedIn
from services.gateway.http.parameters import renamed
from services.gateway.placements import shown_events
from services.gateway.placements.schemas import EventShown

router = APIRouter()
_BEYOND: dict[int | str, dict[str, Any]] = {
    409: {
        **openapi.problems(409)[409],
        "description": "The position is not one of this record: it is beyond its end, or another event is there",
    }
}
_FEED = {**openapi.problems(401, 403, 422, 429, 503), **_BEYOND}
Position = Annotated[
    Annotated[int, Field(ge=0, lt=2**63)] | Literal["now"],
    Query(description="The position to go on from, or `now` for what happens from now on"),
]
MarkParameter = Annotated[
    str | None,
    Query(pattern=places.MARK, description="The mark that came with the position; empty to begin to keep marks"),
]


def _group_member(
    *,
    group_member: Annotated[
        int | None,
        Query(ge=0, lt=256, description="Only this member's share, counted from 0; together with `group_size`"),
    ] = None,
    group_size: Annotated[
        int | None, Query(ge=1, le=256, description="How many members divide the feed between them")
    ] = None,
    member: Annotated[
        int | None, Query(ge=0, lt=256, deprecated=True, description="The earlier name of `group_member`")
    ] = None,
    of: Annotated[
        int | None, Query(ge=1, le=256, deprecated=True, description="The earlier name of `group_size`")
    ] = None,
) -> following.GroupMember | None:
    return following.member(
        renamed("group_member", group_member, "member", member), renamed("group_size", group_size, "of", of)
    )


MemberParameter = Annotated[following.GroupMember | None, Depends(_group_member)]
Types = Annotated[list[str], Query(alias="type", max_length=50, description="Only these types of event")]


@router.get(
    "/events",
    response_model=Feed,
    responses=_FEED,
    summary="What happened after a position",
    dependencies=[A_FEED],
)
async def feed(
    *,
    gateway: Runtime,
    person: SignedIn,
    types: Types = [],  # noqa: B006 - FastAPI copies a default
    after: Position = 0,
    mark: MarkParameter = None,
    member: MemberParameter,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    wait: Annotated[float, Query(ge=0, le=30, description="Seconds to wait when there is nothing yet")] = 0,
) -> Any:
    wants = following.wanted(gateway, person, types, member)
    place = await places.begun(gateway, after, mark, None)
    return await following.feed(gateway, person, wants, after=place, limit=limit, wait_seconds=wait)


_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events as they settle", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.get(
    "/events/stream", responses={**_FEED, **_STREAM}, summary="The same as server-sent events", dependencies=[A_STREAM]
)
async def stream(
    *,
    gateway: Runtime,
    person: SignedIn,
    types: Types = [],  # noqa: B006 - FastAPI copies a default
    after: Position = 0,
    mark: MarkParameter = None,
    member: MemberParameter,
    last_event_id: Annotated[str | None, Header(description="The id to resume after")] = None,
) -> Any:
    wants = following.wanted(gateway, person, types, member)
    place = await places.begun(gateway, after, mark, last_event_id)
    told = after == places.NOW and not places.comes_back(last_event_id)
    return following.stream(gateway, person, wants, place, tells_place=told)


@router.get(
    "/events/{event_id}",
    response_model=EventShown,
    responses=openapi.problems(401, 404, 422, 503),
    summary="One event in full",
)
async def event_in_full(event_id: UUID, gateway: Runtime, person: SignedIn) -> Any:
    return await shown_events.event_in_full(gateway, person, event_id)
