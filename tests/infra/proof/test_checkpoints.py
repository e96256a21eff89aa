"""Checkpoints: what is signed, when none is, what is kept outside, and what a database put back in time shows."""

import asyncio
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine

from infra.event_store.types import ANY
from infra.postgres.db import connection
from infra.proof import tree
from infra.proof.checkpoints import Checkpointer, KeyUnusable, Outside, kept, latest, make_key, signer
from infra.proof.merkle import Frontier, leaf_hash
from infra.proof.notes import Checkpoint, NoteVerifier, Signer, checkpoint
from infra.proof.signed import NoteNotOurs, RecordForked, RecordRolledBack
from tests.infra.event_store.conftest import new_event, new_stream, put
from tests.infra.proof.conftest import ORIGIN, SIGNER, MakeCheckpointer, record

Conn = asyncpg.Connection


async def made(checkpointer: Checkpointer) -> int:
    found = await checkpointer.checkpoint()
    assert found is not None
    return found.checkpoint.size


async def test_a_checkpoint_covers_all_that_is_settled_and_needs_something_new(
    conn: Conn, checkpointer: MakeCheckpointer, outside: Outside
) -> None:
    """A checkpoint is signed over all that is settled, and none over nothing new."""
    assert await checkpointer().checkpoint() is None
    await record(conn, 5)
    assert await made(checkpointer()) == 5
    assert await checkpointer().checkpoint() is None
    await record(conn, 300)
    assert await made(checkpointer()) == 305

    frontier = Frontier()
    for row in await conn.fetch("SELECT hash FROM event_store.event ORDER BY position"):
        frontier.append(leaf_hash(row["hash"]))
    last = await latest(conn, ORIGIN)
    assert last is not None
    found = checkpoint(last.note, NoteVerifier.read(last.verifier_key))
    assert (found.size, found.position) == (last.size, last.position)
    assert found.root == frontier.root()
    assert [line.split()[0] for line in found.others] == [
        "position",
        "time",
        "timeline",
        "entries",
        "entries-root",
    ]
    assert list(outside.notes()) == [each.note for each in await kept(conn, ORIGIN)]


async def test_several_at_once_make_one(conn: Conn, checkpointer: MakeCheckpointer) -> None:
    await record(conn, 5)

    found = await asyncio.gather(*(checkpointer().checkpoint() for _ in range(5)))

    assert [each.checkpoint.size for each in found if each is not None] == [5]


async def test_a_copy_outside_that_a_crash_left_out_is_made_good(
    conn: Conn, checkpointer: MakeCheckpointer, outside: Outside, tmp_path: Path
) -> None:
    await record(conn, 1)
    await made(checkpointer())
    for path in (tmp_path / "checkpoints").iterdir():
        path.unlink()

    assert await checkpointer().checkpoint() is None

    assert list(outside.notes()) == [each.note for each in await kept(conn, ORIGIN)]


async def test_a_record_that_is_put_back_in_time_is_not_signed_on(
    conn: Conn, superuser: Conn, checkpointer: MakeCheckpointer
) -> None:
    """As after a restore: the database, checkpoints and tree with it, is what it was; the copies outside are not."""
    stream = new_stream()
    await put(conn, stream, ANY, new_event(), new_event())
    await made(checkpointer())
    kept_tree = await conn.fetch("SELECT * FROM tree_tile")
    await put(conn, stream, ANY, new_event())
    await made(checkpointer())
    await superuser.execute("DELETE FROM event_store.event WHERE version = 3")
    await superuser.execute("UPDATE event_store.stream SET version = 2")
    await superuser.execute("DELETE FROM checkpoint WHERE size = 3")
    await superuser.execute("UPDATE tree SET size = 2, position = (SELECT max(position) FROM event_store.event)")
    await superuser.execute("UPDATE tree_tile SET hashes = $1", kept_tree[0]["hashes"])

    with pytest.raises(RecordRolledBack, match="more than the 2 events last signed"):
        await checkpointer().checkpoint()
    await put(conn, stream, ANY, new_event())
    with pytest.raises(RecordRolledBack):
        await checkpointer().checkpoint()
    assert len(await kept(conn, ORIGIN)) == 1

    # Under another name it goes on; the old name's checkpoints stay what they were.
    renamed = type(SIGNER)(name="council.example/record-2", key=SIGNER.key)
    assert await made(Checkpointer(*checkpointer.parts, renamed, Outside(checkpointer.folder / "2"))) == 3


async def true_root(conn: Conn) -> bytes:
    frontier = Frontier()
    for row in await conn.fetch("SELECT hash FROM event_store.event ORDER BY position"):
        frontier.append(leaf_hash(row["hash"]))
    return frontier.root()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE tree_tile SET hashes = sha256(hashes) || substr(hashes, 33)",
        "UPDATE tree_tile SET hashes = substr(hashes, 1, 64)",
        "UPDATE tree_tile SET hashes = hashes || sha256('x')",
        "DELETE FROM tree_tile",
        "UPDATE tree SET size = 4",
        "UPDATE tree SET size = 40",
        "UPDATE tree SET position = 0",
        "UPDATE tree SET position = 1000000",
        "UPDATE tree SET size = 0, position = 0",
    ],
)
@pytest.mark.parametrize("forgotten", [False, True], ids=["goes on", "from nothing"])
async def test_a_false_tree_is_not_signed_and_is_made_again_from_the_events(
    conn: Conn, superuser: Conn, checkpointer: MakeCheckpointer, damage: str, *, forgotten: bool
) -> None:
    await record(conn, 5)
    await made(checkpointer())
    await superuser.execute(damage)
    if forgotten:
        (checkpointer.folder / "checkpoints" / "signer.json").unlink()
    await record(conn, 3)

    assert await made(checkpointer()) == 8

    last = await latest(conn, ORIGIN)
    assert last is not None
    assert checkpoint(last.note, SIGNER.verifier).root == await true_root(conn) == await tree.root(conn, 8)


FORGED = """
INSERT INTO checkpoint (origin, size, position, note, verifier_key, made_at)
SELECT origin, $1, position, $2, verifier_key, made_at FROM checkpoint WHERE size = 5
"""
REPLACED = "UPDATE checkpoint SET note = $2 WHERE size = 5 AND $1 = 5"


def forged(by: Signer, size: int, root: bytes) -> str:
    return by.signed(Checkpoint(origin=ORIGIN, size=size, root=root).text())


@pytest.mark.parametrize("size", [5, 6, 8, 9])
@pytest.mark.parametrize("own", [False, True], ids=["another key", "own key"])
@pytest.mark.parametrize("true", [False, True], ids=["false root", "true root"])
async def test_an_invalid_checkpoint_in_the_database_is_not_copied_or_continued(
    conn: Conn, superuser: Conn, checkpointer: MakeCheckpointer, outside: Outside, *, size: int, own: bool, true: bool
) -> None:
    """A checkpoint in the database that does not verify is not copied outside, nor gone on from."""
    await record(conn, 5)
    await made(checkpointer())
    before = list(outside.notes())
    if size > 5:
        await record(conn, 3)
    root = await true_root(conn) if true and size in {5, 8} else b"x" * 32
    by = SIGNER if own else Signer(name=ORIGIN, key=Ed25519PrivateKey.from_private_bytes(b"f" * 32))
    await superuser.execute(REPLACED if size == 5 else FORGED, size, forged(by, size, root))

    if own and true and size == 8:  # as a crash between the database and the folder leaves it
        assert await checkpointer().checkpoint() is None
        assert len(list(outside.notes())) == 2
        return
    with pytest.raises(RecordRolledBack) as refused:
        await checkpointer().checkpoint()

    assert list(outside.notes()) == before
    assert isinstance(refused.value, NoteNotOurs) is not own
    assert isinstance(refused.value, RecordForked) is (own and size < 9)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event_store.event SET hash = sha256('x') WHERE position = 5",
        "DELETE FROM event_store.event WHERE position = 5",
        "UPDATE event_store.event SET position = 50 WHERE position = 5",
    ],
)
async def test_a_record_whose_signed_end_is_another_is_not_signed_on(
    conn: Conn, superuser: Conn, checkpointer: MakeCheckpointer, change: str
) -> None:
    await record(conn, 5)
    await made(checkpointer())
    await superuser.execute("ALTER TABLE event_store.event ALTER COLUMN position SET GENERATED BY DEFAULT")
    await superuser.execute(change)
    await superuser.execute("SELECT setval('event_store.event_position_seq', 50)")
    await record(conn, 1)

    with pytest.raises(RecordForked):
        await checkpointer().checkpoint()


@pytest.mark.parametrize("position", range(1, 6))
async def test_without_its_own_state_the_signer_checks_every_hash_from_the_start(
    conn: Conn, superuser: Conn, checkpointer: MakeCheckpointer, position: int
) -> None:
    await record(conn, 5)
    await made(checkpointer())
    (checkpointer.folder / "checkpoints" / "signer.json").write_text('{"signed": {"size": 5}}')
    await superuser.execute("UPDATE event_store.event SET hash = sha256('x') WHERE position = $1", position)

    with pytest.raises(RecordForked):
        await checkpointer().checkpoint()


async def test_a_signer_that_stops_says_since_when_and_why_in_both_places(
    conn: Conn, superuser: Conn, checkpointer: MakeCheckpointer, outside: Outside
) -> None:
    await record(conn, 5)
    await made(checkpointer())
    assert await conn.fetchrow("SELECT stopped_at, why FROM signing") == (None, None)
    assert outside.state()[1]["stopped"] is None
    await superuser.execute("UPDATE event_store.event SET hash = sha256('x') WHERE position = 5")

    for _ in range(2):
        with pytest.raises(RecordRolledBack):
            await checkpointer().checkpoint()

    looked_at, stopped_at, why = await conn.fetchrow("SELECT looked_at, stopped_at, why FROM signing")
    assert stopped_at < looked_at
    state = outside.state()[1]
    assert datetime.fromisoformat(state["stopped"]["at"]) < datetime.fromisoformat(state["looked_at"])
    assert why == state["stopped"]["why"] == "the event that was number 5 when it was signed is another now, or is gone"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO checkpoint SELECT origin, 9, position, note, verifier_key, made_at FROM checkpoint",
        "UPDATE checkpoint SET note = ''",
        "DELETE FROM checkpoint",
        "INSERT INTO cosignature VALUES ('o', 1, 'w', 'l', now())",
        "UPDATE tree SET size = 0",
        "UPDATE tree_tile SET hashes = ''",
        "INSERT INTO tree_tile (level, tile, hashes) VALUES (0, 9, '')",
        "DELETE FROM tree_tile",
        "UPDATE signing SET stopped_at = NULL",
        "INSERT INTO signing (origin, looked_at) VALUES ('o', now())",
    ],
)
async def test_the_services_role_writes_nothing_that_the_signer_writes(conn: Conn, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT event_store.append_one('s', 1, gen_random_uuid(), 't', 1, '{}', NULL, '{}', now())",
        "UPDATE placement SET stage = 'closed'",
        "UPDATE command SET answer = '{}'",
        "DELETE FROM document",
        "SELECT * FROM access_log",
        "INSERT INTO subscription (name) VALUES ('x')",
        "UPDATE checkpoint SET note = ''",
        "DELETE FROM checkpoint",
        "UPDATE demonstration_clock SET moved_by = interval '1 day'",
    ],
)
async def test_the_signers_role_may_sign_and_nothing_else(signing_engine: AsyncEngine, statement: str) -> None:
    async with connection(signing_engine) as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(statement)


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "log" / "key.pem"
    make_key(path)
    first = signer(ORIGIN, path).verifier
    make_key(path)

    assert signer(ORIGIN, path).verifier == first
    path.chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        signer(ORIGIN, path)
    path.write_text("no key")
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match="no key that can be read"):
        signer(ORIGIN, path)
    with pytest.raises(KeyUnusable):
        signer(ORIGIN, tmp_path / "missing")
