import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.ids import uuid7
from infra.key_store.provider import FileKeyProvider
from infra.keys import KeyErased, KeyMissing, KeyStoreDamaged, RotationUnderWay

MAKE_ONE = """
import asyncio, pathlib, sys, uuid
from infra.key_store.provider import FileKeyProvider
provider = FileKeyProvider(pathlib.Path(sys.argv[1]))
print(asyncio.run(provider.create(uuid.UUID(sys.argv[2]))).secret.hex())
"""


async def test_a_key_is_made_once_and_found_again_by_another_process(tmp_path: Path) -> None:
    key_id = uuid7()
    made = await FileKeyProvider(tmp_path / "keys").create(key_id)

    later = FileKeyProvider(tmp_path / "keys")

    assert await later.get(key_id) == made
    assert await later.create(key_id) == made
    assert (await later.create(uuid7())).secret != made.secret


async def test_nothing_in_the_folder_can_be_read_by_others(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path / "keys")
    await provider.create(uuid7())
    await provider.destroy(uuid7())

    modes = {path.name: path.stat().st_mode & 0o077 for path in [tmp_path / "keys", *(tmp_path / "keys").rglob("*")]}

    assert not any(modes.values()), modes


async def test_the_stored_key_is_wrapped(tmp_path: Path) -> None:
    key = await FileKeyProvider(tmp_path).create(uuid7())

    assert key.secret not in (tmp_path / "keys" / str(key.key_id)).read_bytes()


def test_processes_that_race_for_one_key_end_with_the_same(tmp_path: Path) -> None:
    key_id = str(uuid7())
    racers = [
        subprocess.Popen([sys.executable, "-c", MAKE_ONE, str(tmp_path / "keys"), key_id], stdout=subprocess.PIPE)
        for _ in range(4)
    ]

    made = {racer.communicate()[0] for racer in racers}

    assert [racer.returncode for racer in racers] == [0, 0, 0, 0]
    assert len(made) == 1


async def test_tasks_that_race_for_one_key_end_with_the_same(tmp_path: Path) -> None:
    provider, key_id = FileKeyProvider(tmp_path), uuid7()

    made = await asyncio.gather(*(provider.create(key_id) for _ in range(20)))

    assert len({key.secret for key in made}) == 1


async def test_a_key_that_never_was_is_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        await FileKeyProvider(tmp_path).get(uuid7())


async def test_a_destroyed_key_is_refused_at_once_in_every_process_and_cannot_be_made_again(tmp_path: Path) -> None:
    eraser, reader = FileKeyProvider(tmp_path), FileKeyProvider(tmp_path)
    key, other = await eraser.create(uuid7()), await eraser.create(uuid7())
    await reader.get(key.key_id)

    await eraser.destroy(key.key_id)
    await eraser.destroy(key.key_id)

    for provider in (eraser, reader, FileKeyProvider(tmp_path)):
        with pytest.raises(KeyErased):
            await provider.get(key.key_id)
        with pytest.raises(KeyErased):
            await provider.create(key.key_id)
        assert await provider.get(other.key_id) == other
    assert not (tmp_path / "keys" / str(key.key_id)).exists()


async def test_a_destroyed_key_is_refused_even_after_its_file_is_restored(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    key = await provider.create(uuid7())
    backup = (tmp_path / "keys" / str(key.key_id)).read_bytes()
    await provider.destroy(key.key_id)

    (tmp_path / "keys" / str(key.key_id)).write_bytes(backup)

    with pytest.raises(KeyErased):
        await FileKeyProvider(tmp_path).get(key.key_id)


async def test_an_erasure_that_a_crash_left_half_written_is_done_when_repeated(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    first, second = await provider.create(uuid7()), await provider.create(uuid7())
    (tmp_path / "erased").write_text(str(first.key_id)[:20], "ascii")

    assert await FileKeyProvider(tmp_path).get(first.key_id) == first

    await provider.destroy(second.key_id)
    await provider.destroy(first.key_id)

    assert (tmp_path / "erased").read_text("ascii").split() == [str(second.key_id), str(first.key_id)]


async def test_a_file_left_half_written_by_a_crash_does_not_become_a_key(tmp_path: Path) -> None:
    provider, key_id = FileKeyProvider(tmp_path), uuid7()
    (tmp_path / "keys" / f".{key_id}.partial").write_bytes(b"half")

    made = await provider.create(key_id)

    assert await FileKeyProvider(tmp_path).get(key_id) == made


async def test_a_wrapped_key_put_under_another_id_is_refused(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    key, other_id = await provider.create(uuid7()), uuid7()
    os.link(tmp_path / "keys" / str(key.key_id), tmp_path / "keys" / str(other_id))

    with pytest.raises(KeyStoreDamaged):
        await provider.get(other_id)


async def test_a_key_encryption_key_is_not_made_anew_over_wrapped_keys(tmp_path: Path) -> None:
    await FileKeyProvider(tmp_path).create(uuid7())
    (tmp_path / "kek").unlink()

    with pytest.raises(KeyStoreDamaged, match="restore it"):
        FileKeyProvider(tmp_path)


@pytest.mark.parametrize(("mode", "content"), [(0o644, bytes(32)), (0o600, b"short")])
def test_a_key_encryption_key_that_cannot_be_trusted_is_refused(tmp_path: Path, mode: int, content: bytes) -> None:
    (tmp_path / "kek").write_bytes(content)
    (tmp_path / "kek").chmod(mode)

    with pytest.raises(KeyStoreDamaged):
        FileKeyProvider(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PLK1", b"PLK1" + bytes(60), b"other bytes"])
async def test_a_damaged_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    provider = FileKeyProvider(tmp_path)
    key_id = uuid7()
    (tmp_path / "keys" / str(key_id)).write_bytes(content)

    with pytest.raises(KeyStoreDamaged, match=str(key_id)):
        await provider.get(key_id)


async def test_a_damaged_list_of_erased_keys_refuses_everything(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    key = await provider.create(uuid7())
    (tmp_path / "erased").write_text("not an id\n", "ascii")

    with pytest.raises(KeyStoreDamaged):
        await provider.get(key.key_id)


async def test_the_cache_forgets_the_key_longest_unused_and_those_that_are_old(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path, cache_size=2)
    first, second, third = [await provider.create(uuid7()) for _ in range(3)]

    assert list(provider._cache) == [second.key_id, third.key_id]
    assert await provider.get(second.key_id) is second
    await provider.get(first.key_id)
    assert list(provider._cache) == [second.key_id, first.key_id]

    expired = FileKeyProvider(tmp_path, cache_seconds=0.0)
    assert await expired.get(first.key_id) is not await expired.get(first.key_id)


def _no_progress(_done: int, _all: int) -> None:
    return


async def test_a_new_key_encryption_key_wraps_every_key_and_the_former_one_opens_none(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    made = [await provider.create(uuid7()) for _ in range(5)]
    former = (tmp_path / "kek").read_bytes()
    living = FileKeyProvider(tmp_path)

    assert await provider.rotate(_no_progress) == 5

    assert (tmp_path / "kek").read_bytes() != former
    assert not (tmp_path / "kek.former").exists()
    # One that was there before goes on, and what it makes now is wrapped by the new key.
    made.append(await living.create(uuid7()))
    for reader in (provider, living, FileKeyProvider(tmp_path)):
        assert [await reader.get(each.key_id) for each in made] == made
    (tmp_path / "kek").write_bytes(former)
    with pytest.raises(KeyStoreDamaged, match="not wrapped by this"):
        await FileKeyProvider(tmp_path).get(made[0].key_id)


async def test_a_rotation_that_was_cut_off_leaves_every_key_readable_and_is_finished_by_the_next(
    tmp_path: Path,
) -> None:
    provider = FileKeyProvider(tmp_path)
    made = [await provider.create(uuid7()) for _ in range(5)]

    def cut_off(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        provider._rotate(cut_off)

    assert [await FileKeyProvider(tmp_path).get(each.key_id) for each in made] == made
    await provider.destroy(made[4].key_id)
    # Two were done, in no particular order: the destroyed one may be among them.
    assert await FileKeyProvider(tmp_path).rotate(_no_progress) in {2, 3}
    assert not (tmp_path / "kek.former").exists()
    for reader in (provider, FileKeyProvider(tmp_path)):
        assert [await reader.get(each.key_id) for each in made[:4]] == made[:4]
        with pytest.raises(KeyErased):
            await reader.get(made[4].key_id)


async def test_a_second_rotation_at_once_is_refused_and_loses_nothing(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    made = [await provider.create(uuid7()) for _ in range(3)]
    refused: list[type[Exception]] = []

    def again(_done: int, _all: int) -> None:
        try:
            FileKeyProvider(tmp_path)._rotate(_no_progress)
        except RotationUnderWay as error:
            refused.append(type(error))

    assert await provider.rotate(again) == 3

    assert refused == [RotationUnderWay] * 3
    assert [await FileKeyProvider(tmp_path).get(each.key_id) for each in made] == made


async def test_a_rotation_that_was_cut_off_before_its_new_key_begins_with_one(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    key = await provider.create(uuid7())
    former = (tmp_path / "kek").read_bytes()
    (tmp_path / "kek.former").write_bytes(former)
    (tmp_path / "kek.former").chmod(0o600)

    assert await provider.rotate(_no_progress) == 1

    assert (tmp_path / "kek").read_bytes() != former
    assert await FileKeyProvider(tmp_path).get(key.key_id) == key
