"""Taken ports are told all at once, with the setting that changes each."""

import contextlib
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.settings import Settings
from services.local.config import EmbeddedSettings, ServicePorts
from services.local.errors import EmbeddedError
from services.local.ports import LOOPBACK, free_port, require_free


def test_free_ports_are_fine() -> None:
    require_free((free_port(), f"part {number}", f"SETTING_{number}") for number in range(3))


def test_all_taken_ports_are_told_at_once() -> None:
    with contextlib.ExitStack() as stack:
        taken = []
        for _ in range(2):
            holder = stack.enter_context(socket.create_server((LOOPBACK, 0)))
            taken.append(holder.getsockname()[1])
        wanted = [(taken[0], "the gateway", "FIRST"), (free_port(), "free", "SECOND"), (taken[1], "Temporal", "THIRD")]

        with pytest.raises(EmbeddedError) as refused:
            require_free(wanted)

    told = str(refused.value)
    assert [name for name in ("FIRST", "SECOND", "THIRD") if name in told] == ["FIRST", "THIRD"]
    assert all(str(port) in told for port in taken)
    assert len(told.splitlines()) == 3


def test_one_port_for_two_parts_is_told_too() -> None:
    port = free_port()

    with pytest.raises(EmbeddedError, match=rf"Port {port} for Temporal \(SECOND\) is wanted for the gateway as well"):
        require_free([(port, "the gateway", "FIRST"), (port, "Temporal", "SECOND")])


def test_ports_the_services_take_by_their_own_settings_are_checked_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in EmbeddedSettings.model_fields:
        if name.endswith("_port"):
            monkeypatch.setenv(f"PLACEMENTS_{name.upper()}", str(free_port()))
    monkeypatch.setenv("PLACEMENTS_LOCAL_DIRECTORY", str(tmp_path / "local"))
    told = []
    with contextlib.ExitStack() as stack:
        for name in ServicePorts.model_fields:
            holder = stack.enter_context(socket.create_server((LOOPBACK, 0)))
            monkeypatch.setenv(f"PLACEMENTS_{name.upper()}", str(holder.getsockname()[1]))

        ended = subprocess.run(
            [Path(sys.executable).with_name("placements"), "up"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        told = ended.stdout + ended.stderr

    assert ended.returncode == 1
    assert [name for name in ("HEALTH", "WORKER") if f"PLACEMENTS_{name}_PORT" in told] == ["HEALTH", "WORKER"]


def test_each_port_of_the_services_settings_is_looked_at() -> None:
    """The gateway's own, and those of `ServicePorts`: a new one must be added there."""
    ports = {name for name in Settings.model_fields if name.endswith("_port")}

    assert ports == {"gateway_port", *ServicePorts.model_fields}
    assert ServicePorts.model_construct().ports() == (), "0 is none"
