"""What a client and the worker agree on about a placement's workflow: names, limits, and what people see there.

Imported by workflow code, so it holds constants and pure functions only.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from domain.placement.messages import PlacementStatus

PLACEMENT_WORKFLOW = "Placement"
UPDATE_HANDLE = "handle"
SIGNAL_WAKE = "wake"
HANDLE_COMMAND = "handle_command"
PASS_TIME = "pass_time"  # noqa: S105 # the name of an activity
SUPERVISED_WORKFLOW = "Supervised"
FOLLOW = "follow"
SWEEP_WORKFLOW = "SweepDue"
SWEEP_DUE = "sweep_due"
CHECKPOINT_WORKFLOW = "Checkpoint"
MAKE_CHECKPOINT = "make_checkpoint"

PLACEMENTS_QUEUE = "placements"
SUPERVISED_QUEUE = "placements-supervised"

COMMANDS_PER_RUN = 1_000
"""A run takes 2,000 updates at most; half of that leaves room for those already on their way."""

STAGE = SearchAttributeKey.for_keyword("PlacementStage")
NEXT_DEADLINE = SearchAttributeKey.for_datetime("PlacementNextDeadline")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementInput:
    """`standing` is carried over from the run before; None at first, and when rebuilt from the store.

    The limit travels with the workflow: were it read from the code, another release would replay a running
    history to another end.
    """

    placement_id: str
    standing: PlacementStatus | None = None
    commands_per_run: int = COMMANDS_PER_RUN


def placement_workflow_id(placement_id: UUID) -> str:
    return f"placement-{placement_id}"


def search_attributes(standing: PlacementStatus) -> list[SearchAttributeUpdate[Any]]:
    """The changes that make a placement findable by stage and by its next deadline."""
    due = standing.next_deadline
    if due is None:
        return [STAGE.value_set(standing.stage), NEXT_DEADLINE.value_unset()]
    due_on = datetime.fromisoformat(due.due_on).replace(tzinfo=UTC)
    return [STAGE.value_set(standing.stage), NEXT_DEADLINE.value_set(due_on)]


def first_search_attributes() -> TypedSearchAttributes:
    return TypedSearchAttributes([SearchAttributePair(STAGE, "draft")])


def placement_details(standing: PlacementStatus) -> str:
    """The lifecycle in Markdown, for whoever opens the workflow in Temporal's own pages. No personal data."""
    due = standing.next_deadline
    lines = [f"**Stage** {standing.stage.replace('_', ' ')}", f"**Version** {standing.version}"]
    lines.append(f"**Next deadline** {due.rule}, {due.due_on}: {due.words}" if due else "**Next deadline** none")
    if standing.wake_because:
        lines.append(f"**Wakes for** {standing.wake_because}")
    return "\n\n".join(lines)
