"""The diary of reviews over all placements, from the read model: it follows the record within moments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.responses import Response

from domain.calendar.london import today as day_of
from domain.placement.reviews.diary import ReviewLetter
from infra.identity.tokens import Person
from infra.projections.reviews import ReviewRow, listing
from services.application.authorisation import Sights
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway

_SHOWN = (
    "placement_id",
    "reference",
    "review_id",
    "day",
    "meets_at",
    "due_on",
    "status",
    "source",
    "rule",
    "missed",
    "provisional",
)


async def page(
    gateway: Gateway,
    person: Person,
    *,
    first: date | None,
    last: date | None,
    statuses: Sequence[str],
    cursor: str | None,
    limit: int,
) -> Response:
    after = cursors.DIARY.unpack(cursor)
    today = day_of(await gateway.now())
    seen = await gateway.seeing(person)
    async with gateway.engine.connect() as conn:
        rows = await listing(
            conn,
            seen.visibility,
            first=first,
            last=last,
            statuses=statuses,
            after=after,
            limit=limit + 1,
        )
    following = None
    if len(rows) > limit:
        ended = rows[limit - 1]
        place = cursors.DIARY.pack((ended.day, ended.placement_id, ended.review_id))
        asked = {"from": first, "to": last, "status": list(statuses), "limit": limit, "cursor": place}
        following = link("reviews", asked)
    return json_response({"reviews": [_shown(row, today, seen) for row in rows[:limit]], "next": following})


_KEPT_FROM_PROVIDERS = dict.fromkeys(("source", "rule", "missed", "invitation", "outcome"))


def _shown(row: ReviewRow, today: date, seen: Sights) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _SHOWN},
        "invitation": _letter(row.invitation, today),
        "outcome": _letter(row.outcome, today),
        "href": f"/api/v1/placements/{row.placement_id}",
        **({} if seen.whole else _KEPT_FROM_PROVIDERS),
    }


def _letter(letter: ReviewLetter, today: date) -> dict[str, Any]:
    return {"standing": letter.standing(today), "by": letter.by, "given_on": letter.given_on}
