"""`/`: what the person who signed in is to do, in order of date, and nothing before it."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from domain.access.roles import OrgKind
from domain.placement.record.assigning import AssignCase
from domain.placement.steps import STEPS
from events.codes import Role
from infra.projections.caseload import CaseloadCounts, counts
from services.application.authorisation import Sights
from services.gateway.http.deps import Runtime
from services.gateway.http.runtime import Gateway
from services.gateway.pages.home.places import own_children, provider_places
from services.gateway.pages.home.work_table import work_table
from services.gateway.pages.session.current import SignedInVisitor, Visitor
from services.gateway.pages.web.page import page
from services.gateway.pages.web.parts import DataTable, Link
from services.gateway.pages.web.router import PageRouter

router = PageRouter()
_FOLLOWS: Final = frozenset({Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER, Role.SEND_OFFICER})
_READ_ALONE: Final = frozenset({Role.AUDITOR, Role.INTEGRATION, Role.PARENT, Role.PUPIL})
_TEAM: Final = STEPS[AssignCase].people


@router.get("/")
async def my_work(
    request: Request,
    gateway: Runtime,
    visitor: SignedInVisitor,
    show: Annotated[str | None, Query(max_length=10)] = None,
) -> Response:
    person = visitor.person
    seen = await gateway.seeing(person)
    roles = frozenset(each.role for each in seen)
    if not roles - _READ_ALONE:
        return page(request, visitor, "home/other.html", auditor=Role.AUDITOR in roles)
    work, found = await work_table(gateway, person, seen, whole_team=show == "team")
    values: dict[str, Any] = {"work": work, "more": found.more, "others": await _others(gateway, seen, roles, show)}
    return page(request, visitor, "home/work.html", **values, tables=await _tables(gateway, visitor, seen, roles))


async def _tables(gateway: Gateway, visitor: Visitor, seen: Sights, roles: frozenset[Role]) -> Sequence[DataTable]:
    if seen.organisation(OrgKind.PROVIDER) is not None:
        return await provider_places(gateway, visitor.person)
    return (await own_children(gateway, visitor.person),) if roles & _FOLLOWS else ()


async def _others(gateway: Gateway, seen: Sights, roles: frozenset[Role], show: str | None) -> list[Link]:
    """The other lists, each with how many there are."""
    if seen.organisation(OrgKind.PROVIDER) is not None:
        return [Link("All your placements", "/placements")]
    async with gateway.engine.connect() as conn:
        figures = await counts(conn, seen.visibility)
    return [*([_whole_team(show)] if roles == {Role.CASE_WORKER} else []), *_lists(figures, roles)]


def _whole_team(show: str | None) -> Link:
    if show == "team":
        return Link("Work on your own cases, and on those of nobody", "/")
    return Link("Work of your whole team", "/?show=team")


def _lists(figures: CaseloadCounts, roles: frozenset[Role]) -> list[Link]:
    team = [Link(f"Team ({figures.unassigned} not assigned)", "/team")] if roles & _TEAM else []
    return [
        Link(f"Caseload ({figures.open} open)", "/placements"),
        Link("Everything that is due", "/due"),
        Link("Reviews to hold", "/reviews/due"),
        Link(f"On hold ({figures.on_hold})", "/on-hold"),
        *team,
    ]
