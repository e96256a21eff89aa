"""docker-compose.yml and the Dockerfile held to the code: no engine is needed, and none is here to build them."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # its stubs are a package of their own, for one test
from temporalio.envconfig import ClientConfig

from infra.postgres.migrations import superuser_sql
from infra.settings import Settings
from services.local.temporal import SEARCH_ATTRIBUTES

PROJECT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"gateway", "worker", "migrate"}
ONCE = {"migrate", "signing-key", "temporal-schema", "temporal-namespace"}
LONG_RUNNING = SERVICES.keys() - ONCE
EXAMPLE = PROJECT / "deploy" / "compose.env.example"
DOCKERFILE = (PROJECT / "Dockerfile").read_text()

EXACT_VERSION = re.compile(r":\d+\.\d+(\.\d+)?(-[a-z]+)*$")
VARIABLE = re.compile(r"\$\{(\w+)")


def environment(service: str) -> dict[str, str]:
    found: dict[str, str] = SERVICES[service].get("environment", {})
    return found


def test_every_setting_named_there_is_a_setting() -> None:
    known = {f"PLACEMENTS_{name.upper()}" for name in Settings.model_fields}
    named = {name for service in SERVICES for name in environment(service) if name.startswith("PLACEMENTS_")}
    named |= set(re.findall(r"PLACEMENTS_\w+", DOCKERFILE))

    assert named - known == set()


@pytest.mark.parametrize("service", sorted(OURS))
def test_every_setting_without_a_default_is_given(service: str) -> None:
    required = {f"PLACEMENTS_{name.upper()}" for name, field in Settings.model_fields.items() if field.is_required()}

    assert required - environment(service).keys() == set()


@pytest.mark.parametrize("service", sorted(OURS))
def test_temporal_is_configured_by_variables_that_its_client_reads(service: str) -> None:
    variables = {name: value for name, value in environment(service).items() if name.startswith("TEMPORAL_")}

    found = ClientConfig.load_client_connect_config(override_env_vars=variables)

    assert sorted(variables.values()) == sorted([found["target_host"], found["namespace"]])


def test_only_migrations_hold_the_owners_password() -> None:
    holders = {name for name in SERVICES if "DB_OWNER_PASSWORD" in str(environment(name))}

    assert holders == {"postgres", "migrate"}


def test_only_the_worker_signs() -> None:
    holders = {name for name in SERVICES if "DB_SIGNER_PASSWORD" in str(environment(name))}

    assert holders == {"postgres", "worker"}


def test_the_superusers_step_is_that_of_the_code() -> None:
    deployed = (PROJECT / "deploy" / "postgres" / "20-superuser.sql").read_text()

    assert deployed.partition("\\connect placements\n")[2] == superuser_sql()


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_images_are_pinned_to_one_release(service: str) -> None:
    assert EXACT_VERSION.search(SERVICES[service]["image"])


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_nothing_runs_as_root_or_may_become_it(service: str) -> None:
    told = SERVICES[service]
    user = str(told["user"]).partition(":")[0]

    assert user.isdigit()
    assert int(user) > 0
    assert told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"]


def test_only_temporals_pages_may_write_to_their_own_image() -> None:
    writable = {name for name, told in SERVICES.items() if not told["read_only"]}

    assert writable == {"temporal-ui"}


@pytest.mark.parametrize("service", sorted(LONG_RUNNING))
def test_what_keeps_running_has_a_health_check_and_is_restarted(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_each_waits_for_what_it_needs_in_the_state_it_needs(service: str) -> None:
    for needed, how in SERVICES[service].get("depends_on", {}).items():
        expected = "service_completed_successfully" if needed in ONCE else "service_healthy"

        assert how == {"condition": expected}


def test_ports_are_open_to_this_machine_alone() -> None:
    ports = [port for told in SERVICES.values() for port in told.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_keys_lie_apart_from_the_database() -> None:
    def mounting(volume: str) -> set[str]:
        return {
            name
            for name, told in SERVICES.items()
            if any(mounted.partition(":")[0] == volume for mounted in told.get("volumes", []))
        }

    assert mounting("keys") == {"gateway", "worker"}
    assert mounting("postgres") == {"postgres"}
    assert mounting("signing") == {"signing-key", "worker"}
    assert COMPOSE["volumes"].keys() == {"checkpoints", "keys", "letters", "postgres", "signing"}


def test_passwords_come_from_the_env_file_and_its_example_names_each() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    named = set(VARIABLE.findall(text))
    example = dict(line.split("=", 1) for line in EXAMPLE.read_text().splitlines() if line[:1].isalpha())

    assert named == example.keys()
    assert {name: value for name, value in example.items() if name.endswith("PASSWORD") and value} == {}
    for line in text.splitlines():
        if "PASSWORD" in line or "POSTGRES_PWD" in line:
            assert re.search(r"\$\{DB_\w+_PASSWORD:\?", line), line


def test_the_mounted_files_are_there() -> None:
    mounted = {told.split(":")[0] for service in SERVICES.values() for told in service.get("volumes", [])}
    folders = {PROJECT / told for told in mounted if told.startswith("./")}

    assert folders
    assert all(folder.is_dir() for folder in folders)


def test_the_namespace_gets_the_search_attributes_that_the_workflow_sets() -> None:
    script = (PROJECT / "deploy" / "temporal" / "namespace.sh").read_text()

    for name, kind in SEARCH_ATTRIBUTES.items():
        assert f"attribute {name} {kind}\n" in script


def test_the_image_is_made_of_what_is_there_and_runs_without_root() -> None:
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)

    assert len(bases) == 1
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", base) for base in bases)
    assert all((PROJECT / path).exists() for path in copied)
    assert users == [SERVICES["gateway"]["user"]]
    assert "--require-hashes" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE


def test_what_the_image_takes_out_again_is_in_the_lock() -> None:
    removed = re.search(r"uninstall --yes \\\n\s+([a-z -]+) \\", DOCKERFILE)
    locked = re.findall(r"^([a-z0-9-]+)==", (PROJECT / "requirements.lock").read_text(), re.MULTILINE)

    assert removed
    assert set(removed[1].split()) <= set(locked)


def test_docker_compose_reads_it(tmp_path: Path) -> None:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed; it only reads the file once more")
    env_file = tmp_path / "env"
    env_file.write_text(re.sub(r"(?m)PASSWORD=$", "PASSWORD=letters", EXAMPLE.read_text()))

    ran = subprocess.run(
        [program, "--env-file", str(env_file), "--file", "docker-compose.yml", "config", "--quiet"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
