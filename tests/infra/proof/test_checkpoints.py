"""Checkpoints: what is signed, when none is, what is kept outside, and what a database put back in time comes to."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from infra.event_store.types import ANY
from infra.proof.checkpoints import Checkpointer, KeyUnusable, Outside, RecordRolledBack, kept, latest, make_key, signer
from infra.proof.merkle import Frontier, leaf_hash
from infra.proof.notes import Verifier, checkpoint
from tests.infra.event_store.conftest import new_event, new_stream, put
from tests.infra.proof.conftest import ORIGIN, SIGNER, MakeCheckpointer, record

Conn = asyncpg.Connection


async def made(checkpointer: Checkpointer) -> int:
    found = await checkpointer.checkpoint()
    assert found is not None
    return found.checkpoint.size


async def test_a_checkpoint_is_signed_over_all_that_is_settled_and_none_over_nothing_new(
    conn: Conn, checkpointer: MakeCheckpointer, outside: Outside
) -> None:
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
    found = checkpoint(last.note, Verifier.read(last.verifier_key))
    assert (found.size, found.position) == (last.size, last.position)
    assert found.root == frontier.root()
    assert [line.split()[0] for line in found.others] == ["position", "time", "timeline"]
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
