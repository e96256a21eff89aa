"""The diary of reviews over all placements, from the read model: it follows the record within moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from domain.calendar.london import today as day_of
from domain.placement.reviews.diary import ReviewLetter
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.reviews import ReviewRow, listing
from services.gateway.http import cursors
from services.gateway.http.responses import json_response, link
from services.gateway.http.runtime import Gateway
from services.gateway.lists.names import Named, named_by_id

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryQuery:
    """Both days are included; no status means any."""

    first: date | None
    last: date | None
    statuses: Sequence[str]
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryListing:
    """A page of the diary, with the cursor of the next one. `whole`: not as a provider sees it."""

    reviews: tuple[ReviewRow, ...]
    pupils: Named
    today: date
    whole: bool
    next: str | None


async def page(gateway: Gateway, person: Person, asked: DiaryQuery) -> Response:
    found = await listed(gateway, person, asked)
    following = None
    if found.next is not None:
        kept = {"from": asked.first, "to": asked.last, "status": list(asked.statuses), "limit": asked.limit}
        following = link("reviews", {**kept, "cursor": found.next})
    return json_response({"reviews": [_shown(row, found) for row in found.reviews], "next": following})


async def listed(gateway: Gateway, person: Person, asked: DiaryQuery, *, what: str = "reviews_list") -> DiaryListing:
    """Reviews by day of what this person may see, with the names that they may read; those are logged, as `what`.

    Raises Problem: a cursor of the wrong form.
    """
    after = cursors.DIARY.unpack(asked.cursor)
    today = day_of(await gateway.now())
    seen = await gateway.seeing(person)
    async with gateway.engine.connect() as conn:
        rows = await listing(
            conn,
            seen.visibility,
            first=asked.first,
            last=asked.last,
            statuses=asked.statuses,
            after=after,
            limit=asked.limit + 1,
        )
    following = None
    if len(rows) > asked.limit:
        ended = rows[asked.limit - 1]
        following = cursors.DIARY.pack((ended.day, ended.placement_id, ended.review_id))
    rows = rows[: asked.limit]
    async with connection(gateway.engine) as driver:
        pupils = await named_by_id(
            driver, gateway.keys, person, (row.placement_id for row in rows), seen=seen, what=what
        )
    return DiaryListing(reviews=tuple(rows), pupils=pupils, today=today, whole=seen.whole, next=following)


_KEPT_FROM_PROVIDERS = dict.fromkeys(("source", "rule", "missed", "invitation", "outcome"))


def _shown(row: ReviewRow, found: DiaryListing) -> dict[str, Any]:
    pupil = found.pupils.get(row.placement_id)
    return {
        **{name: getattr(row, name) for name in _SHOWN},
        "pupil_name": None if pupil is None else pupil.name,
        "invitation": _letter(row.invitation, found.today),
        "outcome": _letter(row.outcome, found.today),
        "href": f"/api/v1/placements/{row.placement_id}",
        **({} if found.whole else _KEPT_FROM_PROVIDERS),
    }


def _letter(letter: ReviewLetter, today: date) -> dict[str, Any]:
    return {"standing": letter.standing(today), "by": letter.by, "given_on": letter.given_on}
