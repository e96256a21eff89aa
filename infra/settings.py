"""Every setting of both processes, read from `PLACEMENTS_*` variables or `.env` once in each entry point.

Temporal's own settings are not here: its client reads the `TEMPORAL_*` variables of Temporal's tools.
"""

import io
import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

OptionalPort = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0)]


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


_LEAST_CONTRAST = 4.5


def contrast_with_white(colour: str) -> float:
    """By WCAG 2.2, from 1 for white to 21 for black. `colour` is #rrggbb."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    # Below the first figure the curve is a straight line.
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)  # noqa: PLR2004 - WCAG's own
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def is_reached_safely(address: object) -> bool:
    """Whether nobody on the way can change what is said there: https, or http on this machine."""
    parts = urlsplit(address) if isinstance(address, str) else None
    if parts is None or "@" in parts.netloc or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


# Names the file that is read in place of `.env`; an empty name is no file.
ENV_FILE = "PLACEMENTS_ENV_FILE"


class EnvFileUnreadable(Exception):
    """The file of settings is there, and some of it would be passed over in silence."""


def env_file() -> Path | None:
    """The file with the variables that the environment does not have; None where there is none.

    Raises:
        EnvFileUnreadable: it was named and is not there, may not be read, or has a line that is no setting.
    """
    named = os.environ.get(ENV_FILE)
    path = Path(".env" if named is None else named)
    if named == "" or (named is None and not path.is_file()):
        return None
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is not UTF-8"
        raise EnvFileUnreadable(f"{path} cannot be read: {why.lower()}.") from None
    for found in parse_stream(io.StringIO(text)):
        if found.error or found.key == "" or "\0" in (found.value or ""):
            raise EnvFileUnreadable(f"{path}, line {found.original.line}: this is not NAME=value.")
    return path


def take_others_from_env_file() -> None:
    """Put what the file says for Temporal's client and AWS's into the environment, where they look for it."""
    path = env_file()
    for name, text in dotenv_values(path).items() if path is not None else ():
        if name.startswith(("TEMPORAL_", "AWS_")) and text:
            os.environ.setdefault(name, text)


class FromEnvironment(BaseSettings):
    """Settings from variables of the environment, then from the file. An empty value is none."""

    model_config = SettingsConfigDict(env_prefix="PLACEMENTS_", frozen=True, extra="ignore", env_ignore_empty=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - it was told its file before this one was known
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not used here
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, DotEnvSettingsSource(settings_cls, env_file=env_file())


class Settings(FromEnvironment):
    """What differs between installations; there is no "environment" that switches several things at once."""

    database_url: SecretStr = Field(description="PostgreSQL, as the application's role")
    owner_database_url: SecretStr | None = Field(
        default=None,
        description="The same database as its owner; for migrate, rebuild and detach alone, never for a service",
    )
    signer_database_url: SecretStr | None = Field(
        default=None,
        description="The same database as the role that signs the record, for the worker alone; without it the"
        " application's role signs, where it may",
    )
    database_pool_size: int = Field(default=10, ge=1, description="Connections each process keeps")
    database_pool_overflow: int = Field(default=10, ge=0, description="Further connections under load")
    database_pool_wait_seconds: Seconds = Field(
        default=5.0, description="How long a request waits for a connection before it is answered 503"
    )

    keys_directory: Path = Field(description="Folder of the pupils' wrapped keys, outside the database")
    kms_key_id: str = Field(
        default="",
        description="The AWS KMS key that wraps them, by id, ARN or alias; without one a file in the folder does",
    )
    key_cache_seconds: Seconds = Field(default=60.0, description="How long an unwrapped key stays in memory")
    key_cache_size: int = Field(default=1000, ge=1, description="How many unwrapped keys stay in memory")

    issuer: str = Field(description="`iss` of accepted tokens")
    jwks_url: str = Field(description="Where the issuer publishes its public keys")
    audience: str = Field(default="placements", description="`aud` of accepted tokens")
    jwks_refetch_seconds: Seconds = Field(
        default=10.0, description="An unknown key id asks the issuer again at most this often"
    )

    @field_validator("issuer", "jwks_url")
    @classmethod
    def _reached_safely(cls, stated: str) -> str:
        """Whoever can change what an issuer says on its way can sign in as anybody."""
        if "@" in urlsplit(stated).netloc:
            raise ValueError("an address without a user or a password is needed: anybody may read it")
        if is_reached_safely(stated):
            return stated
        raise ValueError("an https address is needed; http is for this machine alone")

    pages_url: str = Field(
        default="",
        description="The address at which people open the pages, as https://placements.council.example; without it"
        " nobody signs in by page",
    )
    sign_in_client_id: str = Field(default="", description="The name of the pages at the issuer: its client id")
    sign_in_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret that goes with it; or put it into the file below"
    )
    sign_in_client_secret_file: Path | None = Field(
        default=None, description="File that holds the secret and nothing else, as a container is given secrets"
    )

    sign_in_scope: str = Field(
        default="openid profile", description="What the pages ask the issuer for; DfE Sign-in needs organisation too"
    )

    dfe_api_url: str = Field(
        default="", description="DfE Sign-in's API, which alone says the roles of its people; for that issuer only"
    )
    dfe_api_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret of that API; or put it into the file below"
    )
    dfe_api_secret_file: Path | None = Field(default=None, description="File that holds it and nothing else")

    @field_validator("dfe_api_url")
    @classmethod
    def _safe_if_any(cls, stated: str) -> str:
        return cls._reached_safely(stated) if stated else stated

    @field_validator("pages_url")
    @classmethod
    def _an_origin(cls, stated: str) -> str:
        """Others would read a session's cookie on its way; and the issuer sends people back to a path below this."""
        parts = urlsplit(stated)
        if not stated or (cls._reached_safely(stated) and parts.path in {"", "/"} and not parts.query + parts.fragment):
            return stated.rstrip("/")
        raise ValueError("an address without a path is needed, as https://placements.council.example")

    gateway_host: str = Field(default="127.0.0.1", description="Address the gateway listens on")
    gateway_port: OptionalPort = Field(default=8080, description="Port the gateway listens on")
    health_host: str = Field(default="127.0.0.1", description="Address of the gateway's readiness and metrics")
    health_port: OptionalPort = Field(
        default=0, description="Port of the gateway's readiness and metrics; 0 for the gateway's own port"
    )
    pages_owner: str = Field(
        default="",
        max_length=60,
        description="Whose service it is, in the header of every page: a school's, trust's or council's name",
    )
    pages_colour: str = Field(
        default="#1d4f76", description="The colour of the header of every page, as #rrggbb; white is read on it"
    )

    @field_validator("pages_colour")
    @classmethod
    def _is_dark_enough(cls, stated: str) -> str:
        """WCAG 2.2 asks for 4.5 to 1 between white words and what they are on."""
        if not re.fullmatch("#[0-9a-fA-F]{6}", stated):
            raise ValueError("a colour as #rrggbb is needed")
        if contrast_with_white(stated) < _LEAST_CONTRAST:
            raise ValueError("white words cannot be read on this colour: take a darker one")
        return stated

    streams_per_person: int = Field(
        default=64, ge=1, description="Streams, and requests that wait for events, that one person may have at once"
    )
    command_wait_seconds: Seconds = Field(
        default=5.0, description="How long a request waits for its command before it is answered 202"
    )

    provider_sight_days: int = Field(
        default=60,
        ge=0,
        le=3660,
        description="How many days after the end of a placement its provider still sees it, if it is not evaluated"
        " before",
    )

    worker_host: str = Field(default="127.0.0.1", description="Address of a worker's metrics and warnings")
    worker_port: OptionalPort = Field(default=0, description="Port of a worker's metrics and warnings; 0 for none")

    letters_sender: Literal["none", "files", "notify"] = Field(default="none", description="How letters go out")
    letters_directory: Path = Field(
        default=Path("letters"),
        description="Folder that `files` writes letters to, in clear, for somebody to send on",
    )
    notify_api_key: SecretStr = Field(default=SecretStr(""), description="GOV.UK Notify's API key")
    notify_base_url: str = Field(
        default="https://api.notifications.service.gov.uk", description="Where GOV.UK Notify answers"
    )
    notify_email_template: str = Field(
        default="", description="The id of the e-mail template at GOV.UK Notify, with ((title)) and ((document))"
    )

    record_origin: str = Field(
        default="",
        description="Name of this record, under which its checkpoints are signed, as council.example/placements;"
        " without it none are made",
    )
    checkpoint_key: Path = Field(
        default=Path("checkpoint-key.pem"), description="File of the private key (Ed25519, PEM) that signs them"
    )
    checkpoints_directory: Path = Field(
        default=Path("checkpoints"), description="Folder, outside the database, for a copy of each checkpoint"
    )

    witnesses: str = Field(
        default="",
        description="Who cosigns checkpoints: a verifier key, a space and an address each, with commas between",
    )

    demonstration_clock: bool = Field(
        default=False,
        description="Whether time may be moved on; only in a database that the embedded set-up made",
    )
    log_format: Literal["console", "json"] = Field(default="json", description="How log records are written")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least severe record that is written"
    )

    def client_secret(self) -> str:
        """The pages' secret at the issuer. Raises OSError: its file cannot be read."""
        return _whole(self.sign_in_client_secret_file, self.sign_in_client_secret)

    def dfe_api_key(self) -> str:
        """The secret of DfE Sign-in's API. Raises OSError: its file cannot be read."""
        return _whole(self.dfe_api_secret_file, self.dfe_api_secret)


def _whole(file: Path | None, given: SecretStr) -> str:
    """A secret from its file, where there is one."""
    return given.get_secret_value() if file is None else file.read_text("utf-8").strip()
