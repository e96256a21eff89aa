"""The gateway's composition root: everything it is made of is built here, once, and handed on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from fastapi import FastAPI

from infra.clock import clock_for
from infra.documents.renderer import Renderer
from infra.encryption.key_store.configured import keys_for
from infra.event_store.wake import Notifier, Waker
from infra.identity.people import PeopleRegister
from infra.identity.tokens import TokenVerifier
from infra.postgres.db import connector, create_engine
from infra.settings import Settings
from infra.streams.calendar_data import CalendarData
from infra.streams.placement_streams import PlacementStreams
from infra.streams.reference import Reference
from infra.temporal.client import connect
from infra.watch import Watch
from services.application.rows import ListRows
from services.gateway.audit import job_routes as audit_jobs
from services.gateway.audit import routes as auditing
from services.gateway.directory import routes as directory
from services.gateway.documents import routes as documents
from services.gateway.feed import routes as events
from services.gateway.http import exceptions
from services.gateway.http.event_tail import EventTail
from services.gateway.http.middleware import Metrics, OutermostMiddleware, metrics
from services.gateway.http.runtime import Gateway
from services.gateway.http.serving import serve_beside
from services.gateway.http.shared import Shared
from services.gateway.http.shares import Shares, Use
from services.gateway.lists import council_tasks_routes as council_tasks
from services.gateway.pages import routes as pages
from services.gateway.pages.drafts.sweeping import keep_swept as keep_drafts_swept
from services.gateway.pages.session.cookies import is_secure
from services.gateway.pages.session.sweeping import keep_swept
from services.gateway.people import routes as people_routes
from services.gateway.placements import attendance_routes as attendance
from services.gateway.placements import command_routes as commands
from services.gateway.placements import routes as placements
from services.gateway.previews import routes as previews
from services.gateway.proof import routes as audit
from services.gateway.pupils import routes as pupils
from services.gateway.returns import routes as returns
from services.gateway.service import routes as service

_DESCRIPTION = "Alternative provision placements, from referral to the return to school."
_API = "/api/v1"
READINESS_SECONDS = 1.0
_DOCUMENTS_PER_PERSON = 4
_LISTS_PER_PERSON = 16
_PREVIEWS_PER_PERSON = 4


def create_app(settings: Settings) -> FastAPI:
    """Starts while the database, Temporal and the issuer are away: what needs them is answered 503 or 202."""
    figures = metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _running(settings, figures) as gateway, _probed(settings, gateway):
            app.state.gateway = gateway
            yield

    app = FastAPI(
        title="Placements",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    exceptions.install(app)
    app.add_middleware(OutermostMiddleware, metrics=figures, is_secure=is_secure(settings))
    api = (
        placements,
        attendance,
        commands,
        previews,
        directory,
        documents,
        events,
        returns,
        audit,
        pupils,
        council_tasks,
        people_routes,
        auditing,
        audit_jobs,
    )
    for routes in api:
        app.include_router(routes.router, prefix=_API)
    app.include_router(service.router)
    app.include_router(service.alive)
    if not settings.health_port:
        app.include_router(service.probes)
    pages.install(app, settings)
    return app


@asynccontextmanager
async def _probed(settings: Settings, gateway: Gateway) -> AsyncIterator[None]:
    """Health and metrics at an address of their own, where the settings give one."""
    if not settings.health_port:
        yield
        return
    probes = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    exceptions.install(probes)
    probes.add_middleware(OutermostMiddleware, metrics=gateway.metrics)
    probes.include_router(service.alive)
    probes.include_router(service.probes)
    probes.state.gateway = gateway
    async with serve_beside(probes, host=settings.health_host, port=settings.health_port):
        yield


def _most(settings: Settings) -> dict[Use, int]:
    return {
        Use.STREAM: settings.streams_per_person,
        Use.FEED: settings.streams_per_person,
        Use.DOCUMENT: _DOCUMENTS_PER_PERSON,
        Use.LIST: _LISTS_PER_PERSON,
        Use.PREVIEW: _PREVIEWS_PER_PERSON,
    }


@asynccontextmanager
async def _running(settings: Settings, figures: Metrics) -> AsyncIterator[Gateway]:
    async with AsyncExitStack() as stack:
        engine = create_engine(settings, application_name="placements-gateway")
        stack.push_async_callback(engine.dispose)
        verifier = TokenVerifier(settings)
        stack.push_async_callback(verifier.aclose)
        people = PeopleRegister(engine)
        stack.push_async_callback(_ended, asyncio.create_task(people.run(), name="people"))
        connecting = connector(settings, application_name="placements-gateway-events")
        notifier = await stack.enter_async_context(Notifier(connecting))
        waker = await stack.enter_async_context(Waker(connecting))
        tail = EventTail(engine, waker, figures)
        following = asyncio.create_task(tail.run(), name="event-tail")
        stack.push_async_callback(_ended, following)
        stack.callback(tail.close)
        watch = Watch(engine, figures.registry, origin=settings.record_origin)
        stack.push_async_callback(_ended, asyncio.create_task(watch.run(), name="watch"))
        known_days = CalendarData(engine, figures.registry, clock_for(settings))
        stack.push_async_callback(_ended, asyncio.create_task(known_days.run(), name="calendar-data"))
        sweeping = asyncio.create_task(keep_swept(engine), name="sessions-swept")
        stack.push_async_callback(_ended, sweeping)
        renderer = await stack.enter_async_context(Renderer())
        keys, reference = keys_for(settings), Reference()
        made = Gateway(
            settings=settings,
            engine=engine,
            clock=clock_for(settings),
            keys=keys,
            verifier=verifier,
            people=people,
            temporal=await connect(),
            reference=reference,
            rows=ListRows(streams=PlacementStreams(keys), reference=reference),
            notifier=notifier,
            tail=tail,
            watch=watch,
            metrics=figures,
            renderer=renderer,
            shares=Shares(_most(settings)),
            readiness=Shared(READINESS_SECONDS),
        )
        stack.push_async_callback(_ended, asyncio.create_task(keep_drafts_swept(made), name="drafts-swept"))
        yield made


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
