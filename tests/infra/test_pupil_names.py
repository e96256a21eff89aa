"""The sealed names of lists and their hashes: read as written, found by whom they may be, and gone with the key."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.placement.state import Placement, initial
from domain.shared.name_search import asked, findable
from events.values.referral import Pupil
from infra.encryption.key_store.provider import FileKeyProvider
from infra.ids import uuid7
from infra.projections import pupil_names
from infra.projections.placements import PlacementRow, upsert
from tests.infra.test_placements import a_row

PUPIL = Pupil(legal_name="Amira Begum-Oak", born_on=date(2012, 5, 14), sex="F", upn="B801200005001", year_group=9)


@pytest.fixture
def keys(tmp_path: Path) -> FileKeyProvider:
    return FileKeyProvider(tmp_path / "keys")


def state_of(pupil: Pupil | None) -> Placement:
    before = initial()
    return before._replace(referral=before.referral._replace(pupil=pupil))


async def a_placement(conn: asyncpg.Connection, keys: FileKeyProvider, **changed: object) -> PlacementRow:
    row = a_row(**changed)
    await keys.create(row.pupil_id)
    await upsert(conn, row)
    return row


async def finds(conn: asyncpg.Connection, keys: FileKeyProvider, organisation: str, typed: str) -> set[object]:
    key = await pupil_names.search_key_of(keys)
    digests = pupil_names.of_name(key, organisation, asked(typed))
    found = await conn.fetch("SELECT placement_id FROM placement_name WHERE found_by @> $1", digests)
    return {each["placement_id"] for each in found}


async def test_each_organisation_that_may_read_the_name_finds_it_and_no_other(
    conn: asyncpg.Connection, keys: FileKeyProvider
) -> None:
    provider = uuid7()
    row = await a_placement(
        conn, keys, la_code="831", councils=("302",), provider_id=provider, provider_phase="placed", stage="Active"
    )
    await pupil_names.write(conn, keys, row, state_of(PUPIL))

    for organisation in ("school:900001", "la:831", "la:302", f"provider:{provider}"):
        assert await finds(conn, keys, organisation, "ami beg") == {row.placement_id}, organisation
        assert await finds(conn, keys, organisation, "mira") == set()
    for organisation in ("school:900002", "la:330", f"provider:{uuid7()}", ""):
        assert await finds(conn, keys, organisation, "amira") == set(), organisation

    asked_only = replace(row, version=2, provider_phase="asked")
    await pupil_names.write(conn, keys, asked_only, state_of(PUPIL))
    assert await finds(conn, keys, f"provider:{provider}", "amira") == set()


async def test_the_rows_go_with_the_key_and_come_back_in_no_way(
    conn: asyncpg.Connection, keys: FileKeyProvider
) -> None:
    row = await a_placement(conn, keys)
    await pupil_names.write(conn, keys, row, state_of(PUPIL))
    assert (await pupil_names.shown(conn, keys, [row.placement_id]))[row.placement_id].name == PUPIL.legal_name

    await keys.destroy(row.pupil_id)
    assert await pupil_names.shown(conn, keys, [row.placement_id]) == {}
    # Who had the record in memory writes it again.
    await pupil_names.write(conn, keys, row, state_of(PUPIL))
    assert await conn.fetchval("SELECT count(*) FROM placement_name") == 0

    other = await a_placement(conn, keys)
    await pupil_names.write(conn, keys, other, state_of(PUPIL))
    await pupil_names.forget(conn, other.pupil_id)
    assert await conn.fetchval("SELECT count(*) FROM placement_name") == 0


async def test_neither_name_nor_number_is_in_the_table(conn: asyncpg.Connection, keys: FileKeyProvider) -> None:
    row = await a_placement(conn, keys)
    await pupil_names.write(conn, keys, row, state_of(PUPIL))

    stored = await conn.fetchrow("SELECT sealed, found_by FROM placement_name")
    raw = stored["sealed"] + b"".join(stored["found_by"])
    assert not any(word in raw.lower() for word in (b"amira", b"begum", b"ami", PUPIL.upn.lower().encode()))
    assert len(stored["found_by"]) == len(findable(PUPIL.legal_name)) + 1
    assert stored["found_by"] == sorted(stored["found_by"])


_NAMES = st.text("abcdefgz\u00e9\u0142\u00fcA\u00c5'- ", min_size=3, max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_NAMES, min_size=1, max_size=4))
async def test_a_row_that_followed_each_change_is_the_one_that_a_rebuild_makes(
    conn: asyncpg.Connection, keys: FileKeyProvider, names: list[str]
) -> None:
    row = await a_placement(conn, keys)
    for name in names:
        await pupil_names.write(conn, keys, row, state_of(replace(PUPIL, legal_name=name)))
    live = await conn.fetchrow("SELECT * FROM placement_name WHERE placement_id = $1", row.placement_id)

    await conn.execute("DELETE FROM placement_name WHERE placement_id = $1", row.placement_id)
    await pupil_names.write(conn, keys, row, state_of(replace(PUPIL, legal_name=names[-1])))

    assert await conn.fetchrow("SELECT * FROM placement_name WHERE placement_id = $1", row.placement_id) == live
    shown = await pupil_names.shown(conn, keys, [row.placement_id])
    assert shown[row.placement_id].name == names[-1]
