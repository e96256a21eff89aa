"""What runs without end under Temporal's supervision, by name, and how its workflows are started."""

from typing import Final

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from infra.temporal.workflow_contract import SUPERVISED_QUEUE, SUPERVISED_WORKFLOW

# Each names a position in the database and a workflow, so it never changes.
CALENDARS: Final = "calendars"
DOCUMENTS: Final = "documents"
ERASURES: Final = "erasures"
FIRST_MARK: Final = "first-mark"
LETTERS: Final = "letters"
PROVIDER_NEWS: Final = "provider-news"
PUPIL_FLAGS: Final = "pupil-flags"
SUCCESSIONS: Final = "successions"
UNDECIDED_COMMANDS: Final = "sweeper"

HANDLERS: Final = frozenset({
    CALENDARS, DOCUMENTS, ERASURES, FIRST_MARK, LETTERS, PROVIDER_NEWS, PUPIL_FLAGS, SUCCESSIONS
})  # fmt: skip
SUBSCRIPTIONS: Final = HANDLERS
"""What follows the record."""
SUPERVISED: Final = SUBSCRIPTIONS | {UNDECIDED_COMMANDS}


async def start_supervised(client: Client, names: frozenset[str] = SUPERVISED) -> None:
    """Start the workflow of each unless it runs already."""
    for name in names:
        await client.start_workflow(
            SUPERVISED_WORKFLOW,
            name,
            id=f"follower-{name}",
            task_queue=SUPERVISED_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"Follows the record for {name}",
        )
