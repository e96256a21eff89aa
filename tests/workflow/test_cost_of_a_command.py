"""What one command costs the database: one transaction, whose statements are counted."""

from typing import Any

from sqlalchemy import event
from temporalio.testing import ActivityEnvironment

from services.gateway.commands.examples import EXAMPLES
from tests.workflow.conftest import Setup
from tests.workflow.driving import Driver
from tests.workflow.storytelling import tell

_STATEMENTS = 10
"""The command with the clock, hold, stream, all versions, register, lists, placement row, names, event, answer."""
_OF_THE_DRIVER = ("typeinfo_tree", "set_config('jit")
"""What the driver asks about types, once for each connection."""


async def test_a_command_takes_one_transaction_and_few_statements(setup: Setup, driver: Driver) -> None:
    await tell(driver, until="start-placement")
    command_id = await driver.record("record-parent-view", EXAMPLES["record-parent-view"])
    activities, sent = setup.activities(), list[str]()
    # Once before, so that the school and the provider are in memory.
    await ActivityEnvironment().run(activities.pass_time, str(driver.placement_id))
    await setup.engine.dispose()

    def log(connection: Any, _record: object) -> None:
        connection.driver_connection.add_query_logger(lambda each: sent.append(each.query.strip()))

    event.listen(setup.engine.sync_engine, "connect", log)
    await ActivityEnvironment().run(activities.handle_command, str(driver.placement_id), str(command_id))

    between = sent[sent.index("BEGIN;") + 1 : sent.index("COMMIT;")]
    in_it = [each for each in between if not any(part in each for part in _OF_THE_DRIVER)]
    assert sent.count("BEGIN;") == 1
    assert len(in_it) <= _STATEMENTS, "\n".join(each[:100] for each in in_it)
    assert (await driver.row(command_id)).status == "accepted"
