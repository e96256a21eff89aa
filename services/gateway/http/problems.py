"""Errors as problem details (RFC 9457). What is here never repeats a value that was sent.

Refusals by a rule are composed with their command's outcome; which exception becomes which problem: `exceptions.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from domain.shared.errors import Rejected
from services.gateway.http.problem_types import OWN

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"


class Problem(Exception):
    """Ends a request with one of the gateway's own problems."""

    def __init__(self, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(code)
        self.kind = OWN[code]
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One fault of a request: where, and what is wrong there."""

    pointer: str
    detail: str
    order: tuple[int | str, ...] = field(default=(), repr=False)


def malformed(findings: list[FieldError]) -> Problem:
    errors = [{"pointer": finding.pointer, "detail": finding.detail} for finding in findings]
    return Problem(
        "malformed", f"{len(errors)} {'place needs' if len(errors) == 1 else 'places need'} correcting.", errors=errors
    )


def answer(scope: Scope, problem: Problem) -> Response:
    """As the route that was asked answers problems: the API's as JSON, a page's as a page."""
    own = getattr(scope.get("route"), "answer_problem", None)
    made: Response = response(problem, scope["path"]) if own is None else own(scope, problem)
    return made


def response(problem: Problem, instance: str) -> Response:
    kind = problem.kind
    content = {
        "type": f"/problems/{kind.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "instance": instance,
        "code": kind.code,
        "legal_refs": list(kind.legal_refs),
        **problem.more,
    }
    headers = dict(problem.headers)
    if kind.status == 401:  # noqa: PLR2004 - the status that names how to sign in
        headers.setdefault("WWW-Authenticate", 'Bearer realm="placements"')
    if kind.status in {429, 503}:  # the two that say when to come back
        headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return Response(msgspec.json.encode(content), kind.status, headers, MEDIA_TYPE)


_WORDS = {
    "missing": "This is required.",
    "unexpected_keyword_argument": "There is no such field here.",
    "extra_forbidden": "There is no such field here.",
    "json_invalid": "This is not JSON.",
    "uuid_parsing": "This must be a UUID.",
    "uuid_type": "This must be a UUID.",
    "date_type": "This must be a date, as in 2026-11-23.",
    "date_parsing": "This must be a date, as in 2026-11-23.",
    "date_from_datetime_parsing": "This must be a date, as in 2026-11-23.",
    "date_out_of_range": "The year must lie from 1900 to 2199.",
    "time_type": "This must be a time of day, as in 08:45.",
    "time_parsing": "This must be a time of day, as in 08:45.",
    "datetime_type": "This must be a time with its offset, as in 2026-11-23T09:00:00+00:00.",
    "datetime_parsing": "This must be a time with its offset, as in 2026-11-23T09:00:00+00:00.",
    "datetime_from_date_parsing": "This must be a time with its offset, as in 2026-11-23T09:00:00+00:00.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_parsing_size": "This number is too large.",
    "int_from_float": "This must be a whole number.",
    "bool_type": "This must be true or false.",
    "string_type": "This must be text.",
    "tuple_type": "This must be a list.",
    "dataclass_type": "This must be an object.",
    "dataclass_exact_type": "This must be an object.",
}


def words(kind: str, context: Mapping[str, Any]) -> str:
    """What is wrong, from the kind of fault alone: a library's own message may quote what was sent."""
    if kind in {"enum", "literal_error"}:
        return f"This must be one of {context.get('expected')}."
    if kind in {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}:
        return "This number is out of range."
    return _WORDS.get(kind, "This has the wrong form.")


def rules() -> Mapping[str, type[Rejected]]:
    """Every rule that can refuse a command, by code."""
    found: dict[str, type[Rejected]] = {}
    waiting = list(Rejected.__subclasses__())
    while waiting:
        rule = waiting.pop()
        waiting.extend(rule.__subclasses__())
        if "code" in rule.__dict__:
            found[rule.code] = rule
    return found
