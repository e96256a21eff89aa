"""The OpenAPI document, from what the routes say and what all of them have in common."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from services.gateway.commands.catalogue import SPECS
from services.gateway.commands.openapi import example_of
from services.gateway.feed.schemas import NotificationData
from services.gateway.http.schemas import ProblemDetails
from services.gateway.lists.schemas import SearchAsked

_REF = "#/components/schemas/{model}"
_OPEN_PATHS = ("/health/", "/metrics", "/api/openapi.json")


_API = "/api/v1/"
_SERVERS = [{"url": "/", "description": "The gateway that serves this document"}]
TAGS = {
    "placement commands": "What is done to one placement, from the draft to its close.",
    "pupil commands": "What is recorded about a pupil apart from any placement.",
    "attendance commands": "What is entered into a placement's register of one week.",
    "provider commands": "What is recorded about a provider.",
    "school commands": "What is recorded about a home school: its calendar, who may decide for it.",
    "previews": "What a command would do now, before it is given: nothing of it is stored.",
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
    "people": "The staff of your organisation, and what they have in hand.",
    "reference": "The lists of codes.",
    "events": "What happened, in the order in which it was recorded: for other systems.",
    "audit": "Signed checkpoints and proofs that the record was not changed; who read what; comparisons and exports.",
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
            parameter.update(example_of(parameter["name"]))


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document. Made once: nothing in it changes while the process runs."""
    made = _with_known_names(
        get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            description=app.description,
            routes=app.routes,
        )
    )
    components = made.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    made["security"] = [{"bearer": []}]
    # What bodies and answers share is described as bodies take it: that holds of what is answered too.
    components.setdefault("schemas", {}).update(_shapes())
    made["servers"] = _SERVERS
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _common(path, method, operation)
            if path.startswith(_OPEN_PATHS):
                operation["security"] = []
    used = {tag for methods in made["paths"].values() for operation in methods.values() for tag in operation["tags"]}
    made["tags"] = [{"name": name, "description": words} for name, words in TAGS.items() if name in used]
    return made


def _with_known_names(made: dict[str, Any]) -> dict[str, Any]:
    """Of two shapes with one name, FastAPI names each by its module; clients know the answer's by its own name."""
    text = json.dumps(made)
    for module_name, name in _KNOWN_NAMES.items():
        text = text.replace(module_name, name)
    named: dict[str, Any] = json.loads(text)
    return named


_KNOWN_NAMES = {
    "services__gateway__documents__schemas__LetterFate": "LetterFate",
    "events__codes__LetterFate": "LetterFateCode",
}


def _shapes() -> dict[str, Any]:
    specs = [spec for family in SPECS.values() for spec in family.values()]
    asked: list[tuple[str, Any, TypeAdapter[Any]]] = [
        (spec.type.__name__, "validation", spec.adapter) for spec in specs
    ]
    models = (ProblemDetails, NotificationData, SearchAsked)
    asked.extend((model.__name__, "validation", TypeAdapter(model)) for model in models)
    tops, shared = TypeAdapter.json_schemas(asked, ref_template=_REF)
    shapes: dict[str, Any] = dict(shared.get("$defs", {}))
    for (name, _mode), schema in tops.items():
        shapes.setdefault(str(name), schema)
    return shapes
