"""The OpenAPI document: an operation for each command with its schema and worked example, and what all have in common.

The worked examples follow on from each other on a set-up of `make run`: each is given under a key of its own, from
which the ids in the later ones follow.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS, CommandSpec
from services.gateway.commands.examples import (
    EXAMPLES,
    PLACEMENT_ID,
    PROVIDER_ID,
    PUPIL_ID,
    SCHOOL_URN,
    STEPS,
    WEEK,
    command_id,
    given_again,
    key_of,
    place_in_story,
)
from services.gateway.http import schemas
from services.gateway.http.problems import MEDIA_TYPE

_REF = "#/components/schemas/{model}"
_MEANS = {
    400: "No Idempotency-Key, or not a UUID",
    401: "Not signed in",
    403: "Your role or your organisation may not do this",
    404: "Nothing here that you may see",
    409: "Refused by a rule: every reason at once, with the clause it rests on",
    412: "The record has moved on since the version in If-Match",
    413: "The body is over 1 MiB",
    415: "The body is not said to be JSON",
    422: "Malformed, or an Idempotency-Key used before for something else",
    429: "You have too much of this under way at once, or were shown as much as one may be in an hour; Retry-After "
    "says when to come back",
    503: "A part this needs is away; nothing was half done",
}
_OPEN_PATHS = ("/health/", "/metrics", "/api/openapi.json")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {status: {"description": _MEANS[status], "content": content} for status in statuses}


def command_responses(spec: CommandSpec) -> dict[int | str, dict[str, Any]]:
    found = problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 503)
    if spec.family == "placement":
        found[202] = {"model": schemas.StillRecorded, "description": "Recorded; carried out later, once"}
    if spec.kind == DRAFT_REFERRAL:
        del found[404]
    return found


def command_operation(path: str, spec: CommandSpec) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(model=spec.type.__name__)}}
    if spec.kind in EXAMPLES:
        content["example"] = EXAMPLES[spec.kind]
    roles = sorted(role.value for role in spec.step.people)
    return {
        "description": f"{' '.join((spec.type.__doc__ or '').split())}\n\nFor: {', '.join(roles)}.",
        "parameters": [*_path_parameters(path), *_headers(spec.kind)],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "x-roles": roles,
        **_worked(spec.kind),
    }


def _worked(kind: str) -> dict[str, Any]:
    """When and by whom the worked example is given."""
    if kind not in STEPS:
        return {}
    step = STEPS[kind]
    again = [
        {"day": each.day.isoformat(), "role": each.role, "key": str(key_of(each)), "body": each.body}
        for each in given_again(kind)
    ]
    return {
        "x-worked-example": {
            "day": step.day.isoformat(),
            "role": step.role,
            "place_in_story": place_in_story(kind),
            "again": again,
        }
    }


def _headers(kind: str) -> list[dict[str, Any]]:
    key, version = _HEADERS
    return [{**key, "example": str(command_id(kind))} if kind in STEPS else key, version]


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": schema, **_example_of(name)}
        for name, schema in _PATH.items()
        if f"{{{name}}}" in path
    ]


def _example_of(name: str) -> dict[str, str]:
    return {"example": _EXAMPLE_IDS[name]} if name in _EXAMPLE_IDS else {}


_UUID = {"type": "string", "format": "uuid"}
_PATH: dict[str, dict[str, Any]] = {
    "placement_id": _UUID,
    "provider_id": _UUID,
    "pupil_id": _UUID,
    "urn": {"type": "string", "pattern": "^[0-9]{6}$"},
    "iso_week": {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"},
}
_EXAMPLE_IDS = {
    "placement_id": str(PLACEMENT_ID),
    "provider_id": str(PROVIDER_ID),
    "pupil_id": str(PUPIL_ID),
    "urn": SCHOOL_URN,
    "iso_week": WEEK,
    "command_id": str(command_id("draft-referral")),
}
_HEADERS: tuple[dict[str, Any], dict[str, Any]] = (
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "schema": _UUID,
        "description": "The command's id, made by you. Repeat it to repeat the same command safely.",
    },
    {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": 'The version you looked at, as in "7"; refused with 412 when the record has moved on. '
        'W/"7" means the same, since a proxy that compresses makes it of ours. Of several, with commas between, '
        "one must be the present version; any other tag is none. * asks for nothing.",
        "examples": {"version": {"value": '"7"'}},
    },
)
_API = "/api/v1/"
_SERVERS = [{"url": "/", "description": "The gateway that serves this document"}]
TAGS = {
    "placement commands": "What is done to one placement, from the draft to its close.",
    "pupil commands": "What is recorded about a pupil apart from any placement.",
    "attendance commands": "What is entered into a placement's register of one week.",
    "provider commands": "What is recorded about a provider.",
    "school commands": "What is recorded about a home school: its calendar, who may decide for it.",
    "pupils": "One pupil, as far as it is kept apart from placements.",
    "placements": "The caseload, and one placement: its record now or then, its timeline, what is due, its documents.",
    "deadlines": "What falls due over all placements that you may see.",
    "today": "Who is expected where on a day, and who is missing without a reason.",
    "council-tasks": "What a council's officer is to look into over its schools.",
    "reviews": "The reviews to come.",
    "outcomes": "What came of placements that ended, in figures.",
    "letters": "Letters that went out, and those that somebody is to hand over.",
    "providers": "The directory of providers.",
    "schools": "The home schools.",
    "returns": "What a school or a council returns: the census, the register.",
    "reference": "The lists of codes.",
    "events": "What happened, in the order in which it was recorded: for other systems.",
    "audit": "Signed checkpoints and proofs that the record was not changed.",
    "commands": "What became of a command.",
    "service": "Whether the service answers.",
}
"""Each group of operations, in the order of the page."""


def operation_id(method: str, path: str) -> str:
    """The id of an operation that is no command. It follows from the address alone, which never changes."""
    parts = path.removeprefix(_API).strip("/").replace("{", "").replace("}", "").split("/")
    return ".".join([method, *parts])


def _common(path: str, method: str, operation: dict[str, Any]) -> None:
    """What each operation has that its route does not say."""
    if "commands" not in (operation.get("tags") or [""])[0]:
        operation["operationId"] = operation_id(method, path)
    operation.setdefault("tags", [path.removeprefix(_API).split("/")[0]])
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            parameter.update(_example_of(parameter["name"]))


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document. Made once: nothing in it changes while the process runs."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
    )
    components = made.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    made["security"] = [{"bearer": []}]
    known = components.setdefault("schemas", {})
    for name, schema in _shapes().items():
        known.setdefault(name, schema)
    made["servers"] = _SERVERS
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _common(path, method, operation)
            if path.startswith(_OPEN_PATHS):
                operation["security"] = []
    used = {tag for methods in made["paths"].values() for operation in methods.values() for tag in operation["tags"]}
    made["tags"] = [{"name": name, "description": words} for name, words in TAGS.items() if name in used]
    return made


def _shapes() -> dict[str, Any]:
    specs = [spec for family in SPECS.values() for spec in family.values()]
    asked: list[tuple[str, Any, TypeAdapter[Any]]] = [
        (spec.type.__name__, "validation", spec.adapter) for spec in specs
    ]
    models = (schemas.ProblemDetails, schemas.NotificationData)
    asked.extend((model.__name__, "validation", TypeAdapter(model)) for model in models)
    tops, shared = TypeAdapter.json_schemas(asked, ref_template=_REF)
    shapes: dict[str, Any] = dict(shared.get("$defs", {}))
    for (name, _mode), schema in tops.items():
        shapes.setdefault(str(name), schema)
    return shapes
