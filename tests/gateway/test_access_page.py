"""The page of who sees and does what, asked of the service: every operation, every role, every kind of organisation."""

import itertools
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx2

from docs.access_table import API, OPERATIONS, Audience, cell, status
from domain.access.roles import RIGHTS, RoleInOrganisation, standings
from events.codes import Role
from infra.ids import uuid7
from infra.proof.checkpoints import Checkpointer
from services.gateway.commands.catalogue import DRAFT_REFERRAL, SPECS, CommandSpec
from services.gateway.commands.examples import PLACEMENT_ID, PROVIDER_ID, SCHOOL_URN, STORY, WEEK
from services.local.people import DemonstrationPerson
from tests.gateway.driving import DRAFT, Driver, key_of
from tests.gateway.test_reading import told

ORGS = (f"school:{SCHOOL_URN}", "la:831", f"provider:{PROVIDER_ID}", None)
_ENDLESS = "/events/stream"
_ASKED: dict[str, dict[str, Any]] = {
    "/returns/census": {"term": "spring", "year": 2027},
    "/returns/register": {"la": "831"},
    "/audit/consistency": {"first": 1, "second": 1},
    "/today": {"date": "2026-12-08"},
    "/audit/diff": {"placement": str(PLACEMENT_ID), "from": "2026-11-01"},
}


def _operations(driver: Driver) -> set[str]:
    described = driver.app.openapi()["paths"]
    return {path.removeprefix(API) for path, each in described.items() if "get" in each}


def test_the_table_has_a_row_for_each_role_and_audience() -> None:
    assert set(OPERATIONS.values()) == set(Audience)
    for audience, role in itertools.product(Audience, RIGHTS):
        assert cell(audience, role)


async def test_the_table_has_a_row_for_each_operation_that_reads(gw: Driver) -> None:
    described = gw.app.openapi()["paths"]
    given = {path for path, each in described.items() if _is_command(each.get("post"))}

    assert _operations(gw) == set(OPERATIONS)
    assert {method for each in described.values() for method in each} == {"get", "post"}
    assert len(given) == sum(len(specs) for specs in SPECS.values()), "each command"


def _is_command(operation: dict[str, Any] | None) -> bool:
    return operation is not None and operation["operationId"].partition(".")[0] in SPECS


def _people(*, pairs: bool) -> Iterator[tuple[DemonstrationPerson, tuple[RoleInOrganisation, ...]]]:
    """A person for each role, or for each two, with each kind of organisation and with none."""
    groups = itertools.combinations(RIGHTS, 2) if pairs else ((role,) for role in (*RIGHTS, Role.SYSTEM))
    for number, (roles, org) in enumerate(itertools.product(groups, ORGS)):
        named = tuple(role.value for role in roles)
        person = DemonstrationPerson(
            slug=f"somebody-{len(roles)}-{number}", name="Somebody", roles=named, org=org or ""
        )
        yield person, standings(named, org)


def _sees(found: tuple[RoleInOrganisation, ...]) -> bool:
    """The placement is the organisation's, whichever of the kinds it is."""
    return any(each.organisation is not None for each in found)


async def _values(driver: Driver) -> dict[str, str]:
    timeline = (await driver.get(f"/placements/{PLACEMENT_ID}/timeline")).json()["events"]
    documents = (await driver.get(f"/placements/{PLACEMENT_ID}/documents")).json()["documents"]
    record = (await driver.get(f"/placements/{PLACEMENT_ID}")).json()["record"]
    return {
        "placement_id": str(PLACEMENT_ID),
        "pupil_id": record["pupil_id"],
        "provider_id": str(PROVIDER_ID),
        "urn": str(SCHOOL_URN),
        "iso_week": WEEK,
        "command_id": str(key_of(DRAFT)),
        "code_set": "legal_basis",
        # Nobody's.
        "job_id": str(uuid7()),
        # One that a provider is shown as well.
        "event_id": next(each["event_id"] for each in timeline if each["type"] == "PlacementStarted"),
        "document_id": next(each["document_id"] for each in documents if each["kind"] == "agreement"),
    }


async def _placed(driver: Driver, checkpointer: Checkpointer) -> dict[str, str]:
    await told(driver, "receive-progress-report")
    (await driver.take(next(step for step in STORY if step.command == "record-mark"))).raise_for_status()
    await driver.rest()
    await checkpointer.checkpoint()
    return await _values(driver)


class _As:
    """Somebody who asks."""

    def __init__(self, driver: Driver, person: DemonstrationPerson) -> None:
        self.driver = driver
        self.headers = {"Authorization": f"Bearer {driver.tokens.mint(person)}"}

    async def get(self, template: str, values: dict[str, str]) -> httpx2.Response:
        path = template.format(**values)
        address = path if path.startswith("/health") else f"{API}{path}"
        return await self.driver.http.get(address, headers=self.headers, params=_ASKED.get(template, {}))

    async def post(self, path: str) -> httpx2.Response:
        """A command with a body that is none: refused for that where the person may give it."""
        sent = {**self.headers, "Idempotency-Key": str(uuid7()), "Content-Type": "application/json"}
        return await self.driver.http.post(f"{API}{path}", headers=sent, content=b"{")


async def test_every_operation_answers_each_role_as_the_page_says(whole: Driver, checkpointer: Checkpointer) -> None:
    values = await _placed(whole, checkpointer)
    wrong = []
    for person, found in _people(pairs=False):
        somebody = _As(whole, person)
        for template, audience in OPERATIONS.items():
            expected = status(audience, found, seen=_sees(found))
            if template == _ENDLESS and expected == 200:
                continue
            answer = await somebody.get(template, values)
            named = "Rowan" in answer.text
            may_name = _sees(found) and any(each.rights.names for each in found)
            if answer.status_code != expected or (named and not may_name):
                wrong.append((person.roles, person.org, template, expected, answer.status_code, named))

    assert wrong == []


async def test_a_record_shows_two_roles_what_one_of_them_is_shown(whole: Driver, checkpointer: Checkpointer) -> None:
    values = await _placed(whole, checkpointer)
    of_one = {Audience.PLACEMENT, Audience.WHOLE, Audience.NAMED_PART, Audience.RETURNS, Audience.REGISTER}
    templates = {path: audience for path, audience in OPERATIONS.items() if audience in of_one}
    wrong = []
    for person, found in _people(pairs=True):
        somebody = _As(whole, person)
        for template, audience in templates.items():
            expected = status(audience, found, seen=_sees(found))
            answer = await somebody.get(template, values)
            may_name = _sees(found) and any(each.rights.names for each in found)
            if answer.status_code != expected or ("Rowan" in answer.text and not may_name):
                wrong.append((person.roles, person.org, template, expected, answer.status_code))

    assert wrong == []


def _address(spec: CommandSpec, values: dict[str, str]) -> str:
    if spec.kind == DRAFT_REFERRAL:
        return "/placements"
    of = {
        "placement": "/placements/{placement_id}/commands",
        "attendance": "/placements/{placement_id}/attendance/{iso_week}/commands",
        "pupil": "/pupils/{pupil_id}/commands",
        "school": "/schools/{urn}/commands",
        "provider": "/providers/{provider_id}/commands",
    }
    return f"{of[spec.family].format(**values)}/{spec.kind}"


def _expected(spec: CommandSpec, found: tuple[RoleInOrganisation, ...]) -> int:
    of_a_placement = spec.family in {"placement", "attendance", "pupil"} and spec.kind != DRAFT_REFERRAL
    if of_a_placement and not _sees(found):
        return 404
    return 422 if any(each.role in spec.step.by for each in found) else 403


async def test_every_command_is_for_the_roles_that_the_page_names(whole: Driver, checkpointer: Checkpointer) -> None:
    values = await _placed(whole, checkpointer)
    wrong = []
    for person, found in _people(pairs=False):
        somebody = _As(whole, person)
        for spec in itertools.chain.from_iterable(specs.values() for specs in SPECS.values()):
            answer = await somebody.post(_address(spec, values))
            if answer.status_code != _expected(spec, found):
                wrong.append((person.roles, person.org, spec.kind, _expected(spec, found), answer.status_code))

    assert wrong == []
    assert UUID(values["pupil_id"])
