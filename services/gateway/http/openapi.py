"""Problems as the operations of the OpenAPI document list them."""

from typing import Any

from services.gateway.http.problems import MEDIA_TYPE

_MEANS = {
    400: "No Idempotency-Key, or not a UUID",
    401: "Not signed in",
    403: "Your role or your organisation may not do this",
    404: "Nothing here that you may see",
    409: "Refused by a rule: every reason at once, with the clause it rests on",
    410: "It was here, and is no more",
    412: "The record has moved on since the version in If-Match",
    413: "The body is over 1 MiB",
    415: "The body is not said to be JSON",
    422: "Malformed, or an Idempotency-Key used before for something else",
    429: "You have too much of this under way at once, or were shown as much as one may be in an hour; Retry-After "
    "says when to come back",
    503: "A part this needs is away; nothing was half done",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {status: {"description": _MEANS[status], "content": content} for status in statuses}
