"""The benchmark runs and fills every table; what its figures are is not asserted, as tests share the machine."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_every_figure_is_there_in_the_quick_form(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "bench", "--quick", "--results", str(tmp_path)]

    ended = subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr
    [kept] = tmp_path.glob("*.json")
    report = json.loads(kept.read_text())
    assert [row["in_flight"] for row in report["commands"]] == [1, 16]
    assert {(row["writers"], row["events"], row["flush_ms"]) for row in report["appends"]} == {
        (writers, events, flush) for writers in (1, 4, 16) for events in (1, 10) for flush in (0, 2)
    }
    assert len(report["ratios"]) == 6
    assert all(row["ratio"] > 0 for row in (*report["appends"], *report["ratios"]))
    assert report["followed"]["events"] > 0
    assert all(row["ratio_p50"] > 0 and row["ratio_p99"] > 0 for row in report["commands"])
    assert report["machine"]["cpus"] > 0
    assert report["noise"].keys() >= {"command, 1 in flight", "raw statement, 1 by 16, flush 0 ms"}
