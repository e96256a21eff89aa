"""What holds for every request: signing in, problems, headers, health, and what happens without a database."""

import re
from typing import Any

import asyncpg
import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from domain.shared.errors import Rejected
from infra import watch
from infra.event_store.append import append
from infra.event_store.types import ANY, NewEvent, StreamAppend
from infra.ids import uuid7
from infra.settings import Settings
from services.gateway.app import create_app
from services.gateway.commands import commanding, examples
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import rules
from services.local.people import DemonstrationPerson
from services.local.ports import free_port
from tests.conftest import Database
from tests.gateway.conftest import MONDAY
from tests.gateway.driving import DRAFT, Driver, Tokens


@pytest.mark.parametrize(
    "sent", [None, "", "Basic YTpi", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Bearer " + "x" * 9000]
)
async def test_nobody_is_told_anything_before_signing_in(gw: Driver, sent: str | None) -> None:
    headers = {} if sent is None else {"Authorization": sent}

    for path in ("/placements", "/placements/x", "/events", "/commands/x", "/schools"):
        answer = await gw.http.get(f"/api/v1{path}", headers=headers)

        assert answer.status_code == 401, path
    posted = await gw.http.post("/api/v1/placements", headers=headers, json={})
    assert posted.status_code == 401
    assert posted.headers["WWW-Authenticate"].startswith("Bearer")
    assert posted.json()["code"] == "not_signed_in"


async def test_tokens_that_are_over_or_of_another_issuer_are_refused(gw: Driver, tokens: Tokens) -> None:
    somebody = DemonstrationPerson(slug="x", name="X", roles=("auditor",), org="la:831")
    over = tokens.mint(somebody, lifetime_seconds=-3600)
    unsigned = jwt.encode({"alg": "HS256", "kid": "none"}, {"sub": str(somebody.id)}, _hmac_key())

    for token in (over, unsigned):
        answer = await gw.http.get("/api/v1/placements", headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def _hmac_key() -> OctKey:
    return OctKey.import_key("secret-secret-secret-secret-secret")


async def test_unknown_addresses_and_methods_are_problems(gw: Driver) -> None:
    missing = await gw.http.get("/api/v1/nothing")
    wrong = await gw.http.delete("/api/v1/placements")

    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["Allow"]
    for answer in (missing, wrong):
        assert answer.headers["content-type"] == "application/problem+json"


async def test_every_answer_carries_safe_headers(gw: Driver) -> None:
    for path in ("/api/v1/nothing", "/health/live", "/problems", "/api/docs", "/api/v1/placements"):
        answer = await gw.http.get(path)

        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Request-ID"]


@pytest.mark.parametrize("host", [b"[", b"a" * 300, b"\xc3\xbc", b""])
async def test_a_hostile_host_is_no_fault(gw: Driver, host: bytes) -> None:
    for path in ("/health/live", "/api/v1/nothing"):
        answer = await gw.http.get(path, headers=[(b"host", host)])

        assert answer.status_code < 500


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "9" * 30, "²"])
async def test_a_hostile_length_is_no_fault(gw: Driver, length: str) -> None:
    headers = [(b"content-length", length.encode("utf-8"))]

    answer = await gw.http.request("POST", "/api/v1/placements", headers=headers)

    assert answer.status_code in {400, 413}


async def test_hostile_paths_are_no_fault(gw: Driver) -> None:
    for path in (
        "/api/v1/placements/%00",
        "/api/v1/placements/%ff%fe",
        "/problems/%2e%2e%2f",
        "/api/v1/schools/٣٣٣٣٣٣",
    ):
        answer = await gw.http.get(path, headers=gw.headers("auditor"))

        assert answer.status_code in {404, 422}, path


async def test_every_problem_has_its_page(gw: Driver) -> None:
    for code in (*OWN, *rules()):
        answer = await gw.http.get(f"/problems/{code}")

        assert answer.status_code == 200, code
        assert f"<code>{code}</code>" in answer.text
    assert len(rules()) > 20
    assert (await gw.http.get("/problems/nothing")).status_code == 404
    assert (await gw.http.get("/problems")).text.count('href="/problems/') == len(OWN.keys() | rules().keys())


async def test_rules_do_not_share_codes() -> None:
    seen: dict[str, type] = {}
    waiting = list(Rejected.__subclasses__())
    while waiting:
        rule = waiting.pop()
        waiting += rule.__subclasses__()
        assert seen.setdefault(rule.code, rule) is rule, rule.code


async def test_the_document_and_its_page_need_nothing_from_elsewhere(gw: Driver) -> None:
    document = (await gw.http.get("/api/openapi.json")).json()
    page = (await gw.http.get("/api/docs")).text

    assert document["openapi"].startswith("3.1")
    for path in ("/api/v1/placements", "/api/v1/placements/{placement_id}/commands/give-notice"):
        operation = document["paths"][path]["post"]
        assert operation["summary"].endswith(".")
        assert operation["requestBody"]["content"]["application/json"]["example"]
    assert not [path for path in document["paths"] if "pass-time" in path]
    assert "<script" not in page
    assert not re.findall(r"(?:src|href|action)=.(?:https?:)?//", page)


async def test_health_names_each_part(gw: Driver) -> None:
    ready = await gw.http.get("/health/ready")

    assert (await gw.http.get("/health/live")).status_code == 200
    assert ready.status_code == 200, ready.text
    assert {name: part["ok"] for name, part in ready.json()["parts"].items()} == {
        "database": True,
        "migrations": True,
        "keys": True,
        "sign_in": True,
        "feed": True,
        "temporal": False,
    }
    metrics = (await gw.http.get("/metrics")).text
    assert 'placements_request_seconds_count{method="GET",route="/health/ready",status="200"} 1.0' in metrics


async def test_a_writer_left_open_is_named_within_seconds_and_nobody_is_unready(
    gw: Driver, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "WRITER_OPEN_SECONDS", 0.0)
    new = NewEvent(event_id=uuid7(), type="Late", schema_version=1, data="{}", personal=None, meta="{}")
    # Without the limits of our own connections, which would end it on a slow machine.
    writer = await asyncpg.connect(database.app_url, server_settings={"application_name": "a-stuck-writer"})
    writer_pid = writer.get_server_pid()
    async with writer.transaction():
        wanted = StreamAppend(stream_id=f"test-{uuid7()}", expected=ANY, events=(new,))
        await append(writer, wanted, recorded_at=MONDAY)

        while not (ready := await gw.http.get("/health/ready")).json()["warnings"]:
            pass
        metrics = (await gw.http.get("/metrics")).text
    await writer.close()

    assert ready.status_code == 200
    (warned,) = ready.json()["warnings"]
    assert (warned["code"], warned["process"]) == ("writer_open", "a-stuck-writer")
    assert warned["pid"] == writer_pid
    assert "placements_open_writers 1.0" in metrics


async def test_with_the_database_away_the_gateway_starts_and_says_so(
    settings: Settings, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    url = f"postgresql://nobody:nothing@127.0.0.1:{free_port()}/none"
    app = create_app(settings.model_copy(update={"database_url": type(settings.database_url)(url)}))

    async with app.router.lifespan_context(app), Driver(app, tokens) as driver:
        read = await driver.get("/placements")
        given = await driver.draft()
        one = await driver.get("/schools/900001")
        ready = await driver.http.get("/health/ready")
        live = await driver.http.get("/health/live")

    for answer in (read, given, one):
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert answer.headers["Retry-After"]
    assert (ready.status_code, ready.json()["parts"]["database"]["ok"]) == (503, False)
    assert live.status_code == 200


async def test_without_the_issuer_nobody_can_sign_in(settings: Settings, tokens: Tokens) -> None:
    url = f"http://127.0.0.1:{free_port()}/jwks.json"
    app = create_app(settings.model_copy(update={"jwks_url": url}))

    async with app.router.lifespan_context(app), Driver(app, tokens) as driver:
        answer = await driver.get("/placements")

    assert (answer.status_code, answer.json()["code"]) == (503, "sign_in_away")


async def test_a_fault_tells_nothing_of_itself(gw: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise LookupError("Rowan Tester-Field")

    monkeypatch.setattr(gw.gateway.verifier, "verify", broken)

    answer: httpx2.Response = await gw.get("/placements")

    assert answer.status_code == 500
    assert answer.json()["code"] == "fault"
    assert "Rowan" not in answer.text


async def _change(database: Database, *statements: str) -> None:
    owner = await asyncpg.connect(database.owner_url)
    for statement in statements:
        await owner.execute(statement)
    await owner.close()


async def test_a_type_that_changes_under_a_plan_is_no_fault(gw: Driver, database: Database) -> None:
    """Of a list that SQLAlchemy reads, and of a command that is carried out in a transaction of the driver's own."""
    path = f"/schools/{examples.SCHOOL_URN}/commands"
    await gw.take(examples.BEFORE[0])
    for _ in range(2):
        assert (await gw.get("/schools", "auditor")).status_code == 200
        assert (await gw.get("/placements", "auditor")).status_code == 200
        (await gw.take(examples.BEFORE[1])).raise_for_status()
        await _change(
            database,
            "ALTER TABLE command ALTER COLUMN expected_version TYPE bigint",
            "ALTER TABLE command ALTER COLUMN attempts TYPE bigint",
            "ALTER TABLE placement ALTER COLUMN version TYPE bigint",
        )

        listed = await gw.get("/placements", "auditor")
        given = await gw.give(f"{path}/publish-calendar", examples.BEFORE[1].body, "head")

        assert (listed.status_code, given.status_code) == (200, 200), listed.text + given.text
        await _change(database, "ALTER TABLE command ALTER COLUMN expected_version TYPE integer")


@pytest.mark.parametrize("fails", [1, 2])
async def test_a_request_is_tried_twice_and_then_put_off(
    gw: Driver, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    tried: list[bytes] = []
    whole = commanding.draft

    async def stale(gateway: Any, person: Any, spec: Any, sent: Any) -> Any:
        tried.append(sent.body)
        if len(tried) <= fails:
            raise asyncpg.InvalidCachedStatementError
        return await whole(gateway, person, spec, sent)

    monkeypatch.setattr(commanding, "draft", stale)
    answer = await gw.once("/placements", DRAFT.body)

    assert len(tried) == 2
    assert tried[0] == tried[1] != b""
    if fails == 1:
        assert answer.status_code == 202
    else:
        assert (answer.status_code, answer.json()["code"]) == (503, "database_changing")
        assert answer.headers["Retry-After"]
