"""Comparisons and exports over HTTP: of one placement at once, of the whole record as a job that is fetched once."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from events.codes import RegimeId
from events.envelope import Recorded
from infra.audit_jobs import KEPT_HOURS, Job, JobKind
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from services.application import audit_jobs, differing
from services.application.audit_jobs import MEDIA, MOST_OPEN, TooManyJobs
from services.application.auditing import audit
from services.application.differing import Axis, PlacementDiff
from services.application.what_if import READINGS
from services.gateway.commands.commanding import not_found
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import FieldError, Problem, malformed
from services.gateway.http.responses import json_response
from services.gateway.http.runtime import Gateway

PATHS: dict[JobKind, str] = {"diff": "diff", "what_if": "what-if", "export": "exports"}
"""Where each kind of job is asked for, below `/audit`."""


async def diff_of_one(
    gateway: Gateway, person: Person, placement_id: UUID, *, axis: Axis, since: datetime, until: datetime | None
) -> PlacementDiff:
    """What changed in one placement. Names and texts stay sealed. Logged. Raises NotAllowed, Problem: not theirs."""
    auditing = audit(person)
    async with connection(gateway.engine) as conn:
        if await auditing.placement(conn, placement_id) is None:
            raise not_found()
        await record_access(conn, person, placement_id, "diff")
    found = await differing.of_one(gateway.engine, placement_id, axis.moment(since), axis.moment(until))
    if found is None:
        raise not_found()
    return found


async def diff(
    gateway: Gateway, person: Person, placement_id: UUID, *, axis: Axis, since: datetime, until: datetime | None
) -> Response:
    found = await diff_of_one(gateway, person, placement_id, axis=axis, since=since, until=until)
    return json_response(
        {
            "placement_id": placement_id,
            "came": [_event(each) for each in found.came],
            "went": [_event(each) for each in found.went],
            "changed": [{"field": each.what, "before": each.before, "after": each.after} for each in found.changed],
        }
    )


def _event(record: Recorded[Any]) -> dict[str, Any]:
    return {
        "event_id": record.event_id,
        "type": type(record.event).__name__,
        "version": record.version,
        "occurred_at": record.metadata.occurred_at,
        "recorded_at": record.recorded_at,
    }


async def ask_diff(gateway: Gateway, person: Person, axis: Axis, since: datetime, until: datetime | None) -> Job:
    """Have the whole record compared between two moments. Raises NotAllowed, or Problem: too much under way."""
    until = until or await gateway.now()
    return await _ask(
        gateway, person, "diff", {"by": axis.value, "from": since.isoformat(), "to": until.isoformat()}, None
    )


async def ask_what_if(gateway: Gateway, person: Person, regime: RegimeId | None, rule: str | None) -> Job:
    """Have the record judged under another regime or reading. Raises NotAllowed, Problem."""
    if regime is None and rule is None:
        raise malformed([FieldError(pointer="/regime", detail="Give a regime, a rule or both.")])
    if rule is not None and rule not in READINGS:
        raise malformed([FieldError(pointer="/rule", detail=f"This must be one of {', '.join(READINGS)}.")])
    return await _ask(gateway, person, "what_if", {"regime": regime, "rule": rule}, None)


async def ask_export(gateway: Gateway, person: Person, placement_id: UUID | None) -> Job:
    """Have the record, or one placement of it, exported. Raises NotAllowed, Problem."""
    if placement_id is not None:
        async with connection(gateway.engine) as conn:
            if await audit(person).placement(conn, placement_id) is None:
                raise not_found()
    return await _ask(gateway, person, "export", {"placement": placement_id}, placement_id)


async def _ask(
    gateway: Gateway, person: Person, kind: JobKind, asked: dict[str, Any], placement_id: UUID | None
) -> Job:
    try:
        return await audit_jobs.ask(gateway.engine, audit(person), kind, asked, placement_id=placement_id)
    except TooManyJobs:
        words = f"{MOST_OPEN} of these are under way for you already. Wait until one is done."
        raise Problem("too_many_at_once", words) from None


async def job(gateway: Gateway, person: Person, job_id: UUID, kind: JobKind) -> Job:
    """How far it is. Raises NotAllowed, or Problem: they have asked for no such job."""
    found = await audit_jobs.find(gateway.engine, audit(person), job_id, kind)
    if found is None:
        raise not_found()
    return found


async def result(gateway: Gateway, person: Person, job_id: UUID, kind: JobKind) -> Response:
    """What came of it, once. Raises Problem: it is not done yet, failed, or was fetched or deleted."""
    found = await job(gateway, person, job_id, kind)
    if found.status in {"waiting", "running"}:
        raise Problem("not_done_yet", OWN["not_done_yet"].words, headers={"Retry-After": "2"})
    if found.status == "failed":
        raise Problem("job_failed", found.failure or OWN["job_failed"].words)
    pieces = await audit_jobs.fetch(gateway.engine, audit(person), job_id) if found.status == "done" else None
    if pieces is None:
        raise Problem("result_gone", OWN["result_gone"].words)
    name = f"{found.kind.replace('_', '-')}-{job_id}.{'jsonl' if found.kind == 'export' else 'json'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type=MEDIA[found.kind], headers=headers)


def shown(found: Job) -> dict[str, Any]:
    """A job as it is answered."""
    address = f"/api/v1/audit/{PATHS[found.kind]}/{found.job_id}"
    return {
        "job_id": found.job_id,
        "kind": found.kind,
        "asked": json.loads(found.asked),
        "status": found.status,
        "reached": found.reached,
        "asked_at": found.asked_at,
        "finished_at": found.finished_at,
        "failure": found.failure,
        "kept_hours": KEPT_HOURS,
        "href": address,
        "result": f"{address}/result" if found.status == "done" else None,
    }
