"""Routes that answer with pages: outside the API's document, and with their problems as pages too."""

from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from services.gateway.http.problems import Problem
from services.gateway.pages.web.errors import problem_page


class PageRoute(APIRoute):
    """A route whose refusals and faults are shown to a person."""

    def answer_problem(self, scope: Scope, problem: Problem) -> Response:
        return problem_page(Request(scope), problem)


class PageRouter(APIRouter):
    """Each topic of pages has one, and names only paths and functions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=PageRoute, include_in_schema=False, default_response_class=HTMLResponse, **options)
