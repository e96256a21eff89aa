"""What the gateway writes down about requests: ids and codes, never a name, a body, a token or a query."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from infra.ids import uuid7
from infra.log import configure
from infra.settings import Settings
from services.gateway.commands.examples import BEFORE, OF_PLACEMENT, PLACEMENT_ID, key_of
from tests.gateway.driving import DRAFT, Driver, path_of


@pytest.fixture
def written(settings: Settings) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(settings.model_copy(update={"log_format": "json", "log_level": "debug"}), stream=stream)
    yield stream
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


async def test_one_line_a_request_and_no_secret_in_any(written: io.StringIO, whole: Driver) -> None:
    for step in OF_PLACEMENT[:3]:
        await whole.once(path_of(step.command), step.body, step.role, key=key_of(step))
    secret = "Zebedee-Secret"
    await whole.give("/placements", {**DRAFT.body, secret: secret, "pupil": {"legal_name": secret}})
    await whole.get(f"/placements/{PLACEMENT_ID}", as_at=secret)
    await whole.get("/placements", q=secret, cursor=secret)
    await whole.http.get(f"/api/v1/{secret}")
    await whole.http.get("/api/v1/placements", headers={"Authorization": f"Bearer {secret}"})
    await whole.give(f"/placements/{uuid7()}/commands/close", {}, headers={"If-Match": secret})

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    text = written.getvalue()
    assert len(requests) == len(BEFORE) + 9
    assert {"method", "route", "status", "duration_ms", "request_id"} <= requests[0].keys()
    assert requests[0]["actor_id"]
    assert next(line for line in requests if line["route"].endswith("submit-referral"))["command_id"]
    assert not [line for line in lines if "dropped" in line]
    for private in ("Rowan", "Tester", "B801200005001", "Marlow", secret, whole.tokens.of("case_worker")):
        assert private not in text
