"""The API's worked examples follow on from each other on a running set-up, with nothing but what its document says."""

import asyncio
from collections import Counter
from typing import Any

import httpx2
import pytest

from examples.caseload import STANDS_AT
from examples.journey import at
from services.gateway.commands.examples import OF_PLACEMENT, STORY
from tests.e2e.site import Site

PEOPLE = {
    "case_worker": "amara-case-worker",
    "head": "hector-head",
    "provider_user": "sorrel-millrace",
    "dsl": "dilys-dsl",
}
_NOT_DECIDED = httpx2.codes.ACCEPTED
_SOON_SECONDS = 0.2


class _Document:
    """The service's own description of its operations, and the address of each."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._operations = {
            operation["operationId"].rpartition(".")[2]: (path, operation)
            for path, methods in document["paths"].items()
            for operation in methods.values()
        }

    def given(self, command: str, time: int) -> tuple[str, dict[str, Any], str, dict[str, Any]]:
        """Where a command is given for the so-manieth time, the body, the key, and by whom on which day."""
        path, operation = self._operations[command]
        for each in operation["parameters"]:
            if each["in"] == "path":
                path = path.replace(f"{{{each['name']}}}", each["example"])
        worked = operation["x-worked-example"]
        if time > 0:
            again = worked["again"][time - 1]
            return path, again["body"], again["key"], again
        key = next(each["example"] for each in operation["parameters"] if each["name"] == "Idempotency-Key")
        return path, operation["requestBody"]["content"]["application/json"]["example"], key, worked


async def _decided(http: httpx2.Client, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx2.Response:
    """Ask again with the same key for as long as the command is only recorded."""
    while True:
        answer = await asyncio.to_thread(http.post, path, json=body, headers=headers)
        if answer.status_code != _NOT_DECIDED:
            return answer
        await asyncio.sleep(_SOON_SECONDS)


@pytest.mark.timeout(900)
async def test_the_worked_examples_chain_on_a_running_set_up(whole_site: Site) -> None:
    office = whole_site.office
    await asyncio.to_thread(office.advance, STANDS_AT)
    asked = await asyncio.to_thread(office.http.get, "/api/openapi.json")
    document, times = _Document(asked.json()), Counter[str]()

    for step in (each for each in STORY if each in OF_PLACEMENT or each.command == "set-attendance-pattern"):
        path, body, key, worked = document.given(step.command, times[step.command])
        times[step.command] += 1
        assert (worked["day"], worked["role"]) == (step.day.isoformat(), step.role)
        await asyncio.to_thread(office.advance, at(step.day, 12))
        headers = {"Authorization": f"Bearer {office.token(PEOPLE[step.role])}", "Idempotency-Key": key}

        answer = await _decided(office.http, path, body, headers)

        assert answer.status_code in {200, 201}, f"{step.command}: {answer.text}"
    record = await asyncio.to_thread(office.http.get, path.partition("/commands/")[0], headers=headers)
    assert record.json()["stage"] == "closed"
