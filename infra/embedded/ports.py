"""TCP ports on this machine: a free one for tests, and who holds one that is taken."""

import secrets
import socket
from typing import Final

import psutil  # type: ignore[import-untyped]  # ships no types

from infra.embedded.errors import EmbeddedError

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


def require_free(port: int, *, purpose: str, setting: str) -> None:
    """Refuse a taken port.

    Raises:
        EmbeddedError: names the port, its holder where this account may know it, and the setting to change.
    """
    if is_taken(port):
        raise EmbeddedError(
            f"Port {port} for {purpose} is taken{_by(port)}: end that process, "
            f"or set {setting} to another port and run again."
        )


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
