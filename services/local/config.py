"""What can be set about the embedded servers; the services' own settings are in `infra/settings.py`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from infra.settings import FromEnvironment

Port = Annotated[int, Field(gt=0, le=65535)]


class EmbeddedSettings(FromEnvironment):
    """The ports on loopback, and the folder that holds everything the set-up keeps."""

    local_directory: Path = Field(default=Path(".local"), description="Data, keys and logs of the embedded set-up")
    gateway_port: Port = Field(default=8080, description="The gateway")
    temporal_port: Port = Field(default=7233, description="Temporal")
    temporal_ui_port: Port = Field(default=8233, description="Temporal's web pages")
    postgres_port: Port = Field(default=5440, description="PostgreSQL")
    issuer_port: Port = Field(default=8090, description="The issuer of sign-ins")
    archive_directory: Path | None = Field(
        default=None,
        description="Where PostgreSQL keeps its log of changes for going back to a moment; nowhere if unset",
    )
    archive_copies: int = Field(
        default=2,
        ge=1,
        description="How many of the newest copies the log of changes is kept for; `make backup` removes what is older",
    )
    record_origin: str = Field(
        default="localhost/placements", description="The record's name, under which it is signed"
    )
    checkpoints_directory: Path | None = Field(
        default=None, description="Where copies of the checkpoints are kept; `checkpoints` beside the data if unset"
    )

    example: Literal["caseload", "none"] = Field(
        default="caseload", description="Whether the example caseload is loaded into a record that begins"
    )

    def ports(self) -> tuple[tuple[int, str, str], ...]:
        """Return each port with what it is for and the setting that changes it."""
        return _ports(self)


class ServicePorts(FromEnvironment):
    """Further ports, which the services take where they are set: they inherit these settings from the set-up."""

    health_port: int = Field(default=0, ge=0, le=65535, description="The gateway's readiness and metrics")
    worker_port: int = Field(default=0, ge=0, le=65535, description="The worker's metrics and warnings")

    def ports(self) -> tuple[tuple[int, str, str], ...]:
        return _ports(self)


def _ports(settings: FromEnvironment) -> tuple[tuple[int, str, str], ...]:
    """Those that are set; 0 is none."""
    return tuple(
        (port, field.description or name, f"PLACEMENTS_{name.upper()}")
        for name, field in type(settings).model_fields.items()
        if name.endswith("_port") and (port := getattr(settings, name))
    )
