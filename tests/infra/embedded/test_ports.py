"""Taken ports are told all at once, with the setting that changes each."""

import contextlib
import socket

import pytest

from infra.embedded.errors import EmbeddedError
from infra.embedded.ports import LOOPBACK, free_port, require_free


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
