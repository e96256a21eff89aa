"""Clients that do what a client of the service should: repeat with the same key until there is an answer.

They keep every final answer that they were given, for `checks` to hold the record to.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2

from examples.office import Office

_PATIENCE_SECONDS = 90.0
_PAUSE_SECONDS = 0.1
_FINAL = {200, 201, 409, 412}


@dataclass(frozen=True, slots=True)
class Told:
    """One final answer to one command, as it came."""

    command_id: UUID
    status: int
    content: bytes


@dataclass
class PatientOffice(Office):
    """Comes again when the gateway is gone or says 503. `seen` counts what answered, by status, 0 for nobody."""

    told: list[Told] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    exchanged: list[str] = field(default_factory=list)
    """Each address asked and each header answered."""

    def _call(self, method: str, person: str, path: str, **more: Any) -> httpx2.Response:
        ends = time.monotonic() + _PATIENCE_SECONDS
        while True:
            response = self.once(method, person, path, **more)
            if response is not None and response.status_code != httpx2.codes.SERVICE_UNAVAILABLE:
                return response
            assert time.monotonic() < ends, f"{method} {path} was not answered within {_PATIENCE_SECONDS:.0f} s"
            time.sleep(_PAUSE_SECONDS)

    def once(self, method: str, person: str, path: str, **more: Any) -> httpx2.Response | None:
        """Ask once; None when nobody answers."""
        try:
            response = Office._call(self, method, person, path, **more)
        except httpx2.TransportError:
            self._count(0)
            return None
        self._count(response.status_code)
        self.exchanged += [str(response.request.url), *map(": ".join, response.headers.items())]
        if response.status_code == httpx2.codes.SERVICE_UNAVAILABLE:
            assert int(response.headers["Retry-After"]) > 0
        if method == "POST" and response.status_code in _FINAL:
            command_id = UUID(more["headers"]["Idempotency-Key"])
            self.told.append(Told(command_id, response.status_code, response.content))
        return response

    def _count(self, status: int) -> None:
        with _LOCK:
            self.seen[status] = self.seen.get(status, 0) + 1


_LOCK = threading.Lock()


def side_by_side(work: Sequence[Callable[[], object]]) -> list[object]:
    """Do all of it at once, each in a thread of its own; the first failure is raised when all have ended."""
    with ThreadPoolExecutor(max_workers=len(work)) as pool:
        return [future.result() for future in [pool.submit(each) for each in work]]


def body_of(response: httpx2.Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.content)
    return found
