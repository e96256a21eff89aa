"""The worker's composition root: what runs on which task queue, and how long it may take to stop.

Workflows run outside Temporal's sandbox, which costs a fifth of a worker's time; the tests replay every recorded
history inside it, and an import contract keeps the workflow's module to what is deterministic.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from infra.clock import Clock, clock_for
from infra.documents.renderer import Renderer
from infra.encryption.key_store.configured import keys_for
from infra.encryption.keys import KeyProvider
from infra.event_store.wake import Connect, Notifier, Waker
from infra.letters.senders import sender_for
from infra.postgres.db import connector, create_engine, create_signing_engine
from infra.settings import Settings
from infra.streams.placement_streams import PlacementStreams
from infra.subscriptions.positions import Positions
from infra.subscriptions.runner import Runner
from infra.subscriptions.shared_feed import SharedFeed
from infra.temporal.client import connect, schedule_checkpoints, schedule_sweep
from infra.temporal.workflow_contract import PLACEMENTS_QUEUE, SUPERVISED_QUEUE
from infra.watch import Watch
from services.application.audit_jobs import AuditJobs
from services.application.supervision import UNDECIDED_COMMANDS, start_supervised
from services.application.undecided_commands import UndecidedCommands
from services.workflow.activities import PlacementActivities
from services.workflow.halves import Only
from services.workflow.handlers.ended import end_list_workflows
from services.workflow.handlers.registry import handlers
from services.workflow.handlers.supervised import SupervisedWorkflow
from services.workflow.handlers.supervised_steps import SupervisedStep, SupervisedSteps
from services.workflow.metrics_server import metrics_server
from services.workflow.placement_workflow import PlacementWorkflow
from services.workflow.schedules.checkpointing import CheckpointActivities, checkpointer_for, cosigning_for
from services.workflow.schedules.periodic import CheckpointWorkflow, SweepWorkflow

log = structlog.get_logger()

# No exception of our own fails a placement's workflow: a defect in its code makes its task try again until a
# worker with the defect put right takes it up, and until then the command stays recorded and unanswered.
WORKFLOW_FAILURES: list[type[BaseException]] = []
# Shorter than the five seconds a request waits: a command on a worker that died is taken up within them.
_STICKY_TIMEOUT = timedelta(seconds=1)
_GRACE = timedelta(seconds=5)
_TEMPORAL_AWAY_SECONDS = 1.0
# Nobody waits for it, and a document that is not made holds up those after it.
_DOCUMENT_SECONDS = 60.0
# What follows the record may lag by this much; under load each batch then serves the commands of many placements.
_PACE_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Process:
    """What both halves of a worker use."""

    settings: Settings
    engine: AsyncEngine
    listening: Connect
    client: Client
    keys: KeyProvider
    clock: Clock
    # What a command has read, the read models that follow from it need not read again.
    streams: PlacementStreams


async def run(settings: Settings, stopping: asyncio.Event, only: Only | None = None) -> None:
    """Serve the task queues until `stopping` is set; then finish what is under way, within five seconds."""
    async with AsyncExitStack() as stack:
        engine = create_engine(settings, application_name="placements-worker")
        stack.push_async_callback(engine.dispose)
        listening = connector(settings, application_name="placements-worker-notices")
        await stack.enter_async_context(_watched(settings, engine))
        keys = keys_for(settings)
        client = await _connected(stopping)
        if client is None:
            return
        process = _Process(
            settings=settings,
            engine=engine,
            listening=listening,
            client=client,
            keys=keys,
            clock=clock_for(settings),
            streams=PlacementStreams(keys),
        )
        if only is not Only.SUBSCRIPTIONS:
            await stack.enter_async_context(_commands(process, stopping))
        if only is not Only.COMMANDS:
            await stack.enter_async_context(_subscriptions(process))
        log.info("worker_started", kind=only)
        await stopping.wait()
        log.info("worker_stopping")


@asynccontextmanager
async def _commands(process: _Process, stopping: asyncio.Event) -> AsyncIterator[None]:
    """The placements' workflows and activities, and what is done by the clock."""
    settings, client = process.settings, process.client
    async with AsyncExitStack() as stack:
        notifier = await stack.enter_async_context(Notifier(process.listening))
        activities = PlacementActivities(
            process.engine,
            keys=process.keys,
            streams=process.streams,
            clock=process.clock,
            notifier=notifier,
            client=client,
        )
        more = []
        if settings.record_origin:
            http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
            signing = create_signing_engine(settings)
            stack.push_async_callback(signing.dispose)
            checkpoints = CheckpointActivities(
                checkpointer_for(settings, signing), cosigning_for(settings, signing, http)
            )
            more = [checkpoints.make]
        await end_list_workflows(process.engine, client, stopping)
        await stack.enter_async_context(placements_worker(client, activities, *more))
        await schedule_sweep(client)
        if settings.record_origin:
            await schedule_checkpoints(client)
        yield


@asynccontextmanager
async def _subscriptions(process: _Process) -> AsyncIterator[None]:
    """Whatever follows the record, and the sweep over undecided commands."""
    engine, client = process.engine, process.client
    async with AsyncExitStack() as stack:
        renderer = await stack.enter_async_context(Renderer(seconds=_DOCUMENT_SECONDS))
        sender = sender_for(process.settings)
        ours = handlers(client, keys=process.keys, clock=process.clock, renderer=renderer, sender=sender)
        waker = await stack.enter_async_context(Waker(process.listening, pace_seconds=_PACE_SECONDS))
        jobs = AuditJobs(engine, process.keys, process.settings)
        stack.push_async_callback(_ended, asyncio.create_task(jobs.run(), name="audit-jobs"))
        feed = SharedFeed(engine, waker, {name for handler, _ in ours for name in handler.types})
        stack.push_async_callback(_ended, asyncio.create_task(feed.run(), name="shared-feed"))
        positions = Positions(engine)
        steps: dict[str, SupervisedStep] = {
            UNDECIDED_COMMANDS: UndecidedCommands(engine, client).step,
            **{handler.name: Runner(engine, handler, feed, positions, limit=limit).step for handler, limit in ours},
        }
        supervised = SupervisedSteps(steps, end_waits=feed.tell)
        await stack.enter_async_context(supervised_worker(client, supervised))
        await start_supervised(client, supervised.names)
        yield


@asynccontextmanager
async def _watched(settings: Settings, engine: AsyncEngine) -> AsyncIterator[None]:
    """Look at what holds the feed and its subscriptions back, and serve it where the settings ask for that."""
    registry = CollectorRegistry()
    watch = Watch(engine, registry, origin=settings.record_origin)
    looking = asyncio.create_task(watch.run(), name="watch")
    try:
        async with AsyncExitStack() as stack:
            if settings.worker_port:
                await stack.enter_async_context(
                    metrics_server(watch, registry, host=settings.worker_host, port=settings.worker_port)
                )
            yield
    finally:
        await _ended(looking)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _connected(stopping: asyncio.Event) -> Client | None:
    """A client once Temporal answers: a worker that starts first waits for it. None when told to stop meanwhile."""
    while not stopping.is_set():
        try:
            return await connect(lazy=False)
        except RuntimeError as error:
            log.warning("temporal_away", error_type=type(error).__name__)
            await asyncio.sleep(_TEMPORAL_AWAY_SECONDS)
    return None


def placements_worker(client: Client, activities: PlacementActivities, *more: Callable[..., Any]) -> Worker:
    """The worker of the placements themselves, and of `more` activities beside theirs."""
    return Worker(
        client,
        task_queue=PLACEMENTS_QUEUE,
        workflows=[PlacementWorkflow, SweepWorkflow, CheckpointWorkflow],
        activities=[activities.handle_command, activities.pass_time, activities.sweep_due, *more],
        workflow_runner=UnsandboxedWorkflowRunner(),
        workflow_failure_exception_types=WORKFLOW_FAILURES,
        sticky_queue_schedule_to_start_timeout=_STICKY_TIMEOUT,
        graceful_shutdown_timeout=_GRACE,
    )


def supervised_worker(client: Client, supervised: SupervisedSteps) -> Worker:
    """The worker of endless work, on a queue of its own: too few slots there would starve a subscription in silence."""
    return Worker(
        client,
        task_queue=SUPERVISED_QUEUE,
        workflows=[SupervisedWorkflow],
        activities=[supervised.follow],
        workflow_runner=UnsandboxedWorkflowRunner(),
        workflow_failure_exception_types=WORKFLOW_FAILURES,
        max_concurrent_activities=2 * len(supervised.names) + 2,
        graceful_shutdown_timeout=_GRACE,
    )
