"""One placement on each legal basis, over HTTP on real servers: decided by its own body, under its own regime."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from domain.calendar.london import today
from examples.journey import CALENDAR, Journey
from tests.e2e.site import Site

# Each basis with a child of the example, its regime, and which rules of notice, exclusion and EHC plan run on it.
ON: Mapping[str, tuple[str, str, set[str]]] = {
    "OSD": ("clementine", "ACAD-2026", {"T1"}),
    "AGREED": ("jocasta", "VOLUNTARY", {"T1"}),
    "SUSP6": ("quillon", "EXCL-S100", {"T7", "T8"}),
    "PEX6": ("rosamund", "LA-S19", {"T7", "T8"}),
    "S19_ILL": ("silvester", "LA-S19", {"T1"}),
    "S19_OTH": ("tabitha", "LA-S19", {"T1"}),
    "EHCP_S42": ("ulric", "EHCP-S42", {"T1", "T12"}),
}
_WATCHED = {"T1", "T7", "T8", "T12"}


@pytest.mark.obligation("S1", "S16", "C5")
@pytest.mark.parametrize("basis", ON)
async def test_a_placement_on_each_legal_basis_goes_from_referral_to_its_close(whole_site: Site, basis: str) -> None:
    child, regime, rules = ON[basis]
    journey = whole_site.journey(f"on {basis}", child)
    journey.legal_basis = basis

    owed = await asyncio.to_thread(_tell, journey)

    record = await asyncio.to_thread(whole_site.office.read, journey.case_worker, journey.path)
    assert record["stage"] == "closed"
    assert record["record"]["regime_id"] == regime
    assert record["record"]["notice"]["timely"]
    assert owed & _WATCHED == rules
    await whole_site.holds()


def _tell(journey: Journey) -> set[str]:
    """The rules by which something was due once the placement was decided."""
    journey.move(_next_day(journey))
    for step in (journey.draft, journey.submit, journey.exclude, journey.propose, journey.tell_authority):
        step()
    journey.dispense()
    journey.move(CALENDAR.nth_after(journey.day, 1))
    start = CALENDAR.nth_after(journey.day, 4)
    journey.determine(start, 20, CALENDAR.nth_after(start, 12))
    due = journey.office.read(journey.case_worker, f"{journey.path}/deadlines")["deadlines"]
    journey.agree()
    journey.notify()
    journey.move(start)
    journey.start()
    journey.end("OTHER")
    journey.evaluate()
    journey.close()
    return {each["rule"] for each in due}


def _next_day(journey: Journey) -> Any:
    return CALENDAR.nth_after(today(journey.office.now()), 1)


@pytest.mark.obligation("S1")
async def test_education_otherwise_than_at_school_is_drafted_and_goes_no_further(whole_site: Site) -> None:
    journey = whole_site.journey("otherwise", "verity")
    journey.legal_basis = "EOTAS_S61"

    def tell() -> Any:
        journey.move(_next_day(journey))
        journey.draft()
        return journey.send(journey.case_worker, "submit-referral", journey.referral())

    answer = await asyncio.to_thread(tell)

    assert answer.status == httpx2.codes.CONFLICT
    assert answer.body["code"] == "not_alternative_provision"
    assert answer.body["legal_refs"] == ["Children and Families Act 2014 s 61"]
