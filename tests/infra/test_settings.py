import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.settings import ENV_FILE, EnvFileUnreadable, Settings, env_file, take_others_from_env_file
from services.local.config import EmbeddedSettings

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
    named = re.findall(r"^#?([A-Z_]+)=", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    fields = {*Settings.model_fields, *EmbeddedSettings.model_fields}

    assert sorted(named) == sorted(f"PLACEMENTS_{name.upper()}" for name in fields)


def test_the_example_is_accepted(environment: pytest.MonkeyPatch) -> None:
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if line.removeprefix("#").startswith("PLACEMENTS_") and not re.search("OWNER|SIGNER|ORIGIN", line):
            environment.setenv(*line.removeprefix("#").split("=", 1))

    settings = Settings()

    defaults = {name: field.default for name, field in Settings.model_fields.items() if not field.is_required()}
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
        ("http://issuer.example\\@127.0.0.1", False),
        ("http://user@127.0.0.1:9000", False),
        ("https://user:secret@issuer.example", False),
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


def _file(folder: Path, text: str) -> Path:
    path = folder / ".env"
    path.write_text(text, "utf-8")
    return path


def test_settings_come_from_the_env_file_where_the_environment_has_none(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _file(tmp_path, "PLACEMENTS_GATEWAY_PORT=9001\nPLACEMENTS_AUDIENCE=from-the-file\nDB_APP_PASSWORD=x\n")
    environment.delenv(ENV_FILE, raising=False)
    environment.chdir(tmp_path)
    environment.setenv("PLACEMENTS_AUDIENCE", "from-the-environment")

    assert (Settings().gateway_port, Settings().audience) == (9001, "from-the-environment")
    assert EmbeddedSettings().gateway_port == 9001


def test_another_env_file_is_named_or_none(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = _file(tmp_path, "PLACEMENTS_GATEWAY_PORT=9001\n")
    environment.chdir(tmp_path)

    environment.setenv(ENV_FILE, "")
    assert Settings().gateway_port == 8080
    environment.setenv(ENV_FILE, str(path))
    environment.chdir("/")
    assert Settings().gateway_port == 9001


def test_the_copied_example_sets_up_what_is_needed_and_nothing_else(
    environment: pytest.MonkeyPatch,
) -> None:
    for name in NEEDED:
        environment.delenv(name)
    environment.setenv(ENV_FILE, str(EXAMPLE))

    settings = Settings()

    changed = {name for name, field in Settings.model_fields.items() if getattr(settings, name) != field.default}
    assert changed == {name for name, field in Settings.model_fields.items() if field.is_required()}
    assert EmbeddedSettings() == EmbeddedSettings.model_construct()


def test_an_empty_value_is_none(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PLACEMENTS_OWNER_DATABASE_URL", "")
    environment.setenv("PLACEMENTS_RECORD_ORIGIN", "")

    assert Settings().owner_database_url is None
    assert EmbeddedSettings().record_origin == "localhost/placements"


def test_what_temporals_client_and_awss_read_is_taken_from_the_env_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "TEMPORAL_ADDRESS=temporal.example:7233\nTEMPORAL_NAMESPACE=other\nAWS_DEFAULT_REGION=eu-west-2\nPATH=/none"
    environment.setenv(ENV_FILE, str(_file(tmp_path, text)))
    environment.setenv("TEMPORAL_NAMESPACE", "placements")
    for name in ("TEMPORAL_ADDRESS", "AWS_DEFAULT_REGION"):
        environment.setenv(name, "")
        environment.delenv(name)

    take_others_from_env_file()

    assert os.environ["TEMPORAL_ADDRESS"] == "temporal.example:7233"
    assert os.environ["TEMPORAL_NAMESPACE"] == "placements"
    assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-2"
    assert os.environ["PATH"] != "/none"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfePLACEMENTS_ISSUER=x\n", "it is not utf-8"),
        (b'# fine\nPLACEMENTS_ISSUER="unclosed\n', "line 2: this is not NAME=value"),
        (b"TEMPORAL_ADDRESS=a\0b\n", "line 1: this is not NAME=value"),
        (b"=x\n", "line 1: this is not NAME=value"),
        (None, "no such file or directory"),
    ],
    ids=["not-utf8", "unclosed", "nul", "no-name", "missing"],
)
def test_a_file_of_settings_that_cannot_be_read_is_told_in_one_line(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    """Each command ends with it: a setting that is passed over in silence may be the one that matters."""
    file = tmp_path / "settings"
    if content is not None:
        file.write_bytes(content)
    program, environment = Path(sys.executable).with_name("placements"), {**os.environ, ENV_FILE: str(file)}

    ended = subprocess.run(
        [program, "doctor"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2, ended.stderr
    assert words.lower() in ended.stderr.lower()
    assert str(file) in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_folder_that_may_not_be_read_as_a_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_FILE, str(tmp_path))

    with pytest.raises(EnvFileUnreadable, match="is a directory"):
        env_file()


def test_no_file_where_none_is_named_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENV_FILE, raising=False)
    monkeypatch.chdir(tmp_path)

    assert env_file() is None
    monkeypatch.setenv(ENV_FILE, "")
    assert env_file() is None
