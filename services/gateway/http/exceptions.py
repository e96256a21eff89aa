"""Which exception becomes which problem."""

from collections.abc import Callable

import asyncpg
import sqlalchemy.exc
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.access.controllers import UNKNOWN_ID
from events.codec import UnknownType
from events.upcasters import UnknownVersion
from infra.encryption.keys import KeyStoreUnavailable
from infra.event_store.append import ClockAhead, PositionsSetBack, PositionsUsedUp, UnsafeTransaction
from infra.event_store.limits import StreamArchived
from services.application.authorisation import NotAllowed
from services.application.submission import CommandIdReused, PupilIdUnusable
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import FieldError, Problem, answer, malformed, words

ExceptionHandler = Callable[[Request, Exception], Response]

_BY_STATUS = {400: "bad_request", 401: "not_signed_in", 404: "not_found", 405: "method_not_allowed"}


def _as(code: str) -> ExceptionHandler:
    def handle(request: Request, _error: Exception) -> Response:
        return answer(request.scope, Problem(code, OWN[code].words))

    return handle


_database_away = _as("database_away")


def _own(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return answer(request.scope, problem)


def _not_allowed(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotAllowed)
    return answer(request.scope, Problem(error.refusal.value, error.detail))


def _pupil_id_unusable(request: Request, _error: Exception) -> Response:
    return answer(request.scope, malformed([FieldError(pointer="/pupil_id", detail=UNKNOWN_ID)]))


def _parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    findings = [
        FieldError(
            pointer="/" + "/".join(map(str, fault["loc"][:2])), detail=words(fault["type"], fault.get("ctx", {}))
        )
        for fault in error.errors()
    ]
    return answer(request.scope, malformed(findings))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _BY_STATUS.get(error.status_code, "fault")
    return answer(request.scope, Problem(code, OWN[code].words, headers=error.headers))


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
    app.add_exception_handler(CommandIdReused, _as("idempotency_key_reused"))
    app.add_exception_handler(PupilIdUnusable, _pupil_id_unusable)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StreamArchived, _as("archived"))
    for closed in (UnsafeTransaction, ClockAhead, PositionsSetBack, PositionsUsedUp):
        app.add_exception_handler(closed, _as("record_closed"))
    for away in _AWAY:
        app.add_exception_handler(away, _database_away)
    app.add_exception_handler(KeyStoreUnavailable, _as("keys_away"))
    app.add_exception_handler(UnknownType, _as("release_too_old"))
    app.add_exception_handler(UnknownVersion, _as("release_too_old"))
    app.add_exception_handler(asyncpg.InterfaceError, _asyncpg_interface)
    app.add_exception_handler(sqlalchemy.exc.DBAPIError, _through_sqlalchemy)
