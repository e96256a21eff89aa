"""What came of placements that have ended: to their school one by one and in total, to others in total alone."""

from typing import Any

from starlette.responses import Response

from domain.small_numbers import held_back, too_few
from infra.identity import Person
from infra.placements import OfSchool
from infra.read_models.outcomes import Period, listing, totals
from services.gateway import cursors, permissions
from services.gateway.responses import json_response, link
from services.gateway.runtime import Gateway


async def report(gateway: Gateway, person: Person, period: Period, *, cursor: str | None, limit: int) -> Response:
    """The school sees each of its placements; everybody else totals, without what concerns fewer than five.

    The totals are those of the whole period on each page.
    """
    after = None if cursor is None else cursors.unpack_end(cursor)
    visibility = (await permissions.seeing(gateway, person)).visibility
    of_school = isinstance(visibility, OfSchool)
    # One snapshot for both, so that the totals are those of the placements shown.
    async with gateway.engine.execution_options(isolation_level="REPEATABLE READ").connect() as conn:
        figures = await totals(conn, visibility, period)
        rows = await listing(conn, visibility, period, limit=limit + 1, after=after) if of_school else []
    return json_response(
        {
            "totals": figures | {"suppressed": False} if of_school else _for_others(figures),
            "placements": [{**row, "href": f"/api/v1/placements/{row['placement_id']}"} for row in rows[:limit]],
            "next": _link(period, limit, rows[limit - 1]) if len(rows) > limit else None,
        }
    )


def _link(period: Period, limit: int, last: dict[str, Any]) -> str:
    asked = {
        "from": period.first,
        "to": period.last,
        "provider": period.provider_id,
        "school": period.school_urn,
        "limit": limit,
        "cursor": cursors.pack_end((last["ended_on"], last["placement_id"])),
    }
    return link("outcomes", asked)


def _for_others(figures: dict[str, Any]) -> dict[str, Any]:
    if too_few(figures["placements"]):
        return dict.fromkeys(figures) | {"destinations": {}, "suppressed": True}
    destinations = held_back(figures["destinations"])
    shown = figures | {"destinations": destinations, "suppressed": None in destinations.values()}
    if too_few(figures["evaluated"]):
        kept = {"placements", "median_school_days", "destinations"}
        return {name: value if name in kept else None for name, value in shown.items()} | {"suppressed": True}
    return shown
