"""The story of `make demo` on real processes: one placement from referral to return, over HTTP, with its timers."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from examples.demo import AUDITOR, Demo
from tests.conftest import PROJECT
from tests.e2e.site import Site

BY_ITSELF = {"ReviewDue", "ReviewMissed", "DeadlineMissed", "DocumentProduced"}


@pytest.mark.obligation("C1", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "S4", "S6", "S14", "S27", "S29", "S31", "S32")
async def test_a_placement_goes_from_referral_to_return(whole_site: Site) -> None:
    """Each stage by its people, each review by its timer, refusals with their clause, and a record that verifies."""
    said: list[str] = []
    demo = Demo(office=whole_site.office, say=said.append)

    await asyncio.to_thread(demo.run)
    await whole_site.holds()

    events = await asyncio.to_thread(demo.timeline, AUDITOR)
    kinds = [event["type"] for event in events]
    assert kinds[0] == "ReferralDrafted"
    assert "PlacementClosed" in kinds
    assert {event["type"] for event in events if event["actor"]["kind"] == "system"} == BY_ITSELF
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    assert any("notice_not_timely" in line for line in said)
    assert {"ReviewRequested", "ReviewRequestRefused"} <= set(kinds)
    assert any("ReviewMissed" in line and "ADVISORY" in line for line in said)
    evidence = [line.split()[0] for line in said if line.endswith("]") and "event" in line]
    assert {"satisfied", "BREACHED"} <= set(evidence)


async def test_make_demo_tells_it_on_a_set_up_of_its_own_and_ends_it(server_folder: Path) -> None:
    """So the caseload of a running set-up, in the folder above, stays as of the day that its clock shows."""
    local = server_folder / "local"
    (local / "postgres").mkdir(parents=True)
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "examples.demo"),
        cwd=PROJECT,
        env={**os.environ, "PLACEMENTS_LOCAL_DIRECTORY": str(local)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await ran.communicate())[0].decode()

    assert ran.returncode == 0, said[-3000:]
    assert "PlacementClosed" in said
    assert said.rstrip().endswith("Ending it ...")
    assert {path.name for path in local.iterdir()} == {"postgres", "demo"}
    assert list((local / "postgres").iterdir()) == []
    assert not (local / "demo" / "set-up" / "environment").exists(), "it has ended"
