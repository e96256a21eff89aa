"""What came of placements that have ended: to their school one by one and in total, to others in total alone."""

from typing import Any

from starlette.responses import Response

from domain.shared.small_numbers import PLACEMENTS, Cell, destinations_given, figures_given
from infra.identity.tokens import Person
from infra.projections.outcomes import OutcomePeriod, cells, listing, totals
from infra.projections.visibility import OfSchool
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway


async def report(
    gateway: Gateway, person: Person, period: OutcomePeriod, *, cursor: str | None, limit: int
) -> Response:
    """The school sees each of its placements; everybody else totals, without what concerns fewer than five.

    The totals are those of the whole period on each page.
    """
    after = cursors.OUTCOMES.unpack(cursor)
    visibility = (await gateway.seeing(person)).visibility
    of_school = isinstance(visibility, OfSchool)
    # One snapshot for both, so that the totals are those of the placements shown.
    async with gateway.engine.execution_options(isolation_level="REPEATABLE READ").connect() as conn:
        figures = await totals(conn, visibility, period)
        table = [] if of_school else await cells(conn, visibility, period)
        rows = await listing(conn, visibility, period, limit=limit + 1, after=after) if of_school else []
    return json_response(
        {
            "totals": figures | {"suppressed": False} if of_school else _for_others(figures, table, period),
            "placements": [{**row, "href": f"/api/v1/placements/{row['placement_id']}"} for row in rows[:limit]],
            "next": _link(period, limit, rows[limit - 1]) if len(rows) > limit else None,
        }
    )


def _link(period: OutcomePeriod, limit: int, last: dict[str, Any]) -> str:
    asked = {
        "from": period.first,
        "to": period.last,
        "provider": period.provider_id,
        "school": period.school_urn,
        "limit": limit,
        "cursor": cursors.OUTCOMES.pack((last["ended_on"], last["placement_id"])),
    }
    return link("outcomes", asked)


def _for_others(figures: dict[str, Any], table: list[Cell], period: OutcomePeriod) -> dict[str, Any]:
    school, provider = period.school_urn, period.provider_id
    given = figures_given(table, school=school, provider=provider)
    shown = {name: value if name in given else None for name, value in figures.items()}
    destinations = destinations_given(table, school=school, provider=provider) if PLACEMENTS in given else {}
    suppressed = None in {**shown, **destinations, "destinations": 0}.values()
    return shown | {"destinations": destinations, "suppressed": suppressed}
