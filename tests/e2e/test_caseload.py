"""The example caseload on real processes: every story of it is accepted, and together they cover the law."""

import asyncio

import pytest

from domain.placement.stages import Stage
from events.codes import LegalBasis
from examples import caseload
from infra.postgres.db import create_engine
from infra.projections.provider_deadlines import provider_deadline
from infra.projections.registry import OF_PLACEMENTS
from services.application.rebuilding import LISTS, rebuild
from services.local.people import ALDERBROOK, RAVENSMOOR
from tests.e2e.site import Site

THURSDAY = "2026-11-19"


@pytest.mark.obligation("S1", "S33")
async def test_the_example_caseload_has_each_stage_and_every_legal_basis(
    whole_site: Site,
) -> None:
    """The example caseload has placements at each stage of the way and on every legal basis."""
    await asyncio.to_thread(caseload.load, whole_site.office)

    page = await asyncio.to_thread(whole_site.office.read, "aubrey-auditor", "/placements", limit="200")
    found = page["placements"]
    assert len(found) == len(caseload.CASES)
    assert {each["legal_basis"] for each in found} == set(LegalBasis)
    assert {each["stage"] for each in found} >= set(Stage) - {Stage.NEW, Stage.PAUSED}
    assert {each["home_school_urn"] for each in found} == {ALDERBROOK, RAVENSMOOR}
    await whole_site.holds()
    await _register_shown(whole_site)
    await _equal_after_a_rebuild(whole_site)


async def _equal_after_a_rebuild(site: Site) -> None:
    """Every list, row by row."""
    engine = create_engine(site.office.settings)
    try:
        for name in LISTS:
            table = OF_PLACEMENTS[name].part.table if name in OF_PLACEMENTS else provider_deadline
            kept = await site.store.rows(table)
            await rebuild(name, engine, keys=site.store.keys, progress=lambda *_: None)
            assert await site.store.rows(table) == kept, name
            assert kept, f"{name} has rows to compare"
    finally:
        await engine.dispose()


async def _register_shown(site: Site) -> None:
    """Reasons that are owed, an unexplained absence, long illness; and who was where on a day."""
    due = (await asyncio.to_thread(site.office.read, "aubrey-auditor", "/deadlines", limit="200"))["deadlines"]
    assert {each["rule"] for each in due} >= {"T9", "T10", "T13"}
    shown = (await asyncio.to_thread(site.office.read, "aubrey-auditor", "/today", date=THURSDAY))["placements"]
    sessions = [session for each in shown for session in each["sessions"] if session["expected"] == "provider"]
    assert [session["code"] for session in sessions] == ["B", "N", "B", "B"]
