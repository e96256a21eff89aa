"""The benchmark runs and fills every table; what its figures are is not asserted, as tests share the machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@pytest.mark.timeout(240)
def test_every_figure_is_there_in_the_quick_form(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "bench", "--quick", "--results", str(tmp_path)]

    ended = subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr
    [kept] = tmp_path.glob("*.json")
    report = json.loads(kept.read_text())
    assert [row["in_flight"] for row in report["commands"]] == [1, 16]
    assert [row["writers"] for row in report["appends"]] == [1, 4, 16]
    assert [row["what"] for row in report["replays"]] == [
        "rows read raw",
        "decoded and folded",
        "opened, decoded and folded",
    ]
    assert all(row["ratio_p50"] > 0 and row["ratio_p99"] > 0 for row in report["commands"])
    assert report["machine"]["cpus"] > 0
    assert report["noise"].keys() >= {"command, 1 in flight", "append, 16 writers"}
