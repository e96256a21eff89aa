"""The whole service with its keys wrapped by a key management service: it works, and says so when that is away."""

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.encryption.key_store.configured import keys_for
from infra.ids import uuid7
from infra.settings import Settings
from services.commands.doctor import key_service
from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID
from tests import aws_kms
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver
from tests.gateway.test_lists import told


@pytest.fixture
def kms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[aws_kms.Kms]:
    with ExitStack() as stack:
        yield aws_kms.found(stack.enter_context(aws_kms.serving(tmp_path / "kms.log")), monkeypatch)


@pytest.fixture
def settings(settings: Settings, kms: aws_kms.Kms) -> Settings:
    return settings.model_copy(update={"kms_key_id": kms.new_key()})


async def test_keys_of_the_service_seal_and_open_and_its_absence_is_answered_503(
    whole: Driver, settings: Settings, kms: aws_kms.Kms, database: Database
) -> None:
    await told(whole, "draft-referral")
    assert "Rowan Tester" in (await whole.get(f"/placements/{PLACEMENT_ID}")).text
    assert {path.read_bytes()[:4] for path in (settings.keys_directory / "keys").iterdir()} == {b"PLA1"}
    assert [finding.well for finding in await key_service(settings)] == [True]

    kms.away()
    whole.app.state.gateway = dataclasses.replace(whole.gateway, keys=keys_for(settings))
    read = await whole.get(f"/placements/{PLACEMENT_ID}")
    given = await whole.once("/placements", EXAMPLES["draft-referral"], key=uuid7())

    for answer in (read, given):
        assert (answer.status_code, answer.json()["code"]) == (503, "keys_away")
        assert answer.headers["Retry-After"]
    assert [finding.well for finding in await key_service(settings)] == [False]
    code, output = await placements(whole, database, "audit", "replay", str(PLACEMENT_ID), "--personal")
    assert (code, output.splitlines()[-1]) == (1, "AWS KMS does not do what it is asked: EndpointConnectionError")
    assert "Traceback" not in output
