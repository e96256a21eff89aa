"""Who opens a page: their session, found by its cookie, and the forms that they send."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, FastAPI
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from infra.identity import sessions
from infra.identity.claims import Membership
from infra.identity.sessions import WebSession
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.settings import Settings
from services.gateway.http.deps import Runtime, gateway_of
from services.gateway.http.problems import Problem
from services.gateway.pages.session import cookies, csrf
from services.gateway.pages.session.own_paths import HOME, after_sign_in, path_of
from services.gateway.pages.web.page import page

SEE_OTHER = 303
_UNAUTHORISED = 401
_MOST_FIELDS = 5_000
_MOST_FILES = 10
_LARGEST_FIELD = 1024 * 1024


class SignInFirst(Exception):
    """Nobody is signed in, or not far enough; `at` is the page where that is put right."""

    def __init__(self, at: str = "/sign-in") -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody with a session. The person is the one that a bearer token would give, until the session ends."""

    person: Person
    session_id: UUID
    csrf: str = field(repr=False)
    organisation: str | None
    organisation_name: str | None
    choices: tuple[Membership, ...]
    created: datetime
    ends: datetime

    @property
    def may_choose(self) -> bool:
        """Whether they have another organisation to change to."""
        return len(self.choices) > 1


def _visitor(session: WebSession) -> Visitor:
    return Visitor(
        person=session.person,
        session_id=session.session_id,
        csrf=session.csrf,
        organisation=session.person.org,
        organisation_name=session.organisation_name or session.person.org,
        choices=session.choices,
        created=session.created,
        ends=session.ends,
    )


def token_of(request: Request, settings: Settings) -> str | None:
    """What the browser holds, whether or not a session has it."""
    return request.cookies.get(cookies.name_of(settings, "session"))


async def anybody(request: Request, gateway: Runtime) -> Visitor | None:
    """Who opens a page that is for all: None where nobody is signed in, or they have still to choose."""
    token = token_of(request, gateway.settings)
    if token is None:
        return None
    async with connection(gateway.engine) as conn:
        session = await sessions.find(conn, token)
    if session is None:
        return None
    structlog.contextvars.bind_contextvars(actor_id=str(session.person.id))
    visitor = _visitor(session)
    if session.is_chosen:
        request.state.visitor = visitor
        gateway.people.note(visitor.person)
    return visitor


async def with_session(visitor: Annotated[Visitor | None, Depends(anybody)]) -> Visitor:
    """Raises SignInFirst: there is no session."""
    if visitor is None:
        raise SignInFirst
    return visitor


async def signed_in_visitor(visitor: Annotated[Visitor, Depends(with_session)]) -> Visitor:
    """Raises SignInFirst: there is no session, or its organisation is still to be chosen."""
    if not visitor.person.roles:
        raise SignInFirst("/choose-organisation")
    return visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedForm:
    """What was typed into a page of ours. `is_fresh`: the page was shown in this session; else nothing is done with it
    but to show it again.
    """

    data: FormData
    is_fresh: bool


async def posted_form(
    request: Request, gateway: Runtime, visitor: Annotated[Visitor, Depends(with_session)]
) -> AsyncIterator[FormData]:
    """What was typed, once it is sure that this session's own page sent it. Raises Problem."""
    csrf.require_own_site(request, gateway.settings.pages_url)
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD) as form:
        csrf.require_token(form, visitor.csrf)
        yield form


async def typed_form(
    request: Request, gateway: Runtime, visitor: Annotated[Visitor, Depends(with_session)]
) -> AsyncIterator[TypedForm]:
    """What was typed into one of our pages, in this session or in one before it. Raises Problem."""
    csrf.require_own_site(request, gateway.settings.pages_url)
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD) as form:
        yield TypedForm(data=form, is_fresh=csrf.has_token(form, visitor.csrf))


AnyVisitor = Annotated[Visitor | None, Depends(anybody)]
VisitorWithSession = Annotated[Visitor, Depends(with_session)]
SignedInVisitor = Annotated[Visitor, Depends(signed_in_visitor)]
PostedForm = Annotated[FormData, Depends(posted_form)]
FormToKeep = Annotated[TypedForm, Depends(typed_form)]


async def _sign_in_first(request: Request, needed: Exception) -> Response:
    assert isinstance(needed, SignInFirst)
    there = after_sign_in(path_of(request), at=needed.at)
    fields = await _typed_here(request) if request.method == "POST" and path_of(request) != HOME else []
    if not fields:
        return RedirectResponse(there, SEE_OTHER)
    return page(request, None, "session/signed_out_while_typing.html", status=_UNAUTHORISED, fields=fields, there=there)


async def _typed_here(request: Request) -> list[tuple[str, str]]:
    """What somebody typed into a page of ours while their session ended: their browser alone has it."""
    try:
        csrf.require_own_site(request, gateway_of(request).settings.pages_url)
        async with request.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=_LARGEST_FIELD) as form:
            return [
                (name, value) for name, value in form.multi_items() if isinstance(value, str) and name != csrf.FIELD
            ]
    except (Problem, HTTPException):
        return []


def install(app: FastAPI) -> None:
    """Adds the answer to who has still to sign in."""
    app.add_exception_handler(SignInFirst, _sign_in_first)
