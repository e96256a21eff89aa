"""Errors as problem details (RFC 9457): one table of the gateway's own codes, and what each exception becomes.

Refusals by a rule are composed with their command's outcome; what is here never repeats a value that was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import msgspec
import sqlalchemy.exc
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.access.controllers import UNKNOWN_ID
from domain.shared.errors import Rejected
from events.codec import UnknownType
from events.upcasters import UnknownVersion
from infra.encryption.keys import KeyStoreUnavailable
from infra.event_store.append import ClockAhead, PositionsSetBack, PositionsUsedUp, UnsafeTransaction
from infra.event_store.limits import StreamArchived
from services.application.authorisation import NotAllowed
from services.application.submission import CommandIdReused, PupilIdUnusable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemType:
    """One kind of problem: its status, its title, and the words of its page."""

    code: str
    status: int
    title: str
    words: str
    legal_refs: tuple[str, ...] = ()


OWN: Mapping[str, ProblemType] = {
    kind.code: kind
    for kind in (
        ProblemType(
            code="idempotency_key_required",
            status=400,
            title="The Idempotency-Key header is missing or is not a UUID",
            words="Each command carries an Idempotency-Key: a UUID that you make. Send the same key to repeat "
            "the same command safely, and a new key for a new attempt.",
        ),
        ProblemType(
            code="bad_request", status=400, title="The request could not be read", words="It is not valid HTTP."
        ),
        ProblemType(
            code="not_signed_in",
            status=401,
            title="Sign in first",
            words="Send a bearer token of the issuer that this service trusts. It may have expired.",
        ),
        ProblemType(
            code="role_not_allowed",
            status=403,
            title="Your role may not do this",
            words="The table of commands names the roles that may give each command. "
            "A placement's list of commands says which of them are open to you.",
        ),
        ProblemType(
            code="organisation_not_allowed",
            status=403,
            title="This belongs to another organisation",
            words="You act for one school, provider or council, and this command concerns another.",
        ),
        ProblemType(
            code="not_found",
            status=404,
            title="Nothing here that you may see",
            words="There is nothing at this address, or it is not visible to you.",
        ),
        ProblemType(
            code="not_yet_proved",
            status=404,
            title="This event is under no checkpoint yet",
            words="Checkpoints are signed every minute over what was recorded. Ask again after the next. Where the "
            "record has no name to sign under, there are none.",
        ),
        ProblemType(
            code="code_set_unknown",
            status=404,
            title="There is no such list of codes",
            words="The lists of codes that there are stand under /reference.",
        ),
        ProblemType(code="method_not_allowed", status=405, title="This address has no such method", words="See Allow."),
        ProblemType(
            code="personal_data_erased",
            status=409,
            title="This pupil's personal data has been erased",
            words="The pupil's key was destroyed, so nothing more can be written down about them.",
        ),
        ProblemType(
            code="position_unknown",
            status=409,
            title="This record has not come as far as that position",
            words="Positions are those of one record. Either this one is of another record, or the record was restored "
            "to an earlier time, and what you heard of since has not happened in it. Begin again from a position that "
            "you trust, or from 0.",
        ),
        ProblemType(
            code="record_restored",
            status=409,
            title="At that position stands another event than the one that you dealt with",
            words="The record was restored to an earlier time, and the positions after it were given out anew. Where "
            "its history parts from yours is not known here: try the places with marks that you kept, the newest "
            "first. What you heard of after the last one that is taken has not happened in this record.",
        ),
        ProblemType(
            code="archived",
            status=410,
            title="This record was put into an archive",
            words="The personal data was erased before, and then the events were taken off into a file, which proves "
            "itself. Ask whoever keeps the record for the file.",
        ),
        ProblemType(
            code="version_moved_on",
            status=412,
            title="The record has moved on",
            words="If-Match named a version that is no longer the present one. Read what changed, then decide again.",
        ),
        ProblemType(
            code="body_too_large",
            status=413,
            title="The body is too large",
            words="A body may have up to 1 MiB. Documents are not sent in commands.",
        ),
        ProblemType(
            code="unsupported_media_type",
            status=415,
            title="The body is not said to be JSON",
            words="A command is sent as JSON in UTF-8, not compressed, with Content-Type: application/json.",
        ),
        ProblemType(
            code="malformed",
            status=422,
            title="Something in the request has the wrong form",
            words="Each entry of errors points at one place, by a JSON pointer into the body or by the name of a "
            "parameter, and says what is wrong there.",
        ),
        ProblemType(
            code="idempotency_key_reused",
            status=422,
            title="This Idempotency-Key was used for something else",
            words="A key belongs to the person who used it first, and to that one command with that one body. "
            "Make a new key.",
        ),
        ProblemType(
            code="too_many_at_once",
            status=429,
            title="You have too much under way at once",
            words="One person may have so many streams, waits for events, documents and lists under way at once. Wait "
            "for one of them to end, and repeat the request after the seconds that Retry-After names.",
        ),
        ProblemType(
            code="too_many_readings",
            status=429,
            title="You were shown as much of this as one person is shown in an hour",
            words="What tells of children at several schools is shown in small numbers, and each showing is logged. "
            "Come back after the seconds that Retry-After names.",
        ),
        ProblemType(
            code="database_away",
            status=503,
            title="The database cannot be reached just now",
            words="Nothing was half done. Repeat the request, with the same Idempotency-Key if it was a command.",
        ),
        ProblemType(
            code="database_changing",
            status=503,
            title="The database is being changed just now",
            words="A migration changed the shape of what this request reads, twice while it was answered. Nothing was "
            "half done: repeat the request, with the same Idempotency-Key if it was a command.",
        ),
        ProblemType(
            code="sign_in_away",
            status=503,
            title="Sign-in cannot be checked just now",
            words="The issuer's public keys cannot be fetched. Repeat the request later.",
        ),
        ProblemType(
            code="keys_away",
            status=503,
            title="The pupils' keys cannot be reached just now",
            words="The key store does not answer. Nothing was done.",
        ),
        ProblemType(
            code="release_too_old",
            status=503,
            title="A later release wrote this",
            words="The record holds an event of a type or a version that this release does not know, and it shows no "
            "part of a record as if it were the whole. Repeat the request once the later release runs here.",
        ),
        ProblemType(
            code="document_not_made",
            status=503,
            title="The document took too long to make",
            words="It took more time or memory than one document may have. Ask for it as a page, with format=html, or "
            "repeat the request when less is going on.",
        ),
        ProblemType(
            code="not_there_yet",
            status=503,
            title="This list has not come as far as that position",
            words="Lists follow the record within moments. This one has not reached the position that was asked for: "
            "it is catching up, or something holds it back, which the warnings of /health/ready name. Nothing was "
            "lost. Repeat the request, or leave the position out to see the list as it is.",
        ),
        ProblemType(
            code="record_closed",
            status=503,
            title="The record takes nothing new just now",
            words="Something keeps the service from adding to the record safely, so it adds nothing. Nothing was half "
            "done. Repeat the request later, with the same Idempotency-Key if it was a command.",
        ),
        ProblemType(
            code="busy",
            status=503,
            title="The record is changing too fast just now",
            words="Several people are changing the same thing at once. Nothing was half done: repeat the request.",
        ),
        ProblemType(
            code="fault",
            status=500,
            title="Something went wrong here",
            words="This is a defect of the service. The request's id helps to find it.",
        ),
    )
}

_BY_STATUS = {400: "bad_request", 401: "not_signed_in", 404: "not_found", 405: "method_not_allowed"}


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


def _own(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return response(problem, request.scope["path"])


def _not_allowed(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotAllowed)
    return response(Problem(error.refusal.value, error.detail), request.scope["path"])


def _command_id_reused(request: Request, _error: Exception) -> Response:
    return response(Problem("idempotency_key_reused", OWN["idempotency_key_reused"].words), request.scope["path"])


def _pupil_id_unusable(request: Request, _error: Exception) -> Response:
    return response(malformed([FieldError(pointer="/pupil_id", detail=UNKNOWN_ID)]), request.scope["path"])


def _parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    findings = [
        FieldError(
            pointer="/" + "/".join(map(str, fault["loc"][:2])), detail=words(fault["type"], fault.get("ctx", {}))
        )
        for fault in error.errors()
    ]
    return response(malformed(findings), request.scope["path"])


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _BY_STATUS.get(error.status_code, "fault")
    return response(Problem(code, OWN[code].words, headers=error.headers), request.scope["path"])


def _archived(request: Request, _error: Exception) -> Response:
    return response(Problem("archived", OWN["archived"].words), request.scope["path"])


def _database_away(request: Request, _error: Exception) -> Response:
    return response(Problem("database_away", OWN["database_away"].words), request.scope["path"])


def _record_closed(request: Request, _error: Exception) -> Response:
    return response(Problem("record_closed", OWN["record_closed"].words), request.scope["path"])


def _keys_away(request: Request, _error: Exception) -> Response:
    return response(Problem("keys_away", OWN["keys_away"].words), request.scope["path"])


def _release_too_old(request: Request, _error: Exception) -> Response:
    return response(Problem("release_too_old", OWN["release_too_old"].words), request.scope["path"])


def _asyncpg_interface(request: Request, error: Exception) -> Response:
    # asyncpg says both "the connection is closed" and "you used me wrongly" by this class: the second is a defect.
    if isinstance(error, asyncpg.DataError) or "clos" not in str(error):
        raise error
    return _database_away(request, error)


def _through_sqlalchemy(request: Request, error: Exception) -> Response:
    assert isinstance(error, sqlalchemy.exc.DBAPIError)
    cause = error.orig.__cause__ if error.orig is not None else None
    if error.connection_invalidated or isinstance(error, sqlalchemy.exc.OperationalError) or isinstance(cause, _AWAY):
        return _database_away(request, error)
    raise error


_AWAY = (
    asyncpg.PostgresConnectionError,  # among them: the connection was lost
    asyncpg.OperatorInterventionError,  # shutting down, starting up, a statement that took too long
    asyncpg.InsufficientResourcesError,  # too many connections, disk full
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,  # deadlock, serialisation
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    ConnectionError,
    TimeoutError,
    sqlalchemy.exc.TimeoutError,
)


def install(app: FastAPI) -> None:
    """Exception handlers, most special first; what none of them takes ends in the middleware as `fault`."""
    app.add_exception_handler(Problem, _own)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(CommandIdReused, _command_id_reused)
    app.add_exception_handler(PupilIdUnusable, _pupil_id_unusable)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StreamArchived, _archived)
    for closed in (UnsafeTransaction, ClockAhead, PositionsSetBack, PositionsUsedUp):
        app.add_exception_handler(closed, _record_closed)
    for away in _AWAY:
        app.add_exception_handler(away, _database_away)
    app.add_exception_handler(KeyStoreUnavailable, _keys_away)
    app.add_exception_handler(UnknownType, _release_too_old)
    app.add_exception_handler(UnknownVersion, _release_too_old)
    app.add_exception_handler(asyncpg.InterfaceError, _asyncpg_interface)
    app.add_exception_handler(sqlalchemy.exc.DBAPIError, _through_sqlalchemy)


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
