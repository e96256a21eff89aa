"""`/api/docs`: what the API offers, as one page without a script. Nothing is fetched from elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

from starlette.responses import HTMLResponse

from events.codes import Role
from services.gateway.http.html import TEMPLATES, page

# The search sends the page's own form to the page itself, and nowhere else.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_COUNT = len(set(Role) - {Role.SYSTEM})


def docs_page(document: dict[str, Any], origin: str, asked: str = "") -> HTMLResponse:
    """The operations of an OpenAPI document; those alone that have each word of `asked`, where something is."""
    groups = [
        {
            "name": tag["name"],
            "anchor": f"group-{tag['name'].replace(' ', '-')}",
            "description": tag["description"],
            "operations": found,
        }
        for tag in document["tags"]
        if (found := list(_of(document, tag["name"], asked)))
    ]
    return page(
        "docs",
        document["info"]["title"],
        headers={"Content-Security-Policy": _POLICY},
        asked=asked,
        origin=origin,
        groups=groups,
    )


def _of(document: dict[str, Any], tag: str, asked: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    words = asked.casefold().split()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            said = " ".join((method, path, operation["operationId"], operation.get("summary", ""), _about(operation)))
            if tag in operation["tags"] and all(word in f"{said} {tag}".casefold() for word in words):
                yield method, path, operation


def _about(operation: dict[str, Any]) -> str:
    """The description without its last paragraph, which names the roles."""
    said: str = operation.get("description", "")
    return said.partition("\n\nFor: ")[0] if "x-roles" in operation else said


def _roles(operation: dict[str, Any]) -> str:
    if operation.get("security") == []:
        return "Roles: open to all, without signing in."
    if "x-roles" in operation:
        return f"Roles: {', '.join(operation['x-roles'])}."
    limited = "403" in operation["responses"]
    return "Roles: those that may see it; others are answered 403." if limited else f"Roles: any of the {_COUNT}."


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"] if each.get("type") != "null")
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return str(schema.get("format") or schema.get("type") or "")


def _bodies(answer: dict[str, Any]) -> Iterator[str]:
    for media_type, content in answer.get("content", {}).items():
        name = _type(content.get("schema", {}))
        yield f"{name} ({media_type})" if name else media_type


def _key(operation: dict[str, Any]) -> str:
    key = next(each for each in operation["parameters"] if each["name"] == "Idempotency-Key")
    return str(key["example"])


def _as_json(body: Any) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)


TEMPLATES.filters.update(
    about=_about, roles=_roles, type_name=_type, bodies=_bodies, key_of_example=_key, as_json=_as_json
)
