"""A command previewed and then given: what the one said is what the other did."""

from typing import Any
from uuid import UUID

import httpx2

from services.gateway.commands.examples import StoryStep, key_of
from tests.gateway.driving import Driver, path_of

CHECKED_WHEN_SENT = "checked_when_sent"


async def preview(
    driver: Driver, path: str, body: Any, who: str = "case_worker", *, headers: dict[str, str] | None = None
) -> httpx2.Response:
    sent = driver.headers(who, **(headers or {}))
    return await driver.http.post(f"/api/v1{path}/preview", json=body, headers=sent)


async def foreseen_and_given(driver: Driver, step: StoryStep, key: UUID | None = None) -> httpx2.Response:
    """The answer to a step of the story, which is what its preview said."""
    asked = await preview(driver, path_of(step.command), step.body, step.role)
    answer = await driver.take(step, key or key_of(step))

    assert asked.status_code == 200, f"{step.command}: {asked.text}"
    said, done = asked.json(), answer.json()
    assert said["would"] == ("accept" if answer.is_success else "refuse"), (said, done)
    assert [each["type"] for each in said["events"]] == [each["type"] for each in done.get("events", ())]
    assert [each["code"] for each in said["reasons"]] == [each["code"] for each in done.get("reasons", ())]
    warned = [each for each in said["warnings"] if each["code"] != CHECKED_WHEN_SENT]
    assert warned == done.get("warnings", [])
    _deadlines_agree(said["deadlines"], done.get("deadlines"))
    return answer


def _deadlines_agree(said: dict[str, Any], due: list[dict[str, Any]] | None) -> None:
    """What a preview made or moved is due after the command; what it met or dropped is not."""
    if due is None:
        return
    now = [(each["rule"], each["due_on"]) for each in due]
    assert {(each["rule"], each["due_on"]) for each in (*said["created"], *said["moved"])} <= set(now)
