"""Two drafts with one UPN in one school are of one child; across schools nobody learns anything."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from events.codec import canonical_json
from events.ids import derived_id
from infra.encryption.keys import KeyErased
from services.gateway.commands.examples import EXAMPLES
from tests.conftest import Database
from tests.gateway.driving import DRAFT, Driver

OTHER = "900002"
UPN, SPARE, TEMPORARY = "L831400126001", "P207000016049", "X83140012600A"


async def _draft(driver: Driver, who: str = "case_worker", upn: str = UPN, **changed: Any) -> Any:
    return await driver.give("/placements", DRAFT.body | {"pupil": DRAFT.body["pupil"] | {"upn": upn}} | changed, who)


def _pupil_of(drafted: Any) -> str:
    """Whom a draft that named nobody began."""
    assert drafted.status_code == 201, drafted.text
    return str(derived_id(UUID(drafted.json()["command_id"]), "pupil"))


def _offered(answer: Any) -> list[str]:
    assert (answer.status_code, answer.json()["code"]) == (409, "pupil_known"), answer.text
    [reason] = answer.json()["reasons"]
    assert reason["pointer"] == "/pupil_id"
    offers: list[str] = reason["offers"]
    return offers


async def _other_school(driver: Driver) -> None:
    register = EXAMPLES["register-school"] | {"name": "Ravensmoor School"}
    for command, body in (("register-school", register), ("publish-calendar", EXAMPLES["publish-calendar"])):
        answer = await driver.give(f"/schools/{OTHER}/commands/{command}", body, "la_officer")
        assert answer.status_code == 200, answer.text


async def test_a_second_draft_with_a_upn_is_offered_the_pupil_and_may_name_it(whole: Driver) -> None:
    pupil = _pupil_of(await _draft(whole))

    for spelt in (UPN, f" {UPN.lower()} "):
        assert _offered(await _draft(whole, upn=spelt)) == [pupil]
    named = await _draft(whole, pupil_id=pupil)
    assert named.status_code == 201, named.text
    assert named.json()["warnings"] == []
    other = await _draft(whole, another_child=True)
    twin = _pupil_of(other)
    assert twin != pupil
    assert [each["code"] for each in other.json()["warnings"]] == ["upn_of_another_pupil"]
    assert sorted(_offered(await _draft(whole))) == sorted([pupil, twin])
    # A draft may begin before the number is known.
    for unknown in ("not known yet", "not known yet"):
        assert (await _draft(whole, upn=unknown)).status_code == 201


async def test_of_drafts_at_once_with_one_upn_one_begins_the_pupil(whole: Driver) -> None:
    answers = await asyncio.gather(*(_draft(whole) for _ in range(6)))

    begun = [each for each in answers if each.status_code == 201]
    assert len(begun) == 1
    pupil = _pupil_of(begun[0])
    assert all(_offered(each) == [pupil] for each in answers if each not in begun)


async def test_another_school_is_told_the_same_whether_or_not_there_is_a_record(whole: Driver) -> None:
    await _other_school(whole)
    pupil = _pupil_of(await _draft(whole, upn=UPN))

    known = await _draft(whole, "other_school", upn=UPN, home_school_urn=OTHER)
    unknown = await _draft(whole, "other_school", upn=SPARE, home_school_urn=OTHER)

    assert (known.status_code, unknown.status_code) == (201, 201), known.text
    assert known.headers.keys() == unknown.headers.keys()
    shape = [
        {
            key: value
            for key, value in each.json().items()
            if key not in {"command_id", "placement_id", "reference", "events"}
        }
        for each in (known, unknown)
    ]
    assert shape[0] == shape[1]
    assert pupil not in known.text
    again = await _draft(whole, "other_school", upn=UPN, home_school_urn=OTHER)
    assert _offered(again) == [_pupil_of(known)], "its own record alone"


async def test_the_school_is_not_offered_the_councils_record_of_another_school(whole: Driver) -> None:
    await _other_school(whole)
    council = {"commissioner": "la", "legal_basis": "S19_OTH"}
    pupil = _pupil_of(await _draft(whole, **council))

    assert (await _draft(whole, "other_school", home_school_urn=OTHER, **council)).status_code == 201
    assert _offered(await _draft(whole, **council)) == [pupil]
    assert (await _draft(whole)).status_code == 201, "the school's own record is another than the council's"


async def test_the_pupil_is_found_by_the_number_as_it_was_put_right(whole: Driver) -> None:
    async def correct(drafted: Any, upn: str) -> Any:
        placement = drafted.json()["placement_id"]
        body = {
            "corrects_event_id": drafted.json()["events"][0]["event_id"],
            "field": "pupil",
            "value": canonical_json(DRAFT.body["pupil"] | {"upn": upn}),
            "reason": "A slip of the pen",
        }
        answer = await whole.give(f"/placements/{placement}/commands/correct-record", body)
        assert answer.status_code == 200, answer.text
        return answer

    first = await _draft(whole, upn=UPN)
    pupil = _pupil_of(first)
    await correct(first, SPARE)
    assert _offered(await _draft(whole, upn=SPARE)) == [pupil]
    second = await _draft(whole, upn=UPN)
    assert second.status_code == 201, "the wrong number is not the pupil's"
    warned = await correct(second, SPARE)
    assert [each["code"] for each in warned.json()["warnings"]] == ["upn_of_another_pupil"]

    third = await _draft(whole, upn=TEMPORARY)
    temporary = _pupil_of(third)
    await correct(third, "B801200005001")
    for number in (TEMPORARY, "B801200005001"):
        assert _offered(await _draft(whole, upn=number)) == [temporary], "known by the temporary number before"


async def test_who_was_erased_is_offered_to_nobody(whole: Driver) -> None:
    drafted = await _draft(whole)
    pupil = _pupil_of(drafted)
    await whole.gateway.keys.destroy(UUID(pupil), owner="school:900001")
    with pytest.raises(KeyErased):
        await whole.gateway.keys.get(UUID(pupil))

    assert (await _draft(whole)).status_code == 201


async def test_what_is_kept_is_a_hash_that_only_the_school_s_key_makes(whole: Driver, database: Database) -> None:
    await _other_school(whole)
    for who, urn in (("case_worker", "900001"), ("other_school", OTHER)):
        assert (await _draft(whole, who, home_school_urn=urn)).status_code == 201
    conn = await asyncpg.connect(database.owner_url)
    rows = await conn.fetch("SELECT school_urn, digest FROM pupil_number ORDER BY school_urn")
    keys = await conn.fetch("SELECT school_urn, key_id FROM pupil_number_key ORDER BY school_urn")

    assert [row["school_urn"] for row in rows] == ["900001", OTHER]
    assert len({bytes(row["digest"]) for row in rows}) == 2, "one number has another hash in each school"
    assert UPN.encode() not in b"".join(bytes(row["digest"]) for row in rows)
    own = keys[0]["key_id"]
    assert (await _draft(whole, pupil_id=str(own))).status_code == 422, "no pupil gets the key of the numbers"

    # A store from before, or another key store than the one that had the key: the index is made again.
    before = _offered(await _draft(whole))
    await conn.execute("DELETE FROM pupil_number_key")
    await conn.execute("DELETE FROM pupil_number")
    assert _offered(await _draft(whole)) == before
    await whole.gateway.keys.destroy(
        await conn.fetchval("SELECT key_id FROM pupil_number_key WHERE school_urn = '900001'"),
        owner="numbers:900001",
    )
    assert _offered(await _draft(whole)) == before
    await conn.close()


async def test_a_received_record_is_offered_to_the_school_that_received_it(whole: Driver) -> None:
    await _other_school(whole)
    pupil = _pupil_of(await _draft(whole))
    body = EXAMPLES["hand-over-pupil"] | {"to": f"school:{OTHER}", "copied": ["details"]}
    handed = await whole.give(f"/pupils/{pupil}/commands/hand-over-pupil", body)
    assert handed.status_code == 200, handed.text

    [offered] = _offered(await _draft(whole, "other_school", home_school_urn=OTHER))

    assert offered != pupil
    named = await _draft(whole, "other_school", home_school_urn=OTHER, pupil_id=offered)
    assert named.status_code == 201, named.text


async def _handed_over(driver: Driver, pupil: str, to: str, who: str = "case_worker") -> None:
    body = EXAMPLES["hand-over-pupil"] | {"to": f"school:{to}", "copied": ["details"]}
    handed = await driver.give(f"/pupils/{pupil}/commands/hand-over-pupil", body, who)
    assert handed.status_code == 200, handed.text


async def test_a_received_record_without_a_placement_is_in_the_index_made_again(
    whole: Driver, database: Database
) -> None:
    await _other_school(whole)
    await _handed_over(whole, _pupil_of(await _draft(whole)), OTHER)
    before = _offered(await _draft(whole, "other_school", home_school_urn=OTHER))
    conn = await asyncpg.connect(database.owner_url)
    await conn.execute("DELETE FROM pupil_number_key")
    await conn.execute("DELETE FROM pupil_number")
    await conn.close()

    assert _offered(await _draft(whole, "other_school", home_school_urn=OTHER)) == before
    assert before != _offered(await _draft(whole)), "the giver's record is another"


async def test_the_school_that_takes_over_finds_the_pupils_of_the_school_before(whole: Driver) -> None:
    await _other_school(whole)
    pupil = _pupil_of(await _draft(whole))
    own = _pupil_of(await _draft(whole, "other_school", SPARE, home_school_urn=OTHER))
    await _handed_over(whole, own, "900001", "other_school")
    [received] = _offered(await _draft(whole, upn=SPARE))
    close = {"successor_urn": OTHER, "effective_on": "2026-11-23", "reason": "The schools merge"}

    closed = await whole.give("/schools/900001/commands/close-school", close, "head")
    assert [each["type"] for each in closed.json()["events"]] == ["SuccessionPlanned", "SchoolSucceeded"], closed.text
    await whole.rest()

    assert _offered(await _draft(whole, "other_school", home_school_urn=OTHER)) == [pupil]
    both = _offered(await _draft(whole, "other_school", SPARE, home_school_urn=OTHER))
    assert sorted(both) == sorted([own, received]), "its own record, and the one that the school before received"
    assert (await _draft(whole, "other_school", home_school_urn=OTHER, pupil_id=pupil)).status_code == 201
