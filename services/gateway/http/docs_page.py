"""`/api/docs`: what the API offers, as one page without a script. Nothing is fetched from elsewhere."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from starlette.responses import HTMLResponse

from events.codes import Role
from services.gateway.http.html import page

# The search sends the page's own form to the page itself, and nowhere else.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_SIGN_IN = """<h2 id="sign-in">How to sign in</h2>
<p>Each request carries a token of the OpenID Connect issuer that this service trusts:
<code>Authorization: Bearer TOKEN</code>. The token says who you are, your roles, and the school, council or provider
for which you act. What you may give follows from your roles, and what you see from your role in that organisation.</p>
<p>A set-up of <code>make run</code> has an issuer and people of its own:</p>
<pre>.venv/bin/placements people
TOKEN=$(.venv/bin/placements token amara-case-worker)
curl -H "Authorization: Bearer $TOKEN" ORIGIN/api/v1/placements</pre>"""
_EXAMPLES = """<h2 id="examples">The worked examples</h2>
<p>Together they tell the story of one placement, on the day and by the role that stand beside each. On a set-up of
<code>make run</code> they follow on from each other when each is given under the <code>Idempotency-Key</code> that it
names, since the ids in the later ones follow from those keys; move the clock to each day by
<code>.venv/bin/placements clock advance --to DAY</code>. In programs of your own, make a new UUID for each command.
<code>docs/how-to/walkthrough.md</code> takes another placement from draft to close with curl.</p>"""


def docs_page(document: dict[str, Any], origin: str, asked: str = "") -> HTMLResponse:
    """The operations of an OpenAPI document; those alone that have each word of `asked`, where something is."""
    groups = {tag["name"]: (tag["description"], list(_of(document, tag["name"], asked))) for tag in document["tags"]}
    found = {name: group for name, group in groups.items() if group[1]}
    body = [_search(asked), _contents(found), "" if asked else _SIGN_IN.replace("ORIGIN", escape(origin))]
    body += ["" if asked else _EXAMPLES, *(_group(name, *group) for name, group in found.items())]
    return page(document["info"]["title"], "".join(body), headers={"Content-Security-Policy": _POLICY})


def _of(document: dict[str, Any], tag: str, asked: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    words = asked.casefold().split()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            said = " ".join((method, path, operation["operationId"], operation.get("summary", ""), _about(operation)))
            if tag in operation["tags"] and all(word in f"{said} {tag}".casefold() for word in words):
                yield method, path, operation


def _search(asked: str) -> str:
    everything = ' <a href="/api/docs">All operations</a>' if asked else ""
    return (
        '<p>The same for machines: <a href="/api/openapi.json">openapi.json</a>.</p>'
        '<form action="/api/docs" role="search"><label for="q">Search the operations</label> '
        f'<input id="q" name="q" type="search" value="{escape(asked)}"> <button>Search</button>{everything}</form>'
    )


def _contents(found: dict[str, tuple[str, list[tuple[str, str, dict[str, Any]]]]]) -> str:
    if not found:
        return "<p>No operation has these words.</p>"
    items = "".join(
        f'<li><a href="#{_anchor(name)}">{escape(name.capitalize())}</a><ul>'
        + "".join(
            f'<li><a href="#{escape(operation["operationId"])}">{escape(operation.get("summary", path))}</a></li>'
            for _, path, operation in operations
        )
        + "</ul></li>"
        for name, (_, operations) in found.items()
    )
    return f'<nav aria-label="Contents"><h2>Contents</h2><ul>{items}</ul></nav>'


def _group(name: str, words: str, operations: list[tuple[str, str, dict[str, Any]]]) -> str:
    shown = "".join(_operation(*each) for each in operations)
    return f'<h2 id="{_anchor(name)}">{escape(name.capitalize())}</h2><p>{escape(words)}</p>{shown}'


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    about = "".join(f"<p>{escape(each)}</p>" for each in _about(operation).split("\n\n") if each)
    return (
        f'<section id="{escape(operation["operationId"])}"><h3>{escape(operation.get("summary", path))}</h3>'
        f"<p><code>{method.upper()} {escape(path)}</code></p>{about}<p>{_roles(operation)}</p>"
        f"{_parameters(operation)}{_answers(operation)}{_example(operation)}</section>"
    )


def _about(operation: dict[str, Any]) -> str:
    """The description without its last paragraph, which names the roles."""
    said: str = operation.get("description", "")
    return said.partition("\n\nFor: ")[0] if "x-roles" in operation else said


def _roles(operation: dict[str, Any]) -> str:
    if operation.get("security") == []:
        return "Roles: open to all, without signing in."
    if "x-roles" in operation:
        return f"Roles: {escape(', '.join(operation['x-roles']))}."
    limited = "403" in operation["responses"]
    return "Roles: those that may see it; others are answered 403." if limited else f"Roles: any of the {_COUNT}."


_COUNT = len(set(Role) - {Role.SYSTEM})


def _parameters(operation: dict[str, Any]) -> str:
    if not (given := operation.get("parameters")):
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code></td><td>{each['in']}</td>"
        f"<td>{'yes' if each.get('required') else 'no'}</td><td>{escape(_type(each.get('schema', {})))}</td>"
        f"<td>{escape(each.get('description', ''))}</td></tr>"
        for each in given
    )
    head = "<tr><th>Parameter</th><th>In</th><th>Needed</th><th>Is</th><th></th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"] if each.get("type") != "null")
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return str(schema.get("format") or schema.get("type") or "")


def _answers(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(answer.get('description', ''))}</td>"
        f"<td>{escape(', '.join(_bodies(answer)))}</td></tr>"
        for status, answer in sorted(operation["responses"].items())
    )
    return f"<table><thead><tr><th>Answer</th><th></th><th>Body</th></tr></thead><tbody>{rows}</tbody></table>"


def _bodies(answer: dict[str, Any]) -> Iterator[str]:
    for media_type, content in answer.get("content", {}).items():
        name = _type(content.get("schema", {}))
        yield f"{name} ({media_type})" if name else media_type


def _example(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" not in content:
        return ""
    bodies = _pre(content["example"])
    if told := operation.get("x-worked-example"):
        key = next(each for each in operation["parameters"] if each["name"] == "Idempotency-Key")["example"]
        bodies = f"<p>{escape(told['place_in_story'])} {_when(told, key)}</p>{bodies}"
        bodies += "".join(f"<p>Again: {_when(each, each['key'])}</p>{_pre(each['body'])}" for each in told["again"])
    return f"<details><summary>Example body</summary>{bodies}</details>"


def _when(told: dict[str, Any], key: str) -> str:
    return f"Day {told['day']}, role {escape(told['role'])}, <code>Idempotency-Key: {escape(key)}</code>"


def _pre(body: Any) -> str:
    return f"<pre>{escape(json.dumps(body, indent=2, ensure_ascii=False))}</pre>"


def _anchor(name: str) -> str:
    return f"group-{escape(name.replace(' ', '-'))}"
