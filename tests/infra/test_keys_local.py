"""The key-encryption key in a file beside the keys: how it is made, trusted, kept and replaced."""

from pathlib import Path
from uuid import UUID

import pytest

from infra.encryption.key_store.provider import FileKeyProvider
from infra.encryption.keys import KeyStoreDamaged
from infra.ids import uuid7


async def test_what_the_first_release_wrapped_is_read(tmp_path: Path) -> None:
    key_id = UUID("01936b2e-0000-7000-8000-000000000001")
    (tmp_path / "keys").mkdir()
    (tmp_path / "kek").write_bytes(bytes(range(32)))
    (tmp_path / "kek").chmod(0o600)
    (tmp_path / "keys" / str(key_id)).write_bytes(
        bytes.fromhex(
            "504c4b311c6af6e64449de00aa66b0b4ca5afabcb86ac1f2ae2d07d42cd6a6cf"
            "929fec9fe8126fc1b32a9270fcf9e4e2bc7a266f3396d1192ce203c225a9435d"
        )
    )

    key = await FileKeyProvider(tmp_path).get(key_id)

    assert key.secret.hex() == "7d12d52f6ac805d53580f26acace4b358058cb50c3896962ab35a65a8b7595b4"


def _no_progress(_done: int, _all: int) -> None:
    return


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


async def test_a_new_key_encryption_key_wraps_every_key_and_the_old_opens_none(tmp_path: Path) -> None:
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


async def test_a_rotation_that_was_cut_off_before_its_new_key_begins_with_one(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    key = await provider.create(uuid7())
    former = (tmp_path / "kek").read_bytes()
    (tmp_path / "kek.former").write_bytes(former)
    (tmp_path / "kek.former").chmod(0o600)

    assert await provider.rotate(_no_progress) == 1

    assert (tmp_path / "kek").read_bytes() != former
    assert await FileKeyProvider(tmp_path).get(key.key_id) == key


async def test_what_a_crash_left_of_a_key_being_wrapped_anew_goes_with_the_key(tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path)
    key = await provider.create(uuid7())
    kept = tmp_path / "keys" / str(key.key_id)
    half = kept.with_name(f".{kept.name}.partial")
    half.write_bytes(kept.read_bytes())

    await provider.destroy(key.key_id)

    assert (kept.exists(), half.exists()) == (False, False)
