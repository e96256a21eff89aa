"""Every address that can be read, as the service's own description lists them, filled in with the example's ids."""

import string
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from services.gateway.commands.examples import PLACEMENT_ID, PROVIDER_ID, PUPIL_ID, SCHOOL_URN, WEEK, key_of
from tests.gateway.driving import DRAFT, Driver

_RECORD = f"/placements/{PLACEMENT_ID}"
_BASE = "/api/v1"
# A stream has no end; what it sends is what `/events` lists.
_ENDLESS = "/events/stream"
_ASKED: dict[str, dict[str, Any]] = {
    "/placements": {"opened": True, "stage": "closed"},
    "/placements/{placement_id}": {"as_at": "2026-12-08"},
    "/returns/census": {"term": "spring", "year": 2027},
    "/returns/register": {"la": "831"},
    "/today": {"date": "2026-12-08"},
    "/audit/consistency": {"first": 1, "second": 1},
    "/audit/diff": {"placement": str(PLACEMENT_ID), "from": "2026-12-01"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one address answered, by its template and as it was asked."""

    template: str
    asked: str
    status: int
    text: str


async def walk(driver: Driver, who: str) -> AsyncIterator[Shown]:
    """What each address answers to a person, bare and with a query, in each form that can be read as text.

    An address with a part that is not known here is a KeyError: a new one is walked or the walk fails.
    """
    values = await _values(driver)
    for template, operation in _reads(driver):
        for path in _filled(template, values):
            for query in _queries(template, operation):
                answer = await driver.get(path, who, **query)
                yield Shown(
                    template=template, asked=f"{path} {query} by {who}", status=answer.status_code, text=answer.text
                )


def _reads(driver: Driver) -> list[tuple[str, dict[str, Any]]]:
    described = driver.app.openapi()["paths"]
    reads = {path.removeprefix(_BASE): each["get"] for path, each in described.items() if "get" in each}
    # A job is for who asked for it, and its result is fetched once: tests of its own read it.
    left_out = (_ENDLESS, "/health/", "{job_id}")
    return [(path, each) for path, each in reads.items() if not any(part in path for part in left_out)]


async def _values(driver: Driver) -> dict[str, list[str]]:
    events = (await driver.get(f"{_RECORD}/timeline")).json()["events"]
    documents = (await driver.get(f"{_RECORD}/documents")).json()["documents"]
    sets = (await driver.get("/reference")).json()["code_sets"]
    return {
        "placement_id": [str(PLACEMENT_ID)],
        "provider_id": [str(PROVIDER_ID)],
        "pupil_id": [str(PUPIL_ID)],
        "urn": [str(SCHOOL_URN)],
        "iso_week": [WEEK],
        "command_id": [str(key_of(DRAFT))],
        # Of each kind the last: its kind decides what an entry shows.
        "event_id": list({each["type"]: each["event_id"] for each in events}.values()),
        "document_id": [each["document_id"] for each in documents],
        # The same words for everybody, and of no pupil: one is enough for all.
        "code_set": [sets[0]["code_set"]],
    }


def _filled(template: str, values: dict[str, list[str]]) -> list[str]:
    named = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    filled = [template]
    for name in named:
        filled = [path.replace(f"{{{name}}}", each) for path in filled for each in values[name]]
    return filled


def _queries(template: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    required = any(each.get("required") for each in operation.get("parameters", ()) if each["in"] == "query")
    asked = _ASKED.get(template)
    bare = [] if required else [{}]
    forms = [{"format": form} for form in _forms(operation) if form != "pdf"]
    return [{**each, **(asked if required and asked else {})} for each in (*bare, *([asked] if asked else []), *forms)]


def _forms(operation: dict[str, Any]) -> list[str]:
    [schema] = [each["schema"] for each in operation.get("parameters", ()) if each["name"] == "format"] or [{}]
    found: list[str] = next((each["enum"] for each in schema.get("anyOf", (schema,)) if "enum" in each), [])
    return found
