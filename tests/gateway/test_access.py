"""Who may read a restricted record, and whose case it is."""

from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID, PROVIDER_ID
from tests.gateway.driving import Driver
from tests.gateway.test_people import id_of, seen
from tests.gateway.test_reading import told

COMMANDS = f"/placements/{PLACEMENT_ID}/commands"
PEOPLE = ("case_worker", "head", "social_worker", "provider_user", "la_officer", "integration", "auditor")


async def _restricted(driver: Driver) -> None:
    await told(driver, "propose-provider")
    (await driver.give(f"{COMMANDS}/request-provider-offer", EXAMPLES["request-provider-offer"])).raise_for_status()
    body = {"reader_roles": ["head", "social_worker"], "reason": "A relative works in the office"}
    (await driver.give(f"{COMMANDS}/restrict-access", body, "head")).raise_for_status()


async def test_only_those_named_and_auditors_see_a_restricted_record(whole: Driver) -> None:
    await _restricted(whole)

    statuses = {who: (await whole.get(f"/placements/{PLACEMENT_ID}", who)).status_code for who in PEOPLE}
    listed = [who for who in PEOPLE if (await whole.get("/placements", who)).json()["placements"]]
    noted = await whole.give(f"{COMMANDS}/add-note", {"text": "Seen"}, "case_worker")
    fed = {who: (await whole.get("/events", who, type="placement.access.restricted")).json() for who in PEOPLE[:2]}

    readers = ["head", "social_worker", "auditor"]
    assert [who for who, status in statuses.items() if status == 200] == listed == readers
    assert {status for who, status in statuses.items() if who not in readers} == {404}
    assert noted.status_code == 404
    assert [len(page["events"]) for page in fed.values()] == [0, 1]


async def test_a_restriction_names_people_too_and_is_lifted(whole: Driver) -> None:
    await _restricted(whole)
    own_id = await _own_id(whole)
    body = {"reader_roles": ["head"], "reader_ids": [own_id], "reason": "She knows already"}

    (await whole.give(f"{COMMANDS}/restrict-access", body, "head")).raise_for_status()
    named = (await whole.get(f"/placements/{PLACEMENT_ID}")).status_code
    (await whole.give(f"{COMMANDS}/lift-access-restriction", {"reason": "Moved"}, "head")).raise_for_status()
    lifted = {who: (await whole.get(f"/placements/{PLACEMENT_ID}", who)).status_code for who in PEOPLE}

    assert named == 200
    assert set(lifted.values()) == {200}


async def _own_id(driver: Driver) -> str:
    first = (await driver.get(f"/placements/{PLACEMENT_ID}/timeline", "auditor")).json()["events"][0]
    found: str = first["actor"]["id"]
    return found


async def test_the_caseload_is_listed_by_whose_case_it_is(whole: Driver) -> None:
    await told(whole, "draft-referral")
    await seen(whole, "dsl", "head")
    worker, other = id_of("dsl"), id_of("head")

    for person in (other, worker):
        body = EXAMPLES["assign-case"] | {"assigned_to": person}
        (await whole.give(f"{COMMANDS}/assign-case", body, "head")).raise_for_status()

    [mine] = (await whole.get("/placements", assigned_to=worker)).json()["placements"]
    assert mine["assigned_to"] == worker
    assert (await whole.get("/placements", assigned_to=other)).json()["placements"] == []


async def test_a_provider_reports_on_its_own_pupils_alone(whole: Driver) -> None:
    await told(whole, "start-placement")
    report = EXAMPLES["receive-progress-report"] | {"received_on": "2026-12-08", "period_to": "2026-12-08"}

    other = await whole.give(f"{COMMANDS}/receive-progress-report", report, "other_provider")
    own = await whole.give(f"{COMMANDS}/receive-progress-report", report, "provider_user")

    assert (other.status_code, own.status_code) == (404, 200), own.text
    record = (await whole.get(f"/placements/{PLACEMENT_ID}", "provider_user")).json()["record"]
    assert record["provider_id"] == str(PROVIDER_ID)
    assert record["around"]["reports"][0]["objective_rag"] == [{"id": "o1", "rag": "A"}]
