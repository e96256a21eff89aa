"""The OpenAPI document holds: no answer of 5xx, none undocumented, none of another shape, whatever is sent."""

import asyncio
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.gateway.commands.examples import SCHOOL_URN
from services.local.people import DemonstrationPerson
from tests.gateway.driving import Driver, listening

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 12
# Whoever may give nearly every command, so that the fuzz reaches behind the table of roles.
EVERYTHING = DemonstrationPerson(
    slug="fuzz", name="Fuzz", roles=("case_worker", "head", "la_officer", "social_worker"), org="school:900001"
)
# Visits and directory entries are for officers of the authority that they name.
OFFICER = DemonstrationPerson(slug="fuzz-officer", name="Fuzz", roles=("la_officer",), org="la:831")
_ENDLESS = "/api/v1/events/stream"


def _exercised(operations: list[Any]) -> list[Any]:
    """All but the endless stream; of previews, which take the bodies of their commands, one of each kind of record."""
    kinds: set[str] = set()
    found = []
    for each in operations:
        kind, previews, _ = each.path.rpartition("/preview")
        kind = kind.rpartition("/commands/")[0]
        if each.path == _ENDLESS or (previews and kind in kinds):
            continue
        if previews:
            kinds.add(kind)
        found.append(each)
    return found


def _exercise(operation: Any, headers: dict[str, str], placement_id: str) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def sent(case: Any) -> None:
        if "urn" in case.path_parameters:
            case.path_parameters["urn"] = SCHOOL_URN
        if "placement_id" in case.path_parameters:
            case.path_parameters["placement_id"] = placement_id
        if case.query:
            case.query.pop("wait", None)
        case.call_and_validate(headers=headers, checks=CHECKS)

    sent()


async def test_every_operation_answers_as_documented(whole: Driver) -> None:
    placement_id = (await whole.draft()).json()["placement_id"]
    headers, officers = ({"Authorization": f"Bearer {whole.tokens.mint(one)}"} for one in (EVERYTHING, OFFICER))
    document = (await whole.http.get("/api/openapi.json")).json()

    async with listening(whole) as url:
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=url.removesuffix("/api/v1"), request_timeout=60)
        operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
        for operation in _exercised(operations):
            sent_by = officers if "/providers/" in operation.path else headers
            await asyncio.to_thread(_exercise, operation, sent_by, placement_id)

    assert len(operations) > 40
