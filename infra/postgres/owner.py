"""How the owner of the database, and the signer of the record, connect: never known to a process that does not need it.

Of the embedded set-up each is in a file of its own beside the other variables. A service that held the owner's could
rewrite the record.
"""

import os
from pathlib import Path
from typing import Final

from infra.settings import Settings

OWNER_URL: Final = "PLACEMENTS_OWNER_DATABASE_URL"
SIGNER_URL: Final = "PLACEMENTS_SIGNER_DATABASE_URL"
OWNER_FILE: Final = "environment.owner"
SIGNER_FILE: Final = "environment.signer"


def owner_database_url(settings: Settings) -> str | None:
    """As the settings say, or the set-up that runs in this folder; for migrate, rebuild and detach alone."""
    if settings.owner_database_url is not None:
        return settings.owner_database_url.get_secret_value()
    return in_file(_local() / OWNER_FILE, OWNER_URL)


def in_file(path: Path, name: str) -> str | None:
    """What a file of the set-up says of one variable."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    return next((line.partition("=")[2] for line in lines if line.startswith(f"{name}=")), None)


def service_settings(*, signs: bool) -> Settings:
    """The settings of a service, without what it must not have, wherever that came from."""
    forgotten = {"owner_database_url": None, **({} if signs else {"signer_database_url": None})}
    for name in forgotten:
        os.environ.pop(f"PLACEMENTS_{name.upper()}", None)
    return Settings().model_copy(update=forgotten)


def _local() -> Path:
    return Path(os.environ.get("PLACEMENTS_LOCAL_DIRECTORY") or ".local")
