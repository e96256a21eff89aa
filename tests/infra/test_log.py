import ast
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.ids import uuid7
from infra.log import KEYS, configure
from infra.settings import Settings

PROJECT = Path(__file__).parents[2]
NAME = "Planted Name"


class Written(io.StringIO):
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def one(self) -> dict[str, Any]:
        (record,) = self.records()
        return record


def plain_settings(**changed: Any) -> Settings:
    given = {
        "database_url": "postgresql://unused",
        "keys_directory": "/unused",
        "issuer": "https://issuer.example",
        "jwks_url": "https://issuer.example/jwks.json",
    }
    return Settings.model_validate({**given, **changed})


@pytest.fixture
def written() -> Iterator[Written]:
    """What is logged while the test runs; how logging was set up before is put back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    names = ("uvicorn.access", "httpx2", "httpcore2", "sqlalchemy.engine", "sqlalchemy.pool", "asyncio")
    levels = {name: logging.getLogger(name).level for name in names}
    out = Written()
    configure(plain_settings(), stream=out)
    yield out
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_a_record_says_what_happened_and_to_what(written: Written) -> None:
    placement_id = uuid7()

    structlog.stdlib.get_logger("infra.example").info("command_decided", placement_id=placement_id, version=3)

    record = written.one()
    assert record.pop("timestamp").endswith("Z")
    assert record == {
        "event": "command_decided",
        "level": "info",
        "logger": "infra.example",
        "placement_id": str(placement_id),
        "version": 3,
    }


def test_what_was_bound_at_the_entry_comes_along(written: Written) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.stdlib.get_logger("infra.example").info("request_done")
        logging.getLogger("temporalio.client").warning("retrying")

    assert [record["request_id"] for record in written.records()] == ["r-1", "r-1"]


def test_a_key_that_is_not_listed_is_dropped_and_named(written: Written) -> None:
    structlog.stdlib.get_logger("infra.example").info("seen", pupil_name=NAME, upn="X1", count=1)

    record = written.one()
    assert NAME not in written.getvalue()
    assert (record["count"], record["dropped"]) == (1, "pupil_name,upn")


def test_each_key_that_our_code_logs_is_listed() -> None:
    methods = {"debug", "info", "warning", "error", "exception", "bind", "bind_contextvars", "bound_contextvars"}
    unlisted = [
        f"{path.relative_to(PROJECT)}:{call.lineno} {keyword.arg}"
        for package in ("infra", "services")
        for path in (PROJECT / package).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in methods
        for keyword in call.keywords
        if keyword.arg not in KEYS | {None, "exc_info"}
    ]

    assert unlisted == []


def test_a_listed_key_does_not_let_an_object_print_itself(written: Written) -> None:
    structlog.stdlib.get_logger("infra.example").info("seen", kind={"name": NAME}, stage=[NAME], code=NAME.encode())

    assert NAME not in written.getvalue()
    assert written.one()["kind"] == "dict"


@pytest.mark.parametrize("name", ["uvicorn.error", "temporalio.worker", "sqlalchemy.engine.Engine", "another.library"])
def test_records_of_libraries_are_written_the_same_way(written: Written, name: str) -> None:
    logging.getLogger(name).warning("it went wrong")

    record = written.one()
    assert (record["event"], record["level"], record["logger"]) == ("it went wrong", "warning", name)


def test_of_a_library_only_the_fixed_part_of_a_message_is_written(written: Written) -> None:
    logging.getLogger("another.library").warning("could not store %s", NAME, extra={"name_given": NAME})
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: %s", ValueError(NAME))

    assert NAME not in written.getvalue()
    assert [record["event"] for record in written.records()] == [
        "could not store %s",
        "Task exception was never retrieved",
    ]


def test_where_the_gateway_listens_can_be_read(written: Written) -> None:
    logging.getLogger("uvicorn.error").info("Uvicorn running on %s://%s:%d", "http", "127.0.0.1", 8080)

    assert written.one()["event"] == "Uvicorn running on http://127.0.0.1:8080"


def test_urls_are_not_written(written: Written) -> None:
    logging.getLogger("uvicorn.access").info('"GET /api/v1/placements?q=%s"', NAME)
    logging.getLogger("httpx2").info("HTTP Request: GET https://elsewhere/%s", NAME)

    assert written.getvalue() == ""


def test_an_exception_shows_its_type_and_place_and_none_of_its_words(written: Written) -> None:
    def fail() -> None:
        try:
            {}[NAME]
        except KeyError as cause:
            raise ValueError(f"no {NAME}") from cause

    for log in (structlog.stdlib.get_logger("infra.example"), logging.getLogger("uvicorn.error")):
        try:
            fail()
        except ValueError:
            log.exception("request_failed")

    assert NAME not in written.getvalue()
    for record in written.records():
        lines = record["exception"].splitlines()
        assert lines[0] == "builtins.ValueError"
        assert "builtins.KeyError" in lines
        assert any("tests/infra/test_log.py" in line and line.endswith("in fail") for line in lines)


async def test_a_failed_statement_leaks_no_value(engine: AsyncEngine, written: Written) -> None:
    log = structlog.stdlib.get_logger("infra.example")
    insert = text("INSERT INTO subscription (name) VALUES (:name)")
    try:
        async with engine.begin() as conn:
            await conn.execute(insert, {"name": NAME})
            await conn.execute(insert, {"name": NAME})
    except DBAPIError:
        log.exception("statement_failed")

    record = written.one()
    assert NAME not in written.getvalue()
    assert "asyncpg.exceptions.UniqueViolationError (23505)" in record["exception"]


def test_less_severe_records_are_not_written(written: Written) -> None:
    configure(plain_settings(log_level="warning"), stream=written)

    structlog.stdlib.get_logger("infra.quiet").info("unseen")
    logging.getLogger("temporalio").info("unseen")
    structlog.stdlib.get_logger("infra.quiet").warning("seen")

    assert [record["event"] for record in written.records()] == ["seen"]


def test_people_may_have_it_readable(written: Written) -> None:
    configure(plain_settings(log_format="console"), stream=written)

    structlog.stdlib.get_logger("infra.example").warning("seen", version=3, pupil_name=NAME)

    assert "seen" in written.getvalue()
    assert "version=3" in written.getvalue()
    assert NAME not in written.getvalue()
