"""Commands in the OpenAPI document: an operation for each, with its schema and its worked example.

The worked examples follow on from each other on a set-up of `make run`: each is given under a key of its own, from
which the ids in the later ones follow.
"""

from typing import Any

from services.gateway.commands.catalogue import DRAFT_REFERRAL, CommandSpec
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
from services.gateway.commands.schemas import StillRecorded
from services.gateway.http.deps import PLACEMENT_PATH
from services.gateway.http.openapi import problems

_UUID = {"type": "string", "format": "uuid"}
_PATH: dict[str, dict[str, Any]] = {
    "placement_id": {"type": "string", "description": PLACEMENT_PATH},
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


def command_responses(spec: CommandSpec) -> dict[int | str, dict[str, Any]]:
    found = problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 503)
    if spec.family == "placement":
        found[202] = {"model": StillRecorded, "description": "Recorded; carried out later, once"}
    if spec.kind == DRAFT_REFERRAL:
        del found[404]
    return found


def command_operation(path: str, spec: CommandSpec) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{spec.type.__name__}"}}
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


def preview_responses(spec: CommandSpec) -> dict[int | str, dict[str, Any]]:
    found = problems(401, 403, 404, 409, 412, 413, 415, 422, 429, 503)
    if spec.kind == DRAFT_REFERRAL:
        del found[404]
    found[409]["description"] = "The pupil's personal data was erased: nothing can be foreseen"
    return found


def preview_operation(path: str, spec: CommandSpec) -> dict[str, Any]:
    """As of the command, without what makes it one: it has no key, and is no step of the story."""
    operation = command_operation(path, spec)
    _, version = _HEADERS
    return {
        "description": f"What this command would do now, with nothing stored.\n\n{operation['description']}",
        "parameters": [*_path_parameters(path), version],
        "requestBody": operation["requestBody"],
        "x-roles": operation["x-roles"],
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
        {"name": name, "in": "path", "required": True, "schema": schema, **example_of(name)}
        for name, schema in _PATH.items()
        if f"{{{name}}}" in path
    ]


def example_of(name: str) -> dict[str, str]:
    """The value of a path parameter in the story."""
    return {"example": _EXAMPLE_IDS[name]} if name in _EXAMPLE_IDS else {}
