"""Answers as JSON, encoded once and directly: a model for each row of a list would cost more than reading it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

_encode = msgspec.json.Encoder().encode


def link(path: str, asked: Mapping[str, Any]) -> str:
    """Another page of a list, with what was asked of this one; None is left out, a list goes item by item."""
    query = urlencode({name: value for name, value in asked.items() if value is not None}, doseq=True)
    return f"/api/v1/{path}?{query}"


def json_response(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(_encode(content), status, headers, "application/json")
