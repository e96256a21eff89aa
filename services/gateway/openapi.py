"""The OpenAPI document's parts that follow from the commands: an operation each, with its body's schema and example."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from events.codes import Role
from services.gateway import schemas
from services.gateway.catalogue import DRAFT_REFERRAL, SPECS, Spec
from services.gateway.examples import EXAMPLES
from services.gateway.problems import MEDIA_TYPE

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
    503: "A part this needs is away; nothing was half done",
}
_OPEN_PATHS = ("/health/", "/metrics", "/api/openapi.json")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    return {status: {"description": _MEANS[status], "content": content} for status in statuses}


def command_responses(spec: Spec) -> dict[int | str, dict[str, Any]]:
    found = problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 503)
    if spec.family == "placement":
        found[202] = {"model": schemas.StillRecorded, "description": "Recorded; carried out later, once"}
    if spec.kind == DRAFT_REFERRAL:
        del found[404]
    return found


def command_operation(path: str, spec: Spec) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(model=spec.type.__name__)}}
    if spec.kind in EXAMPLES:
        content["example"] = EXAMPLES[spec.kind]
    roles = ", ".join(sorted(role.value for role in spec.allowed.roles - {Role.SYSTEM}))
    return {
        "description": f"{' '.join((spec.type.__doc__ or '').split())}\n\nFor: {roles}.",
        "parameters": [*_path_parameters(path), *_HEADERS],
        "requestBody": {"required": True, "content": {"application/json": content}},
    }


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in _PATH.items()
        if f"{{{name}}}" in path
    ]


_UUID = {"type": "string", "format": "uuid"}
_PATH: dict[str, dict[str, Any]] = {
    "placement_id": _UUID,
    "provider_id": _UUID,
    "pupil_id": _UUID,
    "urn": {"type": "string", "pattern": "^[0-9]{6}$"},
    "iso_week": {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"},
}
_HEADERS: list[dict[str, Any]] = [
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
]


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
    for path, methods in made["paths"].items():
        if path.startswith(_OPEN_PATHS):
            for operation in methods.values():
                operation["security"] = []
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
