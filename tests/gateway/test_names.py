"""Who decided has a name, where the reader may see it: in timeline, event, evidence, documents, replay."""

from typing import Any

from services.gateway.commands.examples import PLACEMENT_ID
from tests.conftest import Database
from tests.gateway.commandline import placements
from tests.gateway.driving import Driver
from tests.gateway.test_reading import told

STAFF_OF_SCHOOL = "A member of staff of the school"
PAGE = f"/placements/{PLACEMENT_ID}"


async def _by(driver: Driver, who: str) -> dict[str, dict[str, Any]]:
    """Of each type of event the last one's `by`, as somebody reads the timeline."""
    events = (await driver.get(f"{PAGE}/timeline", who)).json()["events"]
    return {each["type"]: each["by"] for each in events}


async def test_who_decided_is_named_to_each_reader_who_may_know(whole: Driver) -> None:
    await told(whole, "start-placement")
    await whole.gateway.people.settle()
    readers = ("case_worker", "la_officer", "provider_user", "auditor", "integration")

    seen = {who: await _by(whole, who) for who in readers}

    decided = {who: by.get("PlacementStarted", {}).get("words") for who, by in seen.items()}
    named = decided["case_worker"]
    assert named not in {None, STAFF_OF_SCHOOL}
    assert decided == dict.fromkeys(readers, named) | {"integration": STAFF_OF_SCHOOL}
    assert seen["integration"]["PlacementStarted"] == {"name": None, "words": STAFF_OF_SCHOOL, "withheld": True}
    service = {"name": None, "words": "The service", "withheld": False}
    assert seen["auditor"]["DocumentProduced"] == seen["integration"]["DocumentProduced"] == service
    names = {by["name"] for by in seen["auditor"].values()} - {None}
    for part in ("evidence", "documents"):
        shown = {
            who: (await whole.get(f"{PAGE}/{part}", who)).text for who in ("case_worker", "auditor", "integration")
        }
        assert any(name in shown["case_worker"] for name in names)
        assert any(name in shown["auditor"] for name in names)
        assert not any(name in shown["integration"] for name in names)
        assert STAFF_OF_SCHOOL in shown["integration"]
    page = (await whole.get(f"{PAGE}/full-record", "head")).text
    assert any(name in page for name in names)


async def test_the_command_line_says_who_by_name(whole: Driver, database: Database) -> None:
    await told(whole, "submit-referral")
    await whole.gateway.people.settle()

    _, printed = await placements(whole, database, "audit", "replay", str(PLACEMENT_ID))

    assert "Amara Thistlewood" in printed
