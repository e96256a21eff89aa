"""Every recorded history replays: the workflows that run already go on under the code as it is now."""

import socket
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from infra.temporal.workflow_contract import PLACEMENT_WORKFLOW, PlacementInput
from services.workflow.handlers.supervised import SupervisedWorkflow
from services.workflow.placement_workflow import PlacementWorkflow
from services.workflow.worker import WORKFLOW_FAILURES

HISTORIES = sorted(Path(__file__).with_name("histories").glob("*.json"))


def recorded(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))


def sandbox() -> SandboxedWorkflowRunner:
    """Stricter than the worker: what is not deterministic fails here. Our own modules are held to it by contract."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules("domain", "events", "infra")
    )


@pytest.mark.obligation("C4")
@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(path: Path) -> None:
    replayer = Replayer(
        workflows=[PlacementWorkflow, SupervisedWorkflow],
        workflow_runner=sandbox(),
        workflow_failure_exception_types=WORKFLOW_FAILURES,
    )

    await replayer.replay_workflow(recorded(path))


@workflow.defn(name=PLACEMENT_WORKFLOW)
class Changed:
    """A placement's workflow as no history knows it."""

    @workflow.run
    async def run(self, _given: PlacementInput) -> None:
        await workflow.sleep(1)


async def test_a_workflow_that_was_changed_is_noticed() -> None:
    replayer = Replayer(workflows=[Changed], workflow_runner=UnsandboxedWorkflowRunner())
    (lifecycle,) = (path for path in HISTORIES if path.stem == "lifecycle")

    with pytest.raises(workflow.NondeterminismError):
        await replayer.replay_workflow(recorded(lifecycle))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_history_tells_nothing_of_the_machine_or_a_pupil(path: Path) -> None:
    told = path.read_text(encoding="utf-8")

    names = (socket.gethostname(), str(Path(__file__).parents[2]), "Rowan", "Marlow", "Tester", "B801200005001")
    assert not [name for name in names if name in told]
