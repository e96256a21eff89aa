"""Log records of ours and of the libraries, written by one formatter: ids and codes, never what a person wrote.

Event names are static; what varies goes into keys, and a key that is not listed here is dropped.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from infra.settings import Settings

KEYS: Final = frozenset({
    *("event", "level", "logger", "timestamp", "exception", "dropped"),
    *("request_id", "command_id", "correlation_id", "causation_id", "event_id", "stream_id"),
    *("placement_id", "pupil_id", "provider_id", "review_id", "document_id", "actor_id", "person_id", "key_id"),
    *("kind", "form", "stage", "rule", "due_on", "code", "status", "version", "position", "attempt", "attempts"),
    *("method", "route", "http_status", "duration_ms", "host", "port", "address", "process", "pid", "signal"),
    *("workflow_id", "run_id", "job_id", "task_queue", "subscription", "reader", "error_type", "sqlstate", "revision"),
    *("fault", "count", "limit", "seconds", "since", "lag_ms", "waiting", "prepared"),
})  # fmt: skip

_LONGEST_TEXT: Final = 200
_PROJECT: Final = Path(__file__).parents[1]
# Their messages hold addresses and ids. Any other library's message may hold whatever it was given, so of
# those only the fixed part is written.
_TRUSTED: Final = ("uvicorn.error", "temporalio", "alembic")
# Each request has its line from our own middleware, with the route's template instead of the URL.
_QUIET: Final = ("uvicorn.access", "httpx2", "httpcore2", "sqlalchemy.engine", "sqlalchemy.pool", "asyncio")


def be_quiet() -> None:
    """For a tool, which tells people what it does in words of its own: warnings alone, beside its output."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def configure(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Sets logging up for this process. Run uvicorn with `log_config=None`, or it replaces the handlers again."""
    out = stream or sys.stderr
    level = getattr(logging, settings.log_level.upper())
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    common: list[Processor] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, stamp]
    renderer: Processor = structlog.processors.JSONRenderer()
    if settings.log_format == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=out.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.contextvars.merge_contextvars, *common, _fixed_part],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _exceptions_without_their_words,
                _only_listed,
                renderer,
            ],
        )
    )
    _take_over(handler, level)


def _take_over(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic", "temporalio"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _fixed_part(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Of a library's message the first line; where the library is not trusted, before its arguments go in."""
    record: logging.LogRecord = entry["_record"]
    trusted = any(record.name == name or record.name.startswith(f"{name}.") for name in _TRUSTED)
    # structlog has put the arguments in already, and taken them off the record.
    message = entry["event"] if trusted else str(record.msg)
    entry["event"] = message.split("\n", 1)[0][:_LONGEST_TEXT]
    return entry


def _exceptions_without_their_words(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """An exception's message may quote a row or a body, so only its type and its way through the code stay."""
    given = entry.pop("exc_info", None)
    entry.pop("stack_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        entry["exception"] = "\n".join(line for each in _chain(error) for line in _described(each))
    return entry


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _described(error: BaseException) -> Iterator[str]:
    sqlstate = getattr(error, "sqlstate", None)
    yield f"{type(error).__module__}.{type(error).__qualname__}" + (f" ({sqlstate})" if sqlstate else "")
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        shown = path.relative_to(_PROJECT) if path.is_relative_to(_PROJECT) else path
        yield f"  {shown}:{frame.lineno} in {frame.name}"


def _only_listed(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    kept = {key: _plain(value) for key, value in entry.items() if key in KEYS}
    dropped = sorted(entry.keys() - KEYS)
    if dropped:
        kept["dropped"] = ",".join(dropped)
    return kept


def _plain(value: Any) -> Any:
    """Numbers and texts as they are, ids and dates as text; of anything else only its type."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case UUID() | date():
            return str(value)
        case _:
            return type(value).__name__
