"""The step that `docs/how-to/add-a-step.md` adds, through the whole product: run in the copy that has it."""

from services.gateway.commands import examples
from tests.gateway.driving import Driver

AT = f"/placements/{examples.PLACEMENT_ID}"
STEP = next(step for step in examples.OF_PLACEMENT if step.command == "record-taster-visit")


async def test_a_visit_is_offered_recorded_shown_and_put_right(whole: Driver) -> None:
    for step in examples.OF_PLACEMENT[: examples.OF_PLACEMENT.index(STEP)]:
        await whole.move_clock(step)
        (await whole.take(step)).raise_for_status()
    await whole.move_clock(STEP)

    offered = {each["command"]: each["allowed"] for each in (await whole.get(f"{AT}/commands")).json()["commands"]}
    assert offered["record-taster-visit"]
    document = (await whole.http.get("/api/openapi.json")).json()
    operation = document["paths"]["/api/v1/placements/{placement_id}/commands/record-taster-visit"]["post"]
    assert operation["operationId"] == "placement.record-taster-visit"
    body = document["components"]["schemas"]["RecordTasterVisit"]
    assert set(body["properties"]) == {"site_id", "visited_on", "note"}

    elsewhere = STEP.body | {"site_id": str(examples.PLACEMENT_ID)}
    refused = await whole.give(f"{AT}/commands/record-taster-visit", elsewhere)
    assert refused.json()["code"] == "site_not_proposed"
    accepted = await whole.take(STEP)
    accepted.raise_for_status()
    [event] = accepted.json()["events"]

    await whole.rest()
    timeline = (await whole.get(f"{AT}/timeline")).json()["events"]
    [shown] = [each for each in timeline if each["event_id"] == event["event_id"]]
    assert shown["data"]["note"] == STEP.body["note"]
    assert shown["legal_refs"] == ["KCSIE: alternative provision"]
    correction = {
        "corrects_event_id": event["event_id"],
        "field": "note",
        "value": '"Liked the kitchen"',
        "reason": "It was the kitchen",
    }
    (await whole.give(f"{AT}/commands/correct-record", correction)).raise_for_status()
    (await whole.get(f"{AT}/evidence")).raise_for_status()
