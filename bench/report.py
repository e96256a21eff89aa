"""The figures as tables on the terminal and as JSON in a file, with what they were measured on."""

import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import asyncpg
import msgspec
from rich.console import Console
from rich.table import Table
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client

from bench import append, command, following
from bench.ratio import Ratio
from bench.rig import Rig

RESULTS = Path(__file__).parent / "results"
COMMAND_AIM = 1.3
_LIBRARIES = ("asyncpg", "cryptography", "fastapi", "msgspec", "pydantic", "sqlalchemy", "temporalio", "uvicorn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    measured_at: datetime
    platform: str
    cpus: int
    load_before: tuple[float, float, float]
    load_after: tuple[float, float, float]
    python: str
    postgresql: str
    temporal: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`noise` is how far the rounds of a floor lie apart, as a part of their median: a ratio is no surer than that."""

    machine: Machine
    commands: Sequence[command.Row]
    appends: Sequence[append.Row]
    followed: following.Row
    ratios: Sequence[Ratio]
    noise: Mapping[str, float]


async def machine(rig: Rig, load_before: tuple[float, float, float]) -> Machine:
    client = await Client.connect(rig.temporal.address)
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
    conn = await asyncpg.connect(rig.stack_database.app)
    try:
        postgresql: str = await conn.fetchval("SHOW server_version")
    finally:
        await conn.close()
    return Machine(
        measured_at=datetime.now(UTC),
        platform=platform.platform(),
        cpus=os.cpu_count() or 0,
        load_before=load_before,
        load_after=os.getloadavg(),
        python=platform.python_version(),
        postgresql=postgresql,
        temporal=info.server_version,
        libraries={name: version(name) for name in _LIBRARIES},
    )


def noise(commands: Iterable[command.Row], appends: Iterable[append.Row]) -> dict[str, float]:
    return {
        **{f"command, {row.in_flight} in flight": _spread(row.floor_p50_of_rounds) for row in commands},
        **{
            f"{row.against}, {row.events} by {row.writers}, flush {row.flush_ms} ms": _spread(row.theirs_of_rounds)
            for row in appends
        },
    }


def _spread(figures: Sequence[float]) -> float:
    return (max(figures) - min(figures)) / statistics.median(figures)


def write(report: Report, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.machine.measured_at:%Y%m%dT%H%M%SZ}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    return path


def show(report: Report, console: Console) -> None:
    for table in (_commands(report), _appends(report), _followed(report), _ratios(report)):
        console.print(table)
    its = report.machine
    console.print(
        f"{its.cpus} CPUs, load {its.load_before[0]:.1f} before and {its.load_after[0]:.1f} after;"
        f" Python {its.python}, PostgreSQL {its.postgresql}, Temporal {its.temporal}."
    )
    console.print("Rounds of the floor lie apart by: " + "; ".join(f"{k} {v:.0%}" for k, v in report.noise.items()))


def _commands(report: Report) -> Table:
    table = _table(
        f"One command, in ms (aim: at most {COMMAND_AIM} times the floor)",
        *("in flight", "p50", "p99", "a second", "floor p50", "floor p99", "a second", "ratio p50", "ratio p99"),
    )
    for row in report.commands:
        times = (row.p50, row.p99, row.a_second, row.floor_p50, row.floor_p99, row.floor_a_second)
        ratios = (_judged(each, met=each <= COMMAND_AIM) for each in (row.ratio_p50, row.ratio_p99))
        table.add_row(str(row.in_flight), *(f"{each:,.1f}" for each in times), *ratios)
    return table


def _appends(report: Report) -> Table:
    table = _table(
        "Appends a second, each of so many events",
        *("against", "events", "writers", "flush", "append", "the other", "ratio", "aim"),
    )
    for row in report.appends:
        rates = (f"{each:,.0f}" for each in (row.ours_a_second, row.theirs_a_second))
        shape = (str(row.events), str(row.writers), f"{row.flush_ms} ms")
        table.add_row(row.against, *shape, *rates, *_against(row.ratio, row.aim))
    return table


def _followed(report: Report) -> Table:
    row = report.followed
    title = f"From commit to subscriber at {following.RATE} a second, in ms (aim: p99 under {following.P99_AIM_MS:.0f})"
    table = _table(title, "events", "p50", "p99", "NOTIFY p50", "NOTIFY p99", "ratio p99")
    p99 = _judged(row.p99, met=row.p99 < following.P99_AIM_MS)
    floors = (f"{row.floor_p50:.1f}", f"{row.floor_p99:.1f}", f"{row.ratio_p99:.1f}")
    table.add_row(f"{row.events:,}", f"{row.p50:.1f}", p99, *floors)
    return table


def _ratios(report: Report) -> Table:
    table = _table("Against a floor", "", "seconds", "a second", "floor", "seconds", "ratio", "aim")
    for row in report.ratios:
        ours = (f"{row.seconds:.3f}", f"{row.a_second:,.0f}")
        table.add_row(row.what, *ours, row.floor, f"{row.floor_seconds:.3f}", *_against(row.ratio, row.aim))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _judged(ratio: float, *, met: bool) -> str:
    return f"[{'green' if met else 'red'}]{ratio:.2f}[/]"


def _against(ratio: float, aim: float | None) -> tuple[str, str]:
    return (f"{ratio:.2f}", "") if aim is None else (_judged(ratio, met=ratio >= aim), f"{aim:.2f}")
