"""The settings of the running set-up as variables: for its children, and in a file for the command line."""

import os
from collections.abc import Mapping
from pathlib import Path

from infra.embedded import issuer
from infra.embedded.config import EmbeddedSettings
from infra.embedded.ports import LOOPBACK
from infra.embedded.postgres import PostgresServer
from infra.embedded.postgres_data import APP, OWNER, SIGNER
from infra.embedded.temporal import NAMESPACE

# Only migrations run as the owner; a service that holds this could rewrite the record.
OWNER_URL = "PLACEMENTS_OWNER_DATABASE_URL"
# Only the worker signs the record.
SIGNER_URL = "PLACEMENTS_SIGNER_DATABASE_URL"

CHECKPOINT_KEY = "checkpoint-key.pem"

_FILE = "environment"


def variables(settings: EmbeddedSettings, server: PostgresServer, database: str) -> dict[str, str]:
    """Return what the services, migrations and the command line need to find each other."""
    issuer_url = issuer.issuer_url(settings.issuer_port)
    local = settings.local_directory.resolve()
    return {
        "PLACEMENTS_DATABASE_URL": server.dsn(database, APP),
        OWNER_URL: server.dsn(database, OWNER),
        SIGNER_URL: server.dsn(database, SIGNER),
        "PLACEMENTS_KEYS_DIRECTORY": str(local / "keys"),
        "PLACEMENTS_LETTERS_SENDER": "files",
        "PLACEMENTS_LETTERS_DIRECTORY": str(local / "letters"),
        "PLACEMENTS_RECORD_ORIGIN": settings.record_origin,
        "PLACEMENTS_CHECKPOINT_KEY": str(local / CHECKPOINT_KEY),
        "PLACEMENTS_CHECKPOINTS_DIRECTORY": str((settings.checkpoints_directory or local / "checkpoints").resolve()),
        "PLACEMENTS_ISSUER": issuer_url,
        "PLACEMENTS_JWKS_URL": f"{issuer_url}/jwks.json",
        "PLACEMENTS_AUDIENCE": issuer.AUDIENCE,
        "PLACEMENTS_GATEWAY_HOST": LOOPBACK,
        "PLACEMENTS_GATEWAY_PORT": str(settings.gateway_port),
        "PLACEMENTS_DEMONSTRATION_CLOCK": "true",
        "PLACEMENTS_LOCAL_DIRECTORY": str(local),
        "TEMPORAL_ADDRESS": f"{LOOPBACK}:{settings.temporal_port}",
        "TEMPORAL_NAMESPACE": NAMESPACE,
    }


def write(local: Path, values: Mapping[str, str]) -> None:
    """Leave the variables where the command line finds them; the file holds passwords and is the owner's alone."""
    half = local / f"{_FILE}.new"
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    half.replace(local / _FILE)


def read(local: Path) -> dict[str, str]:
    """Return the variables of the set-up that runs in this folder; none when none does."""
    try:
        lines = (local / _FILE).read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def remove(local: Path) -> None:
    (local / _FILE).unlink(missing_ok=True)
