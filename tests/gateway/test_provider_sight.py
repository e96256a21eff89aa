"""What a provider is shown of a placement over HTTP, from the request for a place until after the evaluation."""

import json

import asyncpg

from infra.ids import uuid7
from infra.postgres.db import connection
from infra.postgres.migrations.versions.r0130_provider_phase import FILL
from services.gateway.commands.examples import EXAMPLES, PLACEMENT_ID, PROVIDER_ID, PUPIL_ID, STORY, WEEK
from services.local.people import DemonstrationPerson
from tests.conftest import Database
from tests.gateway.driving import Driver, path_of
from tests.gateway.test_reading import told

RECORD = f"/placements/{PLACEMENT_ID}"
COMMANDS = f"{RECORD}/commands"
PATHS = ("", "/timeline", "/deadlines", "/documents", "/commands", "/attendance", f"/attendance/{WEEK}", "/own-records")
LISTS = ("/placements", "/deadlines", "/reviews", "/letters", "/today", "/events")
NAMED = ("Rowan", "Tester", "B801200005001", "2012-")


async def _shown(driver: Driver) -> tuple[dict[str, int], str]:
    """The status of each address to the provider's user, and all that it was shown."""
    answers = {path: await driver.get(f"{RECORD}{path}", "provider_user") for path in PATHS}
    lists = [await driver.get(path, "provider_user") for path in LISTS]
    text = "\n".join(answer.text for answer in (*answers.values(), *lists) if answer.is_success)
    return {path: answer.status_code for path, answer in answers.items()}, text


async def _check_filled(driver: Driver, database: Database) -> None:
    """What the migration writes into rows that know no phase is what a decision writes."""
    owner = await asyncpg.connect(database.owner_url)
    try:
        async with connection(driver.gateway.engine) as conn:
            decided = await conn.fetchval("SELECT provider_phase FROM placement")
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute("UPDATE placement SET provider_phase = NULL")
        await owner.execute(FILL)
        filled = await owner.fetchval("SELECT provider_phase FROM placement")
        await transaction.rollback()
    finally:
        await owner.close()
    assert decided is not None
    assert filled == decided


async def test_a_provider_sees_nothing_until_asked_and_then_nobody_by_name(whole: Driver, database: Database) -> None:
    """A provider sees nothing before it is asked, and nobody by name while it is asked."""
    await told(whole, "propose-provider")

    await _check_filled(whole, database)
    before, nothing = await _shown(whole)
    (await whole.give(f"{COMMANDS}/request-provider-offer", EXAMPLES["request-provider-offer"])).raise_for_status()
    await _check_filled(whole, database)
    asked, offered = await _shown(whole)
    record = (await whole.get(RECORD, "provider_user")).json()["record"]
    flags = await whole.get("/placements", "provider_user", opened=True)
    kept = {"due_before": "2027-01-31", "assigned_to": str(PLACEMENT_ID)}
    narrowed = [await whole.get("/placements", "provider_user", **{name: kept[name]}) for name in kept]
    ordered = await whole.get("/placements", "provider_user", sort="next_deadline")
    paper = await whole.get(f"{RECORD}/full-record", "provider_user")
    evidence = await whole.get(f"{RECORD}/evidence", "provider_user")

    assert set(before.values()) == {404}
    assert str(PLACEMENT_ID) not in nothing
    assert {path for path, status in asked.items() if status == 404} == {"/attendance", f"/attendance/{WEEK}"}
    assert not [name for name in NAMED if name in offered]
    assert record["referral"]["picture"]["risk_assessment"]
    assert record["asked"]["sessions_a_week"] == 10
    assert "flags" not in json.dumps(record)
    assert (flags.status_code, paper.status_code, evidence.status_code) == (403, 403, 403)
    assert [answer.status_code for answer in narrowed] == [403, 403], "what it is not shown narrows no list"
    assert [each["placement_id"] for each in ordered.json()["placements"]] == [str(PLACEMENT_ID)]


async def test_a_provider_sees_what_teaching_needs_and_then_takes_its_own_along(
    whole: Driver, database: Database
) -> None:
    """A provider sees what teaching needs until the evaluation, and takes its own along."""
    await told(whole, "receive-progress-report")
    (await whole.give(path_of("change-pupil-flags"), EXAMPLES["change-pupil-flags"])).raise_for_status()
    pupil = f"/pupils/{PUPIL_ID}"
    changes = [(await whole.get(pupil, who)).json()["standings"] for who in ("case_worker", "provider_user")]
    mark = next(step for step in STORY if step.command == "record-mark")
    (await whole.take(mark)).raise_for_status()
    await _check_filled(whole, database)
    placed, text = await _shown(whole)
    record = (await whole.get(RECORD, "provider_user")).json()["record"]
    timeline = (await whole.get(f"{RECORD}/timeline", "provider_user")).json()["events"]
    documents = (await whole.get(f"{RECORD}/documents", "provider_user")).json()["documents"]
    letters = (await whole.get(f"{RECORD}/documents")).json()["documents"]
    taken = (await whole.get(f"{RECORD}/own-records", "provider_user")).json()

    assert (len(changes[0]), changes[1]) == (1, []), "that a status changed tells that there is one"
    assert set(placed.values()) == {200}
    assert record["pupil"]["legal_name"].startswith("Rowan")
    assert "B801200005001" not in text
    assert "determination" not in record
    assert "ParentViewRecorded" not in {each["type"] for each in timeline}
    for each in timeline:
        whole_event = await whole.get(f"/events/{each['event_id']}", "provider_user")
        assert whole_event.json()["data"] == each["data"]
    assert {each["kind"] for each in documents} == {"agreement"}
    for each in letters:
        opened = await whole.get(f"{RECORD}/documents/{each['document_id']}", "provider_user")
        assert opened.status_code == (200 if each["kind"] == "agreement" else 404), each["kind"]
    assert taken["pupil"]["legal_name"].startswith("Rowan")
    assert taken["marks"]
    assert taken["reports"]
    assert (taken["ended_on"], taken["seen_until"]) == (None, None)
    async with connection(whole.gateway.engine) as conn:
        logged = await conn.fetchval("SELECT count(*) FROM access_log WHERE what = 'own_records'")
    assert logged == 2
    assert (await whole.get(f"{RECORD}/own-records", "auditor")).status_code == 403
    assert (await whole.get(f"{RECORD}/own-records")).json() == taken


async def test_a_provider_that_declines_sees_no_more_of_what_it_heard_before(whole: Driver) -> None:
    """The feed keeps what happened in memory; who may see it is asked for each page."""
    await told(whole, "propose-provider")
    (await whole.give(f"{COMMANDS}/request-provider-offer", EXAMPLES["request-provider-offer"])).raise_for_status()
    await whole.rest()
    asked = (await whole.get(RECORD, "provider_user")).json()["record"]["asked"]
    before = (await whole.get("/events", "provider_user")).json()["events"]
    body = EXAMPLES["decline-provider-offer"] | {"offer_id": asked["offer_id"]}
    (await whole.give(f"{COMMANDS}/decline-provider-offer", body, "provider_user")).raise_for_status()
    await whole.rest()

    after = (await whole.get("/events", "provider_user")).json()["events"]
    statuses, _ = await _shown(whole)

    assert {each["type"] for each in before} >= {"placement.provider_offer.requested", "placement.referral.submitted"}
    assert after == []
    assert set(statuses.values()) == {404}


async def test_a_providers_sight_ends_with_the_evaluation(whole: Driver, database: Database) -> None:
    await told(whole, "end-placement")
    await _check_filled(whole, database)
    taken = (await whole.get(f"{RECORD}/own-records", "provider_user")).json()
    (await whole.give(f"{COMMANDS}/evaluate", EXAMPLES["evaluate"])).raise_for_status()

    await _check_filled(whole, database)
    after, text = await _shown(whole)
    raised = await whole.give(f"{COMMANDS}/add-note", {"text": "One more thing"}, "provider_user")

    assert (taken["ended_on"], taken["seen_until"]) == ("2027-03-25", "2027-05-24")
    assert set(after.values()) == {404}
    assert str(PLACEMENT_ID) not in text
    assert raised.status_code == 404


async def _told_of(driver: Driver, who: str) -> tuple[list[str], list[str]]:
    """The events of the placement that the feed tells of, and of those the ones that it may not read."""
    await driver.rest()
    page = (await driver.get("/events", who, limit=500)).json()["events"]
    ids = [each["id"] for each in page if each["data"]["placement_id"] == str(PLACEMENT_ID)]
    return ids, [each for each in ids if (await driver.get(f"/events/{each}", who)).status_code != 200]


async def test_the_feed_tells_a_provider_of_no_event_that_it_may_not_read(whole: Driver) -> None:
    """Offers of another provider, concerns of others and letters to others are of kinds that it sees of its own."""
    await told(whole, "propose-provider")
    other = str(uuid7())
    register = EXAMPLES["register-provider"] | {"name": "Larch Workshop"}
    answer = await whole.give(f"/providers/{other}/commands/register-provider", register, "la_officer")
    answer.raise_for_status()
    whole.tokens.minted["larch"] = whole.tokens.mint(
        DemonstrationPerson(slug="larch", name="Lena Larch", roles=("provider_user",), org=f"provider:{other}")
    )
    ask = f"{COMMANDS}/request-provider-offer"
    (await whole.give(ask, EXAMPLES["request-provider-offer"])).raise_for_status()
    first = (await whole.get(RECORD, "provider_user")).json()["record"]["asked"]["offer_id"]
    declined = EXAMPLES["decline-provider-offer"] | {"offer_id": first}
    (await whole.give(f"{COMMANDS}/decline-provider-offer", declined, "provider_user")).raise_for_status()
    concern = EXAMPLES["raise-safeguarding-concern"] | {"raised_on": "2026-11-20", "pause_requested": False}
    (await whole.give(f"{COMMANDS}/raise-safeguarding-concern", concern, "head")).raise_for_status()
    at_first = (await whole.get("/events", "case_worker", limit=500)).json()["events"][-1]["time"]
    overrides = [{"override": "due_diligence", "reason": "A place is needed now"}]
    proposed = EXAMPLES["propose-provider"] | {"provider_id": other, "overrides": overrides}
    (await whole.give(f"{COMMANDS}/propose-provider", proposed)).raise_for_status()
    (await whole.give(ask, EXAMPLES["request-provider-offer"])).raise_for_status()

    told_of, unread = await _told_of(whole, "larch")
    timeline = (await whole.get(f"{RECORD}/timeline", "larch")).json()["events"]
    earlier = (await whole.get(RECORD, "larch", as_at=at_first)).json()
    stale = await whole.give(
        f"{COMMANDS}/make-provider-offer",
        EXAMPLES["make-provider-offer"],
        "larch",
        headers={"If-Match": '"1"'},
    )

    assert told_of
    assert (unread, told_of) == ([], [each["event_id"] for each in timeline])
    assert first not in json.dumps(earlier)
    assert str(PROVIDER_ID) not in json.dumps(earlier)
    assert stale.status_code == 412
    assert {each["version"] for each in stale.json()["changes"]} <= {each["version"] for each in timeline}
