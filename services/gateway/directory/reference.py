"""The code lists: what a client may send where a code is asked for, on a day, with where each code comes from."""

import dataclasses
from datetime import date

from starlette.responses import Response

from domain.calendar.london import today
from domain.reference.model import CodeSet
from domain.reference.sets import CODE_SETS, code_set
from services.gateway.http.problems import Problem
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway


async def code_list(gateway: Gateway, name: str, on: date | None) -> Response:
    """The list as it is on a day, today without one. Raises Problem: there is no such list."""
    found = code_set(name)
    if found is None:
        raise Problem("code_set_unknown", "There is no such list of codes. GET /reference names those there are.")
    day = on or today(await gateway.now())
    entries = found.on(day)
    return json_response(
        {
            "code_set": found.name,
            "title": found.title,
            "on": day,
            "codes": [entry.code for entry in entries],
            "entries": [dataclasses.asdict(entry) for entry in entries],
        }
    )


def code_lists() -> Response:
    return json_response({"code_sets": [_shown(each) for each in sorted(CODE_SETS.values(), key=lambda one: one.name)]})


def _shown(each: CodeSet) -> dict[str, str]:
    return {"code_set": each.name, "title": each.title, "href": f"/api/v1/reference/{each.name}"}
