"""Bodies and parameters: one spelling for dates, each key once, JSON alone, for every operation that there is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.settings import Settings
from services.gateway.app import create_app
from services.gateway.commands import bodies, examples
from services.gateway.commands.catalogue import SPECS, CommandSpec
from services.gateway.http.problems import Problem
from services.gateway.service.openapi import document
from tests.gateway.driving import DRAFT, Driver

COMMANDS = [spec for family in SPECS.values() for spec in family.values()]
NOT_DAYS = ["0", "20261203", "1764720000", "2026-12-03T00:00:00Z", "2026-337", "03/12/2026", "", 0, 1764720000]
NOT_INSTANTS = ["0", "20261203", "2026-12-03", "2026-12-03T09:00:00", "2026-12-03 09:00:00Z", "20261203T090000Z", 0]
NOT_CLOCK_TIMES = ["0", "0900", "9:00", "09:00Z", 0, 32400]
WRONG = {"date": NOT_DAYS, "date-time": NOT_INSTANTS, "time": NOT_CLOCK_TIMES}
RIGHT = {"date": "2026-12-03", "date-time": "2026-12-03T09:00:00+00:00", "time": "08:45"}

Path = tuple[str | int, ...]


@pytest.fixture
def described(settings: Settings) -> dict[str, Any]:
    return document(create_app(settings))


def _leaves(schema: Any, shapes: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each place of a body that holds a day or a time, with its format, through everything nested."""
    if "$ref" in schema:
        yield from _leaves(shapes[schema["$ref"].rpartition("/")[2]], shapes, path)
    if schema.get("format") in WRONG:
        yield path, schema["format"]
    for name, part in schema.get("properties", {}).items():
        yield from _leaves(part, shapes, (*path, name))
    if "items" in schema:
        yield from _leaves(schema["items"], shapes, (*path, 0))
    for part in schema.get("anyOf", ()):
        yield from _leaves(part, shapes, path)


def _body(path: Path, value: Any) -> Any:
    """A body with that one place alone: whatever else is missing is told beside it."""
    for part in reversed(path):
        value = {part: value} if isinstance(part, str) else [value]
    return value


def _pointers(spec: CommandSpec, body: bytes) -> list[str]:
    with pytest.raises(Problem) as refused:
        bodies.parse(spec.adapter, body)
    assert refused.value.kind.code == "malformed"
    return [each["pointer"] for each in refused.value.more["errors"]]


def _told(spec: CommandSpec, body: bytes) -> list[str]:
    try:
        bodies.parse(spec.adapter, body)
    except Problem as problem:
        return [each["pointer"] for each in problem.more["errors"]]
    return []


def test_no_date_or_time_of_any_command_takes_another_spelling(described: dict[str, Any]) -> None:
    shapes = described["components"]["schemas"]
    seen = set()

    for spec in COMMANDS:
        for path, form in _leaves(shapes[spec.type.__name__], shapes):
            pointer = "".join(f"/{part}" for part in path)
            for wrong in WRONG[form]:
                assert pointer in _pointers(spec, _json(_body(path, wrong))), (spec.kind, pointer, wrong)
            assert pointer not in _told(spec, _json(_body(path, RIGHT[form]))), (spec.kind, pointer)
            seen.add((spec.kind, pointer))

    assert {("draft-referral", "/pupil/born_on"), ("schedule-review", "/at")} <= seen
    assert len(seen) > 80


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: f"{spec.family}.{spec.kind}")
def test_the_same_key_twice_is_refused_by_every_command(spec: CommandSpec) -> None:
    for depth in range(3):
        body = '{"x":' * depth + '{"reason":"a","reason":"a"}' + "}" * depth

        assert _pointers(spec, body.encode()) == ["/x" * depth + "/reason"]


def test_a_repeated_key_that_is_no_name_is_not_said_again() -> None:
    assert _pointers(COMMANDS[0], b'{"a":{"Rowan Field":1,"Rowan Field":{"b":1,"b":2}}}') == ["/a", "/a"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'{"a":NaN}', b"[" * 100_000, b'{"a":"\xff"}']
)
def test_what_is_not_json_in_utf8_is_malformed(body: bytes) -> None:
    assert _pointers(COMMANDS[0], body) == [""]


@pytest.mark.parametrize("number", ["1e22", "1E5", "-0.0", "1.0", "NaN", "Infinity", "-Infinity", "1e400"])
def test_a_number_with_a_fraction_or_an_exponent_is_no_whole_number(number: str) -> None:
    spec = SPECS["placement"]["move-start-date"]

    assert set(_pointers(spec, f'{{"days":{number}}}'.encode())) & {"/days", ""}


@pytest.mark.parametrize(
    ("body", "where", "why"),
    [
        pytest.param('{"objectives":[' + "1," * 1_000 + "1]}", "/objectives", "entries", id="a long list"),
        pytest.param('{"objectives":[' + "[1]," * 30_000 + "1]}", "", "values", id="many values"),
        pytest.param("{" + ",".join(f'"k{n}":1' for n in range(30_000)) + "}", "", "values", id="many fields"),
    ],
)
def test_what_holds_far_too_much_is_told_once(body: str, where: str, why: str) -> None:
    with pytest.raises(Problem) as refused:
        bodies.parse(SPECS["placement"]["submit-referral"].adapter, body.encode())

    told = refused.value.more["errors"]
    assert len(told) <= 2
    assert any(each["pointer"] == where and why in each["detail"] for each in told)


def test_of_keys_given_twice_deep_inside_the_first_hundred_are_told() -> None:
    inside = "{" + ",".join(['"a":1'] * 1_000) + "}"

    assert len(_pointers(COMMANDS[0], ('{"a":' * 900 + inside + "}" * 900).encode())) == 100


def test_the_examples_are_read_as_before() -> None:
    for spec in COMMANDS:
        if spec.kind in examples.EXAMPLES:
            assert bodies.parse(spec.adapter, _json(examples.EXAMPLES[spec.kind]))


NOT_JSON = ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/json; charset=utf-16"]
NOT_JSON += ["application/jsonx", "application/problem+json", "", "multipart/form-data; boundary=x"]


async def test_every_operation_with_a_body_takes_json_alone(gw: Driver, described: dict[str, Any]) -> None:
    operations = [
        (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    ]
    for method, path, operation in operations:
        assert "415" in operation["responses"], path
        address = path.format(
            placement_id=examples.PLACEMENT_ID,
            provider_id=examples.PROVIDER_ID,
            pupil_id=examples.PUPIL_ID,
            urn="900001",
            iso_week="2026-W50",
        )
        for kind in NOT_JSON:
            headers = gw.headers("case_worker", **{"Content-Type": kind})
            answer = await gw.http.request(method, address, content=b"{}", headers=headers)

            assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type"), (path, kind)
        unsaid = await gw.http.request(method, address, content=b"{}", headers=gw.headers("case_worker"))
        assert unsaid.status_code == 415, path
    assert len(operations) >= len(COMMANDS)


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON", 'application/json; charset="UTF-8"'])
async def test_json_is_taken_however_it_is_named(gw: Driver, kind: str) -> None:
    answer = await gw.once("/placements", DRAFT.body, headers={"Content-Type": kind})

    assert answer.status_code == 202


async def test_a_compressed_body_is_refused_and_not_guessed_at(gw: Driver) -> None:
    answer = await gw.once("/placements", DRAFT.body, headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 415


async def test_no_query_takes_a_day_or_a_time_in_another_spelling(gw: Driver, described: dict[str, Any]) -> None:
    asked = []
    for path, methods in described["paths"].items():
        for name, form in _dates_asked_for(methods.get("get", {})):
            address = path.format(placement_id=examples.PLACEMENT_ID, code_set="need")
            for wrong in ["0", "20261203", "1764720000", "2026-12-03T09:00", "03/12/2026", "0001-01-01", "9999-12-31"]:
                answer = await gw.http.get(address, params={name: wrong}, headers=gw.headers("case_worker"))

                assert answer.status_code == 422, (path, name, wrong)
                assert f"/query/{name}" in [each["pointer"] for each in answer.json()["errors"]]
            right = await gw.http.get(address, params={name: "2026-11-20"}, headers=gw.headers("case_worker"))
            assert right.status_code in {200, 404}, (path, name, form)
            asked.append((path, name))

    assert len(asked) >= 10


def _dates_asked_for(operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        formats = {part.get("format") for part in (schema, *schema.get("anyOf", ()))}
        if "date" in formats or parameter["name"] in {"as_at", "known_at"}:
            yield parameter["name"], "date"


@pytest.mark.parametrize("name", ["as_at", "known_at"])
@pytest.mark.parametrize("at", ["2026-11-24", "2199-12-31", "2026-11-24T00:00:00+00:00"])
async def test_the_record_of_a_time_to_come_is_not_asked_for(gw: Driver, name: str, at: str) -> None:
    answer = await gw.get(f"/placements/{examples.PLACEMENT_ID}", **{name: at})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": f"/query/{name}", "detail": "This is in the future."}]


@pytest.mark.parametrize("name", ["as_at", "known_at"])
async def test_the_record_of_today_may_be_asked_for(gw: Driver, name: str) -> None:
    answer = await gw.get(f"/placements/{examples.PLACEMENT_ID}", **{name: "2026-11-23"})

    assert answer.status_code == 404


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
