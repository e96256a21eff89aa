"""The example story of one placement, given to a driver's own placement on the demonstration clock."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from events.ids import derived_id
from infra.ids import derived
from infra.postgres.db import connection
from services.gateway.commands import examples
from services.gateway.commands.examples import OF_PLACEMENT, StoryStep
from services.local import demonstration
from tests.workflow.driving import Driver

REVIEW_DUE = date(2027, 1, 22)
_SOON = 0.02
_EXAMPLE_REVIEW_ID = derived_id(examples.PLACEMENT_ID, f"review:plan:{REVIEW_DUE}")


def steps(*, until: str | None = None, after: str | None = None) -> Iterator[StoryStep]:
    """The story's commands to the placement, from behind one of them and up to another, both optional."""
    told = OF_PLACEMENT
    names = [step.command for step in told]
    first = names.index(after) + 1 if after else 0
    # A command that is given twice, as a signature is, ends with its second time.
    last = len(names) - names[::-1].index(until) if until else len(names)
    yield from told[first:last]


async def tell(driver: Driver, *, until: str | None = None, after: str | None = None) -> None:
    """Take the placement along its story, each command accepted on its day."""
    for step in steps(until=until, after=after):
        await pass_to(driver, datetime.combine(step.day, time(12), tzinfo=UTC))
        # Several placements may go through the story in one test, all with the example's UPN.
        another = {"another_child": True} if step.command == "draft-referral" else {}
        await driver.accepted(step.command, of_its_own(driver, step.body) | another, step.role)


_MADE = ("request", "concern", "review", "access-request", "complaint")
"""What a command makes under an id that follows from its own."""


def of_its_own(driver: Driver, body: dict[str, Any]) -> dict[str, Any]:
    """The same body with the ids that this placement's own commands made."""
    own = {_EXAMPLE_REVIEW_ID: driver.review_id("plan", REVIEW_DUE)}
    for kind, command_id in driver.given.items():
        told = examples.command_id(kind)
        own |= {derived_id(told, what): derived_id(command_id, what) for what in _MADE}
        own[derived(told, 0)] = derived(command_id, 0)
    by_text = {str(told): str(made) for told, made in own.items()}
    return {name: by_text.get(value, value) if isinstance(value, str) else value for name, value in body.items()}


async def pass_to(driver: Driver, to: datetime) -> None:
    """Move the clock on, unless it is there already, and wait until what fell due by then is on record."""
    setting = driver.setting
    async with connection(setting.engine) as conn:
        if await setting.clock.now(conn) >= to:
            return
    await demonstration.advance(setting.engine, setting.client, setting.clock, to)
    while True:
        due = await demonstration.next_due(setting.engine)
        if due is None or due > to:
            return
        await asyncio.sleep(_SOON)
