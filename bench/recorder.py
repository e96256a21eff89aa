"""The `eventsourcing` package's PostgreSQL recorder as another store that `append` is measured beside.

As it comes it takes a table lock for the order of its notifications; with its optional database functions it does the
same in one call. It keeps no hash chain, and answers a repeat with an error.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from infra.ids import uuid7

_TOPIC = "bench:Agreed"


class Recorder:
    """Its writers are threads, each with an aggregate of its own."""

    def __init__(self, recorder: PostgresApplicationRecorder, *, writers: int, state: bytes) -> None:
        self._recorder = recorder
        self._state = state
        self._aggregates = [uuid7() for _ in range(writers)]
        self._versions = [0] * writers
        self._threads = ThreadPoolExecutor(writers)

    def round(self, writers: int, events: int, seconds: float) -> float:
        """Appends a second, of `events` events each."""
        started = time.perf_counter()
        done = self._threads.map(lambda n: self._write(n, events, started + seconds), range(writers))
        return sum(done) / (time.perf_counter() - started)

    def _write(self, number: int, events: int, until: float) -> int:
        aggregate, done = self._aggregates[number], 0
        while time.perf_counter() < until:
            first = self._versions[number] + 1
            self._recorder.insert_events([self._event(aggregate, first + n) for n in range(events)])
            self._versions[number] += events
            done += 1
        return done

    def _event(self, aggregate: UUID, version: int) -> StoredEvent:
        return StoredEvent(originator_id=aggregate, originator_version=version, topic=_TOPIC, state=self._state)

    def close(self) -> None:
        self._threads.shutdown()


@contextmanager
def recorder(dsn: str, *, functions: bool, writers: int, state: bytes) -> Iterator[Recorder]:
    """`dsn` is that of a role that may make tables."""
    parts = urlsplit(dsn)
    datastore = PostgresDatastore(
        parts.path.lstrip("/"),
        parts.hostname or "",
        parts.port or 5432,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        pool_size=writers,
        enable_db_functions=functions,
    )
    with datastore:
        made = PostgresApplicationRecorder(
            datastore, events_table_name=f"bench_{'functions' if functions else 'plain'}"
        )
        made.create_table()
        kept = Recorder(made, writers=writers, state=state)
        try:
            yield kept
        finally:
            kept.close()
