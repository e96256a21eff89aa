"""JSON bodies into commands: strict, nothing unknown, nothing that the record could not keep; every fault at once."""

import re
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from domain import bounds
from services.gateway.problems import Finding, malformed, words

T = TypeVar("T")

_FINDINGS_MAX = 100
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_NO_SUCH_FIELD = frozenset({"unexpected_keyword_argument", "extra_forbidden"})


def parse(adapter: TypeAdapter[T], body: bytes) -> T:
    """The command in a request's body.

    Raises:
        Problem: `malformed`, with every fault found.
    """
    try:
        command = adapter.validate_json(body, strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:_FINDINGS_MAX]
        raise malformed([_finding(fault) for fault in found]) from None
    # What has the right type and still cannot be kept or reckoned with.
    findings = [Finding(pointer=pointer, detail=why) for pointer, why in bounds.faults(command)][:_FINDINGS_MAX]
    if findings:
        raise malformed(findings)
    return command


def _finding(fault: Any) -> Finding:
    location = list(fault["loc"])
    if fault["type"] in _NO_SUCH_FIELD and not _PLAIN_NAME.fullmatch(str(location[-1])):
        location.pop()  # a name that is not a name may hold anything, so it is not repeated
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
    return Finding(pointer=pointer, detail=words(fault["type"], fault.get("ctx", {})))
