"""TCP ports on this machine: a free one for tests, and who holds one that is taken."""

import secrets
import socket
from collections.abc import Iterable
from typing import Final

import psutil  # type: ignore[import-untyped]  # ships no types

from services.local.errors import EmbeddedError

LOOPBACK = "127.0.0.1"
# Below where Linux and macOS take the ports of outgoing connections from: none of those takes it meanwhile.
_LISTENING: Final = range(15_000, 32_000)
_given: set[int] = set()


def free_port() -> int:
    """Return a port that nobody listens on now, never the same twice; another process may still be first."""
    while True:
        port = secrets.choice(_LISTENING)
        if port not in _given and not is_taken(port):
            _given.add(port)
            return port


def is_taken(port: int) -> bool:
    """Tell whether a listener on loopback would be refused this port."""
    with socket.socket() as probe:
        # As servers do it: a connection still in TIME_WAIT from our last run does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
        return False


def require_free(ports: Iterable[tuple[int, str, str]]) -> None:
    """Refuse ports that are taken or wanted twice; each comes with its purpose and the setting that changes it.

    Raises:
        EmbeddedError: names all of them at once, with their holders where this account may know those.
    """
    faults, wanted = [], dict[int, str]()
    for port, purpose, setting in ports:
        if port in wanted:
            faults.append(f"Port {port} for {purpose} ({setting}) is wanted for {wanted[port]} as well.")
        elif is_taken(port):
            faults.append(f"Port {port} for {purpose} ({setting}) is taken{_by(port)}.")
        wanted.setdefault(port, purpose)
    if faults:
        remedy = "End what holds them, or set other ports and run again."
        raise EmbeddedError("\n".join([*faults, remedy]))


def _by(port: int) -> str:
    try:
        holders = [
            psutil.Process(connection.pid)
            for connection in psutil.net_connections("tcp")
            if connection.laddr
            and connection.laddr.port == port
            and connection.status == psutil.CONN_LISTEN
            and connection.pid
        ]
        return f" by {holders[0].name()} (process {holders[0].pid})" if holders else " by another process"
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return " by another process"
