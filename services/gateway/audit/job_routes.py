"""Comparisons and exports: `diff`, `what-if` and `exports` of the audit."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from events.codes import RegimeId
from infra.audit_jobs import Job, JobKind
from services.application.differing import Axis
from services.gateway.audit import jobs, schemas
from services.gateway.audit.access_log import placement_asked
from services.gateway.commands.bodies import require_json
from services.gateway.http import openapi
from services.gateway.http.deps import A_LIST, PLACEMENT_NAMED, Runtime, SignedIn
from services.gateway.http.parameters import moment
from services.gateway.http.responses import json_response

router = APIRouter()
_LOOKED = openapi.problems(401, 403, 404, 422, 429, 503)
_ASKED = openapi.problems(401, 403, 404, 413, 415, 422, 429, 503)
_FOUND = openapi.problems(401, 403, 404, 422, 503)
_RESULT = openapi.problems(401, 403, 404, 409, 410, 422, 503)
_ACCEPTED = 202


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DiffAsked(_Body):
    """The whole record between two moments, in counts."""

    since: str = Field(alias="from", max_length=40, examples=["2026-12-01"])
    until: str | None = Field(default=None, alias="to", max_length=40, description="Now without one")
    by: Axis = Axis.KNOWN_AT


class WhatIfAsked(_Body):
    regime: RegimeId | None = Field(default=None, description="As if it had bound each placement that it fits")
    rule: str | None = Field(default=None, max_length=64, description="Another reading of a rule")


class ExportAsked(_Body):
    placement: UUID | None = Field(default=None, description="One placement alone; without it, the whole record")


@router.get(
    "/audit/diff",
    response_model=schemas.PlacementDifference,
    responses=_LOOKED,
    summary="What one placement's record says at one moment that it did not say at another, without names",
    dependencies=[A_LIST],
)
async def diff(
    *,
    gateway: Runtime,
    person: SignedIn,
    placement: Annotated[str, Query(max_length=64, description=f"The placement: {PLACEMENT_NAMED}")],
    since: Annotated[str, Query(alias="from", max_length=40, examples=["2026-12-01"])],
    until: Annotated[str | None, Query(alias="to", max_length=40, description="Now without one")] = None,
    by: Annotated[Axis, Query(description="What the record knew at each moment, or how things stood")] = Axis.KNOWN_AT,
) -> Any:
    first = moment("from", since)
    assert first is not None, "it is asked for"
    placement_id = await placement_asked(gateway, person, placement)
    assert placement_id is not None, "it is asked for"
    return await jobs.diff(gateway, person, placement_id, axis=by, since=first, until=moment("to", until))


async def _json_alone(request: Request, _person: SignedIn) -> None:
    """Who is not signed in hears that first. Raises Problem: the body is not said to be JSON."""
    require_json(request)


@router.post(
    "/audit/diff",
    status_code=_ACCEPTED,
    response_model=schemas.JobShown,
    responses=_ASKED,
    dependencies=[Depends(_json_alone)],
    summary="Have the whole record compared between two moments, in counts: a job",
)
async def ask_diff(gateway: Runtime, person: SignedIn, asked: DiffAsked) -> Any:
    first = moment("from", asked.since)
    assert first is not None, "it is asked for"
    return _asked(await jobs.ask_diff(gateway, person, asked.by, first, moment("to", asked.until)))


@router.post(
    "/audit/what-if",
    status_code=_ACCEPTED,
    response_model=schemas.JobShown,
    responses=_ASKED,
    dependencies=[Depends(_json_alone)],
    summary="Have the record judged under another regime or reading of a rule: a job",
)
async def ask_what_if(gateway: Runtime, person: SignedIn, asked: WhatIfAsked) -> Any:
    return _asked(await jobs.ask_what_if(gateway, person, asked.regime, asked.rule))


@router.post(
    "/audit/exports",
    status_code=_ACCEPTED,
    response_model=schemas.JobShown,
    responses=_ASKED,
    dependencies=[Depends(_json_alone)],
    summary="Have the record, or one placement of it, exported as a file that proves itself: a job",
)
async def ask_export(gateway: Runtime, person: SignedIn, asked: ExportAsked) -> Any:
    return _asked(await jobs.ask_export(gateway, person, asked.placement))


def _asked(job: Job) -> Response:
    shown = jobs.shown(job)
    return json_response(shown, status=_ACCEPTED, headers={"Location": shown["href"]})


def _add(kind: JobKind, what: str) -> None:
    async def status(job_id: UUID, gateway: Runtime, person: SignedIn) -> Any:
        return json_response(jobs.shown(await jobs.job(gateway, person, job_id, kind)))

    async def result(job_id: UUID, gateway: Runtime, person: SignedIn) -> Any:
        return await jobs.result(gateway, person, job_id, kind)

    path = f"/audit/{jobs.PATHS[kind]}/{{job_id}}"
    router.add_api_route(
        path, status, response_model=schemas.JobShown, responses=_FOUND, summary=f"How far {what} is that you asked for"
    )
    router.add_api_route(
        f"{path}/result",
        result,
        response_class=Response,
        responses={200: {"description": "The file, once: it is deleted as it is given"}, **_RESULT},
        summary=f"Fetch what came of {what}, once",
    )


_add("diff", "a comparison")
_add("what_if", "another judgement")
_add("export", "an export")
