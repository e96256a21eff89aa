"""The story of `make demo` on real processes: one placement from referral to return, over HTTP, with its timers."""

import asyncio

import pytest

from examples.demo import AUDITOR, Demo
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
    assert any("ReviewMissed" in line and "BREACH" in line for line in said)
    evidence = [line.split()[0] for line in said if line.endswith("]") and "event" in line]
    assert {"satisfied", "BREACHED"} <= set(evidence)
