"""What a person would see of a placement's workflow in Temporal's own pages."""

import asyncio
from collections.abc import Iterator
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from tests.workflow.driving import Driver

_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.05
_CONVERTER = DataConverter.default.payload_converter


async def details(driver: Driver) -> str:
    """The workflow's current details, in Markdown."""
    found: WorkflowMetadata = await driver.workflow.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return found.current_details


async def details_with(driver: Driver, wanted: str) -> str:
    """The details once `wanted` is in them: a run that was just begun reads its record first."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while wanted not in (found := await details(driver)):  # noqa: ASYNC110 # the workflow tells nobody
            await asyncio.sleep(_POLL_SECONDS)
    return found


def summaries(history: WorkflowHistory, kind: "EventType.ValueType") -> list[Any]:
    """The summaries of a history's events of one kind; None for one without."""
    return list(_summaries(history, kind))


def _summaries(history: WorkflowHistory, kind: "EventType.ValueType") -> Iterator[Any]:
    for event in history.events:
        if event.event_type == kind:
            given = event.user_metadata.HasField("summary")
            yield _CONVERTER.from_payload(event.user_metadata.summary) if given else None
