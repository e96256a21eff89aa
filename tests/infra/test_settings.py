import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
NEEDED = {
    "PLACEMENTS_DATABASE_URL": "postgresql://app:hidden@127.0.0.1/placements",
    "PLACEMENTS_KEYS_DIRECTORY": "/keys",
    "PLACEMENTS_ISSUER": "https://issuer.example",
    "PLACEMENTS_JWKS_URL": "https://issuer.example/jwks.json",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PLACEMENTS_{name.upper()}", raising=False)
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_example_names_each_setting_and_nothing_else() -> None:
    named = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)

    assert sorted(named) == sorted(f"PLACEMENTS_{name.upper()}" for name in Settings.model_fields)


def test_the_example_is_accepted(environment: pytest.MonkeyPatch) -> None:
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if line.startswith("PLACEMENTS_"):
            environment.setenv(*line.split("=", 1))

    settings = Settings()

    defaults = {name: field.default for name, field in Settings.model_fields.items() if not field.is_required()}
    del defaults["owner_database_url"], defaults["signer_database_url"]
    assert {name: getattr(settings, name) for name in defaults} == defaults


def test_secrets_are_not_shown(environment: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - sets the environment
    settings = Settings()

    assert "hidden" not in repr(settings)
    assert "hidden" not in settings.model_dump_json()


def test_settings_do_not_change(environment: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - sets the environment
    with pytest.raises(ValidationError):
        Settings().gateway_port = 1  # type: ignore[misc]  # what is refused


@pytest.mark.parametrize(
    ("name", "value"),
    [("GATEWAY_PORT", "70000"), ("DATABASE_POOL_SIZE", "0"), ("LOG_FORMAT", "xml"), ("COMMAND_WAIT_SECONDS", "0")],
)
def test_a_value_out_of_range_is_refused(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(f"PLACEMENTS_{name}", value)

    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


@pytest.mark.parametrize("name", ["ISSUER", "JWKS_URL"])
@pytest.mark.parametrize(
    ("address", "accepted"),
    [
        ("https://issuer.example", True),
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000/jwks.json", True),
        ("http://[::1]:9000", True),
        ("http://issuer.example", False),
        ("http://10.0.0.7", False),
        ("http://127.0.0.1@issuer.example", False),
        ("http://localhost.issuer.example", False),
        ("http:", False),
        ("https://", False),
        ("file:///jwks.json", False),
        ("", False),
    ],
)
def test_an_issuer_is_asked_by_https_or_on_this_machine(
    environment: pytest.MonkeyPatch, name: str, address: str, accepted: bool
) -> None:
    environment.setenv(f"PLACEMENTS_{name}", address)

    if accepted:
        assert getattr(Settings(), name.lower()) == address
    else:
        with pytest.raises(ValidationError, match=name.lower()):
            Settings()
