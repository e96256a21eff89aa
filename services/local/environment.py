"""The settings of the running set-up as variables: for its children, and in a file for the command line."""

from collections.abc import Callable, Mapping
from pathlib import Path

from infra.durable import write_whole
from infra.postgres.owner import OWNER_FILE, OWNER_URL, SIGNER_FILE, SIGNER_URL
from services.local import issuer
from services.local.config import EmbeddedSettings
from services.local.issuer_pages import PagesClient
from services.local.ports import LOOPBACK
from services.local.postgres import PostgresServer
from services.local.postgres_data import APP, OWNER, SIGNER
from services.local.temporal import NAMESPACE

CHECKPOINT_KEY = "checkpoint-key.pem"

_COMMON = "environment"
_FILES: Mapping[str, Callable[[str], bool]] = {
    _COMMON: lambda name: name not in {OWNER_URL, SIGNER_URL},
    OWNER_FILE: lambda name: name == OWNER_URL,
    SIGNER_FILE: lambda name: name == SIGNER_URL,
}


def variables(settings: EmbeddedSettings, server: PostgresServer, database: str) -> dict[str, str]:
    """Return what the services, migrations and the command line need to find each other."""
    issuer_url = issuer.issuer_url(settings.issuer_port)
    local, archive = settings.local_directory.resolve(), settings.archive_directory
    archived = {} if archive is None else {"PLACEMENTS_ARCHIVE_DIRECTORY": str(archive.resolve())}
    return archived | {
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
        "PLACEMENTS_PAGES_URL": pages_url(settings),
        "PLACEMENTS_SIGN_IN_CLIENT_ID": issuer.PAGES_CLIENT,
        "PLACEMENTS_SIGN_IN_CLIENT_SECRET_FILE": str(issuer.load_secret(local / "issuer")),
        "PLACEMENTS_GATEWAY_HOST": LOOPBACK,
        "PLACEMENTS_GATEWAY_PORT": str(settings.gateway_port),
        "PLACEMENTS_DEMONSTRATION_CLOCK": "true",
        "PLACEMENTS_LOCAL_DIRECTORY": str(local),
        "TEMPORAL_ADDRESS": f"{LOOPBACK}:{settings.temporal_port}",
        "TEMPORAL_NAMESPACE": NAMESPACE,
    }


def pages_url(settings: EmbeddedSettings) -> str:
    """Where people open the pages."""
    return f"http://{LOOPBACK}:{settings.gateway_port}"


def pages_client(settings: EmbeddedSettings) -> PagesClient:
    """The pages as the issuer knows them."""
    secret = issuer.load_secret(settings.local_directory.resolve() / "issuer").read_text("utf-8")
    return PagesClient(client_id=issuer.PAGES_CLIENT, secret=secret, pages_url=pages_url(settings))


def write(local: Path, values: Mapping[str, str]) -> None:
    """Leave the variables where the command line finds them; the files hold passwords and are the owner's alone.

    What the owner and the signer connect by is in a file each, which the services do not read.
    """
    for name, of_file in _FILES.items():
        write_whole(local / name, "".join(f"{key}={values[key]}\n" for key in values if of_file(key)).encode())


def read(local: Path) -> dict[str, str]:
    """Return all variables of the set-up that runs in this folder; none when none does."""
    return {name: value for file in _FILES for name, value in _read(local / file).items()}


def of_services(local: Path) -> dict[str, str]:
    """Return those that every process of the set-up may have."""
    return _read(local / _COMMON)


def _read(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def remove(local: Path) -> None:
    for name in _FILES:
        (local / name).unlink(missing_ok=True)
