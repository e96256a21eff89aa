"""What holds the feed or a follower back, looked at once a second while a process runs: as figures and as warnings.

Nothing here makes a process unready: what is named goes on being waited for, or tried again, and a person may look.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import sqlalchemy.exc
import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.words import figure, figure_is
from infra.event_store.lookup import last_settled
from infra.event_store.read import UnsafeReader, horizon
from infra.event_store.writers import OpenWriter, open_writers
from infra.postgres.db import raw
from infra.proof.watching import BEHIND_SECONDS as SIGNING_SECONDS
from infra.proof.watching import Signing, signing_of
from infra.subscriptions.subscription import SubscriptionStatus, standings

WRITER_OPEN_SECONDS: Final = 2.0
"""A command's transaction takes milliseconds; one that is open for longer is waiting for something."""
BEHIND_SECONDS: Final = 30.0
"""A follower that is up to date is as far as the feed within a second."""
_EVERY_SECONDS: Final = 1.0
_SUBJECTS: Final = ("subscription", "pid", "prepared")
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError, UnsafeReader)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchWarning:
    """Something for a person to look at. `about` holds ids, names and figures that stand in `detail` too."""

    code: str
    detail: str
    about: dict[str, Any]

    @property
    def subject(self) -> tuple[str, Any]:
        """The same for as long as it is the same trouble, however long it takes."""
        return self.code, next((self.about[name] for name in _SUBJECTS if self.about.get(name)), None)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "detail": self.detail, **self.about}


@dataclass(slots=True, kw_only=True)
class Lag:
    """For how long a follower has not reached what was settled before."""

    _target: int = 0
    _since: float = field(default=0.0)

    def seconds(self, *, position: int, settled: int, now: float) -> float:
        """Since the follower was given the target that it has not reached; 0 once it has come to the end.

        One that keeps up a constant distance is given a new target whenever it reaches the last one.
        """
        if position >= self._target:
            self._target, self._since = settled, now
        return 0.0 if position >= settled else now - self._since


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A follower's standing, and how far and how long it is behind the settled feed.

    `behind` counts positions, so that those of rolled back transactions count as well.
    """

    standing: SubscriptionStatus
    behind: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One look. `held`: how many positions wait for an open writer."""

    writers: tuple[OpenWriter, ...] = ()
    held: int = 0
    followers: tuple[Follower, ...] = ()
    signing: Signing | None = None
    unsigned_seconds: float = 0.0

    def warnings(self) -> Iterator[WatchWarning]:
        if self.signing is not None:
            yield from _unsigned(self.signing, self.unsigned_seconds)
        yield from (_writer_open(each) for each in self.writers if _is_old(each))
        for each in self.followers:
            if each.standing.stopped_reason is not None:
                yield _stopped(each)
            elif each.seconds > BEHIND_SECONDS:
                yield _behind(each)


class Watch(Collector):
    """Looks while `run` runs. `collect` gives what was seen last to whoever scrapes the registry."""

    def __init__(self, engine: AsyncEngine, registry: CollectorRegistry, *, origin: str | None = None) -> None:
        """`origin`: the record's name, empty where it has none; None where signing is not looked at."""
        self._engine = engine
        self._origin = origin
        self._signing = Lag()
        self._lags: dict[str, Lag] = {}
        self._seen = Observation()
        self._warned: dict[tuple[str, Any], WatchWarning] = {}
        registry.register(self)

    @property
    def warnings(self) -> list[WatchWarning]:
        return list(self._warned.values())

    async def run(self) -> None:
        """Until cancelled. A database that is away is tried again, and says nothing meanwhile."""
        while True:
            try:
                await self.look()
            except _AWAY as error:
                _log.warning("watch_interrupted", error_type=type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)

    async def look(self) -> None:
        """Look once, and log each warning that was not there before."""
        self._seen = await self.see()
        warned = {each.subject: each for each in self._seen.warnings()}
        for subject in warned.keys() - self._warned.keys():
            _log.warning(warned[subject].code, **warned[subject].about)
        self._warned = warned

    async def see(self) -> Observation:
        """Look once, and tell nobody else."""
        async with self._engine.begin() as conn:  # one transaction a second, and not one for each question
            driver = await raw(conn)
            writers = await open_writers(driver)
            found = await horizon(driver)
            settled = await last_settled(driver, found.limit)
            standing = await standings(conn)
            signing = None if self._origin is None else await signing_of(driver, self._origin, settled)
        signed = settled if signing is None else signing.position
        return Observation(
            writers=tuple(writers),
            held=found.high - found.limit,
            followers=tuple(self._lagging(standing, settled)),
            signing=signing,
            unsigned_seconds=self._signing.seconds(position=signed, settled=settled, now=time.monotonic()),
        )

    def _lagging(self, standing: list[SubscriptionStatus], settled: int) -> Iterator[Follower]:
        now = time.monotonic()
        for each in standing:
            lag = self._lags.setdefault(each.name, Lag())
            yield Follower(
                standing=each,
                behind=max(settled - each.position, 0),
                seconds=lag.seconds(position=each.position, settled=settled, now=now),
            )

    def collect(self) -> Iterator[GaugeMetricFamily]:
        seen = self._seen
        oldest = max((each.seconds or 0.0 for each in seen.writers), default=0.0)
        for name, words, value in (
            ("placements_open_writers", "Transactions that have appended and are open", len(seen.writers)),
            ("placements_open_writer_seconds", "Age of the oldest of them", oldest),
            ("placements_feed_held", "Positions that wait for an open writer", seen.held),
        ):
            yield GaugeMetricFamily(name, words, value=value)
        behind = GaugeMetricFamily(
            "placements_follower_behind", "Positions a follower is behind the feed", labels=["follower"]
        )
        lag = GaugeMetricFamily(
            "placements_follower_behind_seconds", "How long a follower has been behind", labels=["follower"]
        )
        stopped = GaugeMetricFamily(
            "placements_follower_stopped", "1 for a follower that cannot apply an event", labels=["follower"]
        )
        for each in seen.followers:
            labels = [each.standing.name]
            behind.add_metric(labels, each.behind)
            lag.add_metric(labels, each.seconds)
            stopped.add_metric(labels, float(each.standing.stopped_reason is not None))
        yield from (behind, lag, stopped)
        if seen.signing is not None:
            yield from _figures(seen.signing, seen.unsigned_seconds)


def _figures(signing: Signing, seconds: float) -> Iterator[GaugeMetricFamily]:
    for name, words, value in (
        ("placements_signing_set_up", "1 where the record has a name, under which it is signed", bool(signing.origin)),
        ("placements_signing_stopped", "1 while the signer refuses to go on", signing.stopped_at is not None),
        ("placements_signing_behind", "Positions that are settled and not signed for", signing.waiting),
        ("placements_signing_behind_seconds", "How long signing has been behind", max(seconds, _unlooked(signing))),
    ):
        yield GaugeMetricFamily(name, words, value=float(value))


def _unlooked(signing: Signing) -> float:
    """Since when the signer has not looked, where something waits for it."""
    return signing.age or 0.0 if signing.waiting else 0.0


def _unsigned(signing: Signing, seconds: float) -> Iterator[WatchWarning]:
    if not signing.origin:
        detail = "The record has no name (PLACEMENTS_RECORD_ORIGIN), so nobody signs it and it cannot be proved."
        yield WatchWarning(code="signing_not_set_up", detail=detail, about={})
    elif signing.stopped_at is not None:
        since = signing.stopped_at.isoformat(timespec="seconds")
        detail = f"The record has not been signed since {since}: {signing.why}. See docs/how-to/prove.md."
        yield WatchWarning(code="signing_stopped", detail=detail, about={"since": since})
    elif (behind := max(seconds, _unlooked(signing))) > SIGNING_SECONDS:
        detail = (
            f"The record has not been signed for {figure(round(behind), 'second')}:"
            f" {figure_is(signing.waiting, 'position')} after {signing.position} not signed."
        )
        about = {"position": signing.position, "count": signing.waiting, "seconds": round(behind)}
        yield WatchWarning(code="signing_behind", detail=detail, about=about)


def _is_old(writer: OpenWriter) -> bool:
    return writer.seconds is None or writer.seconds > WRITER_OPEN_SECONDS


def _writer_open(writer: OpenWriter) -> WatchWarning:
    since = writer.since.isoformat(timespec="seconds") if writer.since else None
    who = (
        f"Process {writer.pid} ({writer.application_name})"
        if writer.prepared is None
        else f"The prepared transaction {writer.prepared}"
    )
    return WatchWarning(
        code="writer_open",
        detail=f"{who} has appended and not committed since {since or 'a time that is not shown'}:"
        f" events after position {writer.position} wait for it.",
        about={
            "pid": writer.pid,
            "process": writer.application_name,
            "prepared": writer.prepared,
            "since": since,
            "position": writer.position,
        },
    )


def _stopped(follower: Follower) -> WatchWarning:
    standing = follower.standing
    return WatchWarning(
        code="follower_stopped",
        detail=f"{standing.name} cannot apply event {standing.stopped_event_id} at position"
        f" {standing.stopped_position} ({standing.stopped_reason}) and tries it again; the others go on.",
        about={
            "subscription": standing.name,
            "position": standing.stopped_position,
            "event_id": str(standing.stopped_event_id),
            "error_type": standing.stopped_reason,
        },
    )


def _behind(follower: Follower) -> WatchWarning:
    return WatchWarning(
        code="follower_behind",
        detail=f"{follower.standing.name} has been behind for {figure(round(follower.seconds), 'second')}, by"
        f" {figure(follower.behind, 'position')}.",
        about={
            "subscription": follower.standing.name,
            "position": follower.standing.position,
            "count": follower.behind,
            "seconds": round(follower.seconds),
        },
    )
