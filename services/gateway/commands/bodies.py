"""JSON bodies into commands: strict, nothing unknown, nothing that the record could not keep; every fault at once."""

import re
from collections.abc import Callable, Iterable
from datetime import date, time
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator, ValidationError, core_schema
from starlette.requests import Request

from domain.calendar.date_text import clock_time_of, day_of, instant_of
from domain.shared import bounds
from events.codec import NotReadable
from events.json_shape import Path, shape_of
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import FieldError, Problem, malformed, words

T = TypeVar("T")

JSON = "application/json"
_FINDINGS_MAX = 100
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_NO_SUCH_FIELD = frozenset({"unexpected_keyword_argument", "extra_forbidden"})
_PARAMETER = re.compile(r'\s*charset\s*=\s*"?utf-8"?\s*|\s*', re.IGNORECASE)


def require_json(request: Request) -> None:
    """Raises Problem: the body is said to be something else than JSON, or nothing is said of it."""
    stated = request.headers.getlist("content-type")
    coded = [each.strip().lower() for each in request.headers.getlist("content-encoding")]
    kind, *parameters = stated[0].split(";") if len(stated) == 1 else [""]
    is_json = kind.strip().lower() == JSON and all(map(_PARAMETER.fullmatch, parameters))
    if not is_json or not all(each in {"", "identity"} for each in coded):
        code = "unsupported_media_type"
        raise Problem(code, OWN[code].words, headers={"Accept-Post": JSON})


def parse(adapter: TypeAdapter[T], body: bytes) -> T:
    """The command in a request's body.

    Raises:
        Problem: `malformed`, with every fault found.
    """
    _require_shape(body)
    try:
        command: T = _strict(adapter).validate_json(body, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:_FINDINGS_MAX]
        raise malformed([_finding(fault) for fault in found]) from None
    # What has the right type and still cannot be kept or calculated with.
    findings = [FieldError(pointer=pointer, detail=why) for pointer, why in bounds.faults(command)][:_FINDINGS_MAX]
    if findings:
        raise malformed(findings)
    return command


def _require_shape(body: bytes) -> None:
    """Readers of JSON differ in which of two values they take, so neither is taken.

    A body that holds far too much gets one fault: naming each of a million would keep everybody waiting.
    """
    try:
        shape = shape_of(body.decode(), most_parts=bounds.MOST_ENTRIES, most_values=bounds.MOST_VALUES)
    except (UnicodeDecodeError, NotReadable):
        raise malformed([FieldError(pointer="", detail=words("json_invalid", {}))]) from None
    found = [_finding_at(path, "The same key is given twice here.") for path in shape.repeated]
    found += [_finding_at(path, bounds.TOO_MANY) for path in shape.crowded]
    if shape.too_many_values:
        found.append(FieldError(pointer="", detail=f"A body may have up to {bounds.MOST_VALUES:,} values."))
    if found:
        raise malformed(found[:_FINDINGS_MAX])


def _finding_at(path: Path, detail: str) -> FieldError:
    # A key that is no name of a field may hold anything, so it is not repeated, nor is what is inside it.
    plain = 0
    while plain < len(path) and _PLAIN_NAME.fullmatch(str(path[plain])):
        plain += 1
    return FieldError(pointer=_pointer(path[:plain]), detail=detail)


@cache
def _strict(adapter: TypeAdapter[Any]) -> SchemaValidator:
    """The adapter's validator with one spelling for each day and time: pydantic reads digits as seconds since 1970."""
    return SchemaValidator(_spelt(adapter.core_schema))


def _spelt(schema: Any) -> Any:
    match schema:
        case {"type": str() as kind} if kind in _SPELT:
            return _SPELT[kind]
        case dict():
            return {name: part if name == "metadata" else _spelt(part) for name, part in schema.items()}
        case list():
            return [_spelt(part) for part in schema]
        case _:
            return schema


def _read_as(kind: str, reading: Callable[[str], date | time]) -> CoreSchema:
    def read(given: Any) -> date | time:
        if isinstance(given, str):
            try:
                return reading(given)
            except ValueError:
                pass
        raise PydanticCustomError(f"{kind}_parsing", "not in the form of its kind")

    return core_schema.no_info_plain_validator_function(read)


_READERS: dict[str, Callable[[str], date | time]] = {"date": day_of, "datetime": instant_of, "time": clock_time_of}
_SPELT = {kind: _read_as(kind, reading) for kind, reading in _READERS.items()}


def _finding(fault: Any) -> FieldError:
    location = list(fault["loc"])
    if fault["type"] in _NO_SUCH_FIELD and not _PLAIN_NAME.fullmatch(str(location[-1])):
        location.pop()  # a name that is not a name may hold anything, so it is not repeated
    return FieldError(pointer=_pointer(location), detail=words(fault["type"], fault.get("ctx", {})))


def _pointer(location: Iterable[str | int]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
