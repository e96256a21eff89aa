"""The API's description and its page: every operation is found, explained, and keeps its name."""

import dataclasses
import re
from collections import Counter
from typing import Any

import pytest

from domain.attendance.register import Tally
from domain.attendance.today import SessionToday
from domain.returns.census import CensusRecord
from domain.returns.register import Registered
from events.placement.letters import DocumentProduced
from infra.settings import Settings
from services.gateway.app import create_app
from services.gateway.commands import examples
from services.gateway.commands.catalogue import SPECS
from services.gateway.documents.schemas import DocumentShown
from services.gateway.http.docs_page import docs_page
from services.gateway.http.schemas import Shape, named_in
from services.gateway.lists.today_schemas import SessionOfDay
from services.gateway.placements.attendance_schemas import AttendancePeriod
from services.gateway.returns.schemas import CensusRow, RegisterEntry
from services.gateway.service.openapi import TAGS, document
from services.local.people import ALDERBROOK, MILLRACE, example_provider_id, find

ORIGIN = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    settings = Settings.model_validate(
        {
            "database_url": "postgresql://app@127.0.0.1/placements",
            "keys_directory": "/keys",
            "issuer": "https://issuer.example",
            "jwks_url": "https://issuer.example/jwks.json",
        }
    )
    return document(create_app(settings))


def _operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def _page(described: dict[str, Any], asked: str = "") -> str:
    return bytes(docs_page(described, ORIGIN, asked).body).decode()


def test_every_operation_has_its_own_id_that_follows_from_its_address(described: dict[str, Any]) -> None:
    ids = Counter(operation["operationId"] for _, _, operation in _operations(described))

    assert [each for each, count in ids.items() if count > 1] == []
    for method, path, operation in _operations(described):
        parts = re.findall(r"[\w-]+", path.removeprefix("/api/v1"))
        command = "commands" in operation["tags"][0] and method == "post"
        family = operation["tags"][0].partition(" ")[0]
        kind = "draft-referral" if path == "/api/v1/placements" else parts[-1]
        assert operation["operationId"] == (f"{family}.{kind}" if command else ".".join([method, *parts])), path


def test_ids_that_other_programs_may_use_stay(described: dict[str, Any]) -> None:
    ids = {operation["operationId"] for _, _, operation in _operations(described)}

    assert ids >= {
        "get.placements",
        "get.placements.placement_id",
        "get.placements.placement_id.attendance.iso_week",
        "get.commands.command_id",
        "get.events.stream",
        "placement.draft-referral",
        "provider.register-provider",
    }


def test_every_operation_is_in_a_group_that_is_described(described: dict[str, Any]) -> None:
    used = {tag for _, _, operation in _operations(described) for tag in operation["tags"]}

    assert {each["name"] for each in described["tags"]} == used
    assert used <= TAGS.keys()
    assert all(len(operation["tags"]) == 1 for _, _, operation in _operations(described))
    assert described["servers"][0]["url"] == "/"


def test_the_page_shows_each_operation_with_parameters_answers_and_roles(described: dict[str, Any]) -> None:
    shown = dict(re.findall(r'<section id="([^"]+)">(.*?)</section>', _page(described), re.DOTALL))

    assert shown.keys() == {operation["operationId"] for _, _, operation in _operations(described)}
    for _, path, operation in _operations(described):
        section = shown[operation["operationId"]]
        assert path in section
        assert "Roles: " in section
        assert all(f"<code>{each['name']}</code>" in section for each in operation.get("parameters", ()))
        assert all(f"<td>{status}</td>" in section for status in operation["responses"])
    for family in SPECS.values():
        for spec in family.values():
            roles = ", ".join(sorted(role.value for role in spec.step.people))
            assert f"Roles: {roles}." in shown[f"{spec.family}.{spec.kind}"]


def test_the_page_has_contents_and_says_how_to_sign_in(described: dict[str, Any]) -> None:
    page = _page(described)
    targets = set(re.findall(r'href="#([^"]+)"', page))

    assert targets
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    assert targets >= {operation["operationId"] for _, _, operation in _operations(described)}
    assert "Authorization: Bearer" in page
    assert "placements token" in page
    assert f"{ORIGIN}/api/v1/placements" in page


@pytest.mark.parametrize(
    ("asked", "found", "not_found"),
    [
        ("give notice", "placement.give-notice", "get.events"),
        ("GET /events", "get.events.stream", "placement.give-notice"),
        ("provider commands", "provider.register-provider", "get.placements"),
    ],
)
def test_a_search_shows_what_has_each_word(described: dict[str, Any], asked: str, found: str, not_found: str) -> None:
    page = _page(described, asked)

    assert f'<section id="{found}">' in page
    assert f'<section id="{not_found}">' not in page


def test_a_search_for_what_is_not_there_says_so_and_runs_nothing(described: dict[str, Any]) -> None:
    asked = '"><script>alert(1)</script>'

    page = _page(described, asked)

    assert "No operation has these words." in page
    assert "<script" not in page


def test_worked_examples_name_people_and_places_of_the_caseload() -> None:
    head, worker = find("hector-head"), find("amara-case-worker")
    assert head is not None
    assert worker is not None

    assert examples.SCHOOL_URN == ALDERBROOK
    assert example_provider_id(MILLRACE) == examples.PROVIDER_ID
    assert examples.EXAMPLES["register-provider"]["name"] == MILLRACE
    assert examples.EXAMPLES["submit-referral"]["signed_off_by"] == str(head.id)
    assert examples.EXAMPLES["assign-case"]["assigned_to"] == str(worker.id)


@pytest.mark.parametrize("command", examples.EXAMPLES)
def test_each_worked_example_says_where_it_belongs(command: str) -> None:
    assert examples.place_in_story(command).endswith(".")


@pytest.mark.parametrize(
    ("path", "name", "earlier"),
    [
        ("/api/v1/events", "group_member", "member"),
        ("/api/v1/events", "group_size", "of"),
        ("/api/v1/events/stream", "group_member", "member"),
        ("/api/v1/events/stream", "group_size", "of"),
        ("/api/v1/deadlines", "min_position", "reached"),
        ("/api/v1/reviews", "min_position", "reached"),
        ("/api/v1/outcomes", "min_position", "reached"),
    ],
)
def test_an_earlier_name_of_a_parameter_stays_and_is_deprecated(
    described: dict[str, Any], path: str, name: str, earlier: str
) -> None:
    parameters = {each["name"]: each for each in described["paths"][path]["get"]["parameters"]}

    assert "deprecated" not in parameters[name]
    assert parameters[earlier]["deprecated"] is True
    assert parameters[earlier]["description"] == f"The earlier name of `{name}`"
    assert parameters[earlier]["schema"]["anyOf"] == parameters[name]["schema"]["anyOf"]


_OPEN = {"EventShown.data", "OutcomeTotals.destinations", "Readiness.parts"}
"""Whose names follow from something else: the type of the event, the codes, the parts of a set-up."""


def _shapeless(schema: Any, at: str) -> list[str]:
    if isinstance(schema, list):
        return [found for each in schema for found in _shapeless(each, at)]
    if not isinstance(schema, dict):
        return []
    if schema.get("type") == "object" and not schema.get("properties") and "$ref" not in schema:
        return [at]
    properties = schema.get("properties", {})
    return [
        *(found for name, each in properties.items() for found in _shapeless(each, f"{at}.{name}")),
        *(found for name in ("anyOf", "items", "prefixItems") for found in _shapeless(schema.get(name), at)),
    ]


def test_every_answer_has_a_shape(described: dict[str, Any]) -> None:
    shapes = described["components"]["schemas"]
    bodies = {spec.type.__name__ for family in SPECS.values() for spec in family.values()}

    found = [each for name, schema in shapes.items() if name not in bodies for each in _shapeless(schema, name)]

    assert set(found) == _OPEN


def test_answers_change_no_shape_of_a_body(described: dict[str, Any]) -> None:
    for family in SPECS.values():
        for spec in family.values():
            asked = spec.adapter.json_schema(ref_template="#/components/schemas/{model}")
            for name, schema in asked.get("$defs", {}).items():
                assert described["components"]["schemas"][name] == schema, name


@pytest.mark.parametrize(
    ("shape", "row"),
    [
        (DocumentShown, DocumentProduced),
        (CensusRow, CensusRecord),
        (RegisterEntry, Registered),
        (SessionOfDay, SessionToday),
        (AttendancePeriod, Tally),
    ],
)
def test_a_new_field_of_a_row_is_in_no_answer(shape: type[Shape], row: type) -> None:
    names = [each.name for each in dataclasses.fields(row)]
    grown = dataclasses.make_dataclass("Grown", [*names, "unpublished"])(*names, "unpublished")

    answered = named_in(shape, grown)

    assert "unpublished" not in answered
    assert set(answered) == set(names) & set(shape.model_fields)
