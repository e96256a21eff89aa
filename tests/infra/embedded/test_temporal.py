"""Temporal's development server: a start that breaks is tried again, one that is refused is not."""

import shlex
from pathlib import Path

import pytest

from services.local import temporal
from services.local.errors import EmbeddedError
from services.local.ports import free_port

_REAL = temporal._program()


def _program(folder: Path, *, breaks: int, code: int) -> Path:
    """The real program, after so many starts that end with a code; it counts its starts in a file beside it."""
    starts, program = folder / "starts", folder / "temporal"
    program.write_text(
        "#!/bin/sh\n"
        f"echo start >> {shlex.quote(str(starts))}\n"
        f'[ "$(wc -l < {shlex.quote(str(starts))})" -gt {breaks} ] || {{ echo "panic: as told"; exit {code}; }}\n'
        f'exec {shlex.quote(str(_REAL))} "$@"\n'
    )
    program.chmod(0o755)
    return program


async def _start(folder: Path) -> temporal.TemporalServer:
    return await temporal.start(port=free_port(), ui_port=None, database=None, log=folder / "temporal.log")


def _starts(folder: Path) -> int:
    return len((folder / "starts").read_text().splitlines())


async def test_a_start_that_breaks_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _program(tmp_path, breaks=2, code=2)
    monkeypatch.setattr(temporal, "_program", lambda: program)

    server = await _start(tmp_path)
    server.stop()

    assert _starts(tmp_path) == 3


@pytest.mark.parametrize(("code", "starts"), [(2, 3), (1, 1)])
async def test_one_that_breaks_each_time_or_is_refused_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, starts: int
) -> None:
    program = _program(tmp_path, breaks=9, code=code)
    monkeypatch.setattr(temporal, "_program", lambda: program)

    with pytest.raises(EmbeddedError, match="panic: as told"):
        await _start(tmp_path)

    assert _starts(tmp_path) == starts
