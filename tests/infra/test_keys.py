"""What every key store does, whoever wraps its keys: the local file, and AWS KMS as it is simulated here."""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from infra.encryption.key_store.aws_kms import AwsKeyWrapper
from infra.encryption.key_store.folder import KeyFolder
from infra.encryption.key_store.provider import FileKeyProvider
from infra.encryption.keys import KeyErased, KeyMissing, KeyOfAnother, KeyStoreDamaged, RotationUnderWay
from infra.ids import uuid7
from tests.aws_kms import Kms

MAKE_ONE = """
import asyncio, pathlib, sys, uuid
from infra.encryption.key_store.aws_kms import AwsKeyWrapper
from infra.encryption.key_store.provider import FileKeyProvider
service = AwsKeyWrapper(sys.argv[2]) if sys.argv[2] else None
provider = FileKeyProvider(pathlib.Path(sys.argv[1]), service=service)
print(asyncio.run(provider.create(uuid.UUID(sys.argv[3]))).secret.hex())
"""

ROTATE = """
import asyncio, pathlib, sys, time
from infra.encryption.key_store.aws_kms import AwsKeyWrapper
from infra.encryption.key_store.provider import FileKeyProvider
service = AwsKeyWrapper(sys.argv[2]) if sys.argv[2] else None
provider = FileKeyProvider(pathlib.Path(sys.argv[1]), service=service)
def stop_at_20(done, _all):
    if done == 20:
        print("here", flush=True)
        time.sleep(600)
asyncio.run(provider.rotate(stop_at_20))
"""


@dataclass(slots=True, kw_only=True)
class Store:
    """One folder, wrapped by the local file where there is no `kms`."""

    directory: Path
    kms: Kms | None
    kms_key: str = ""

    def open(self, **cache: Any) -> FileKeyProvider:
        return FileKeyProvider(self.directory, service=AwsKeyWrapper(self.kms_key) if self.kms else None, **cache)

    def renewed(self) -> FileKeyProvider:
        """One with something to rotate to, as all that are opened from here on."""
        if self.kms:
            self.kms_key = self.kms.new_key()
        return self.open()

    def wrapped(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.directory / "keys").iterdir()}


@pytest.fixture(params=["local", "aws-kms"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "local":
        return Store(directory=tmp_path / "keys", kms=None)
    kms: Kms = request.getfixturevalue("kms")
    return Store(directory=tmp_path / "keys", kms=kms, kms_key=kms.new_key())


async def test_a_key_is_made_once_and_found_again_by_another_process(store: Store) -> None:
    key_id = uuid7()
    made = await store.open().create(key_id)

    later = store.open()

    assert await later.get(key_id) == made
    assert await later.create(key_id) == made
    assert (await later.create(uuid7())).secret != made.secret


async def test_nothing_in_the_folder_can_be_read_by_others(store: Store) -> None:
    provider = store.open()
    await provider.create(uuid7())
    await provider.destroy(uuid7())

    modes = {path.name: path.stat().st_mode & 0o077 for path in [store.directory, *store.directory.rglob("*")]}

    assert not any(modes.values()), modes


@pytest.mark.obligation("C6")
async def test_a_key_that_was_claimed_is_destroyed_by_its_owner_alone(store: Store) -> None:
    here, elsewhere = store.open(), store.open()
    key, unclaimed, missing = await here.create(uuid7()), await here.create(uuid7()), uuid7()
    await here.claim(key.key_id, "school:900001")
    await elsewhere.claim(key.key_id, "school:900002")
    await here.claim(missing, "school:900002")

    for owner in ("school:900002", None):
        with pytest.raises(KeyOfAnother):
            await elsewhere.destroy(key.key_id, owner=owner)
    assert await here.get(key.key_id) == key
    await elsewhere.destroy(key.key_id, owner="school:900001")
    await elsewhere.destroy(unclaimed.key_id, owner="school:900002")
    await here.claim(key.key_id, "school:900002")

    for gone in (key, unclaimed):
        with pytest.raises(KeyErased):
            await here.get(gone.key_id)
    assert not list((store.directory / "owners").iterdir()), "nothing says whose it was"


async def test_the_stored_key_is_wrapped(store: Store) -> None:
    key = await store.open().create(uuid7())

    assert key.secret not in (store.directory / "keys" / str(key.key_id)).read_bytes()


def test_processes_that_race_for_one_key_end_with_the_same(store: Store) -> None:
    key_id = str(uuid7())
    command = [sys.executable, "-c", MAKE_ONE, str(store.directory), store.kms_key, key_id]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]

    made = {racer.communicate()[0] for racer in racers}

    assert [racer.returncode for racer in racers] == [0, 0, 0, 0]
    assert len(made) == 1


async def test_tasks_that_race_for_one_key_end_with_the_same(store: Store) -> None:
    provider, key_id = store.open(), uuid7()

    made = await asyncio.gather(*(provider.create(key_id) for _ in range(20)))

    assert len({key.secret for key in made}) == 1


async def test_a_key_that_never_was_is_missing(store: Store) -> None:
    with pytest.raises(KeyMissing):
        await store.open().get(uuid7())


async def test_a_destroyed_key_is_refused_at_once_everywhere_and_not_made_again(store: Store) -> None:
    """A destroyed key is refused at once in every process, and cannot be made again."""
    eraser, reader = store.open(), store.open()
    key, other = await eraser.create(uuid7()), await eraser.create(uuid7())
    await reader.get(key.key_id)

    await eraser.destroy(key.key_id)
    await eraser.destroy(key.key_id)

    for provider in (eraser, reader, store.open()):
        with pytest.raises(KeyErased):
            await provider.get(key.key_id)
        with pytest.raises(KeyErased):
            await provider.create(key.key_id)
        assert await provider.get(other.key_id) == other
    assert not (store.directory / "keys" / str(key.key_id)).exists()


async def test_a_destroyed_key_is_refused_even_after_its_file_is_restored(store: Store) -> None:
    provider = store.open()
    key = await provider.create(uuid7())
    backup = (store.directory / "keys" / str(key.key_id)).read_bytes()
    await provider.destroy(key.key_id)

    (store.directory / "keys" / str(key.key_id)).write_bytes(backup)

    with pytest.raises(KeyErased):
        await store.open().get(key.key_id)


async def test_an_erasure_that_a_crash_left_half_written_is_done_when_repeated(store: Store) -> None:
    provider = store.open()
    first, second = await provider.create(uuid7()), await provider.create(uuid7())
    (store.directory / "erased").write_text(str(first.key_id)[:20], "ascii")

    assert await store.open().get(first.key_id) == first

    await provider.destroy(second.key_id)
    await provider.destroy(first.key_id)

    assert (store.directory / "erased").read_text("ascii").split() == [str(second.key_id), str(first.key_id)]


async def test_a_file_left_half_written_by_a_crash_does_not_become_a_key(store: Store) -> None:
    provider, key_id = store.open(), uuid7()
    (store.directory / "keys" / f".{key_id}.partial").write_bytes(b"half")

    made = await provider.create(key_id)

    assert await store.open().get(key_id) == made


async def test_a_wrapped_key_put_under_another_id_is_refused(store: Store) -> None:
    provider = store.open()
    key, other_id = await provider.create(uuid7()), uuid7()
    os.link(store.directory / "keys" / str(key.key_id), store.directory / "keys" / str(other_id))

    with pytest.raises(KeyStoreDamaged):
        await provider.get(other_id)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PLK1",
        b"PLK1" + bytes(60),
        b"PLA1",
        b"PLA1\0\0" + bytes(60),
        b"PLA1\0\3\xff\xff\xff" + bytes(60),
        b"other bytes",
    ],
)
async def test_a_damaged_key_file_is_named(store: Store, content: bytes) -> None:
    provider = store.open()
    key_id = uuid7()
    (store.directory / "keys" / str(key_id)).write_bytes(content)

    with pytest.raises(KeyStoreDamaged, match=str(key_id)):
        await provider.get(key_id)


async def test_a_damaged_list_of_erased_keys_refuses_everything(store: Store) -> None:
    provider = store.open()
    key = await provider.create(uuid7())
    (store.directory / "erased").write_text("not an id\n", "ascii")

    with pytest.raises(KeyStoreDamaged):
        await provider.get(key.key_id)


async def test_the_cache_forgets_the_key_longest_unused_and_those_that_are_old(store: Store) -> None:
    provider = store.open(cache_size=2)
    first, second, third = [await provider.create(uuid7()) for _ in range(3)]

    assert list(provider._cache) == [second.key_id, third.key_id]
    assert await provider.get(second.key_id) is second
    await provider.get(first.key_id)
    assert list(provider._cache) == [second.key_id, first.key_id]

    expired = store.open(cache_seconds=0.0)
    assert await expired.get(first.key_id) is not await expired.get(first.key_id)


def _no_progress(_done: int, _all: int) -> None:
    return


async def test_a_rotation_wraps_every_key_anew_and_living_processes_go_on(store: Store) -> None:
    provider = store.open()
    made = [await provider.create(uuid7()) for _ in range(5)]
    before = store.wrapped()
    told: list[tuple[int, int]] = []

    assert await store.renewed().rotate(lambda done, all_: told.append((done, all_))) == 5

    assert told == [(number, 5) for number in range(1, 6)]
    assert store.wrapped().keys() == before.keys()
    assert not set(store.wrapped().values()) & set(before.values())
    made.append(await provider.create(uuid7()))
    for reader in (provider, store.open(cache_seconds=0.0)):
        assert [await reader.get(each.key_id) for each in made] == made


async def test_a_cut_off_rotation_leaves_keys_readable_and_the_next_finishes_it(store: Store) -> None:
    provider = store.open()
    made = [await provider.create(uuid7()) for _ in range(5)]

    def cut_off(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.renewed()._rotate(cut_off)

    assert [await store.open().get(each.key_id) for each in made] == made
    await provider.destroy(made[4].key_id)
    # Two were done, in no particular order: the destroyed one may be among them.
    assert await store.open().rotate(_no_progress) in {2, 3}
    assert not (store.directory / "kek.former").exists()
    for reader in (provider, store.open()):
        assert [await reader.get(each.key_id) for each in made[:4]] == made[:4]
        with pytest.raises(KeyErased):
            await reader.get(made[4].key_id)


async def test_a_rotation_whose_process_is_killed_loses_nothing(store: Store) -> None:
    made = [await store.open().create(uuid7()) for _ in range(60)]
    store.renewed()
    rotating = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ROTATE, str(store.directory), store.kms_key, stdout=subprocess.PIPE
    )
    assert rotating.stdout is not None
    assert await rotating.stdout.readline() == b"here\n"
    rotating.kill()
    await rotating.wait()

    assert [await store.open().get(each.key_id) for each in made] == made
    assert await store.open().rotate(_no_progress) == 40
    assert not (store.directory / "kek.former").exists()
    assert [await store.open().get(each.key_id) for each in made] == made


async def test_a_key_destroyed_while_a_rotation_wraps_it_does_not_come_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await store.open().create(uuid7())
    provider = store.renewed()
    wrap = provider._wrapper.wrap

    def meanwhile_destroyed(key_id: UUID, secret: bytes) -> bytes:
        KeyFolder(store.directory).erase(key_id)
        return wrap(key_id, secret)

    monkeypatch.setattr(provider._wrapper, "wrap", meanwhile_destroyed)

    assert await provider.rotate(_no_progress) == 0

    assert store.wrapped() == {}
    with pytest.raises(KeyErased):
        await store.open().get(key.key_id)


async def test_a_key_made_during_a_rotation_opens_after_it(store: Store) -> None:
    living = store.open()
    await living.create(uuid7())
    late_id = uuid7()

    await store.renewed().rotate(lambda _done, _all: living._make(late_id))

    late = await living.get(late_id)
    assert await store.open().get(late_id) == late


async def test_a_key_made_while_a_rotation_comes_and_goes_opens_after_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, key_id = store.open(), uuid7()
    await slow.create(uuid7())
    wrap = slow._wrapper.wrap
    rotated: list[int] = []

    def overtaken(key_id: UUID, secret: bytes) -> bytes:
        wrapped = wrap(key_id, secret)
        if not rotated:
            rotated.append(store.renewed()._rotate(_no_progress))
        return wrapped

    monkeypatch.setattr(slow._wrapper, "wrap", overtaken)

    made = await slow.create(key_id)

    assert rotated == [1]
    assert await store.open().get(key_id) == made


async def test_a_key_that_a_rotation_overtakes_while_it_is_opened_opens(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await store.open().create(uuid7())
    slow = store.open()
    unwrap = slow._wrapper.unwrap
    rotated: list[int] = []

    def overtaken(key_id: UUID, wrapped: bytes) -> bytes:
        if not rotated:
            rotated.append(store.renewed()._rotate(_no_progress))
        return unwrap(key_id, wrapped)

    monkeypatch.setattr(slow._wrapper, "unwrap", overtaken)

    assert await slow.get(key.key_id) == key
    assert rotated == [1]


async def test_a_wrapping_that_does_not_open_replaces_none_that_does(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await store.open().create(uuid7())
    before = store.wrapped()
    provider = store.renewed()
    wrap = provider._wrapper.wrap
    monkeypatch.setattr(provider._wrapper, "wrap", lambda _key_id, secret: wrap(uuid7(), secret))

    with pytest.raises(KeyStoreDamaged):
        await provider.rotate(_no_progress)

    assert store.wrapped() == before
    assert await store.open().get(key.key_id) == key


async def test_a_second_rotation_at_once_is_refused_and_loses_nothing(store: Store) -> None:
    provider = store.open()
    made = [await provider.create(uuid7()) for _ in range(3)]
    refused: list[type[Exception]] = []

    def again(_done: int, _all: int) -> None:
        try:
            store.open()._rotate(_no_progress)
        except RotationUnderWay as error:
            refused.append(type(error))

    assert await store.renewed().rotate(again) == 3

    assert refused == [RotationUnderWay] * 3
    assert [await store.open().get(each.key_id) for each in made] == made
