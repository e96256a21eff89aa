"""AWS KMS as the wrapper of keys: what it is asked for, what it refuses, its absence, and the way to it from a file."""

import asyncio
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from infra.encryption.key_store.aws_kms import AwsKeyWrapper
from infra.encryption.key_store.configured import keys_for
from infra.encryption.key_store.provider import FileKeyProvider
from infra.encryption.keys import KeyErased, KeyMissing, KeyStoreDamaged, KeyStoreUnavailable
from infra.ids import uuid7
from infra.settings import Settings
from tests.aws_kms import Kms


def _no_progress(_done: int, _all: int) -> None:
    return


def _file(directory: Path, key_id: UUID) -> Path:
    return directory / "keys" / str(key_id)


def _named_and_sealed(wrapped: bytes) -> tuple[str, bytes]:
    end = 6 + int.from_bytes(wrapped[4:6])
    return wrapped[6:end].decode(), wrapped[end:]


async def test_what_is_kept_names_its_kms_key_and_opens_with_the_keys_id_alone(kms: Kms, tmp_path: Path) -> None:
    kms_key = kms.new_key()

    key = await FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms_key)).create(uuid7())

    wrapped = _file(tmp_path, key.key_id).read_bytes()
    named, sealed = _named_and_sealed(wrapped)
    context = {"purpose": "placements/key/1", "key_id": str(key.key_id)}
    assert (wrapped[:4], named) == (b"PLA1", kms_key)
    assert kms.client.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"] == key.secret
    for wrong in ({}, {"key_id": str(key.key_id)}, context | {"key_id": str(uuid7())}):
        with pytest.raises(kms.client.exceptions.InvalidCiphertextException):
            kms.client.decrypt(CiphertextBlob=sealed, EncryptionContext=wrong)
    assert not (tmp_path / "kek").exists()


async def test_a_file_that_names_another_kms_key_is_refused(kms: Kms, tmp_path: Path) -> None:
    kms_key, other = kms.new_key(), kms.new_key()
    provider = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms_key))
    key_id = uuid7()
    await provider.create(key_id)
    path = _file(tmp_path, key_id)
    path.write_bytes(path.read_bytes().replace(kms_key.encode(), other.encode()))

    # AWS's own documents say IncorrectKeyException, the simulation says AccessDeniedException.
    with pytest.raises((KeyStoreDamaged, KeyStoreUnavailable)):
        await FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms_key)).get(key_id)


async def test_a_changed_ciphertext_is_refused(kms: Kms, tmp_path: Path) -> None:
    provider = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms.new_key()), cache_seconds=0.0)
    key = await provider.create(uuid7())
    path = _file(tmp_path, key.key_id)
    path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))

    with pytest.raises(KeyStoreDamaged, match=str(key.key_id)):
        await provider.get(key.key_id)


async def test_something_else_sealed_by_the_same_kms_key_is_no_data_key(kms: Kms, tmp_path: Path) -> None:
    kms_key, key_id = kms.new_key(), uuid7()
    wrapper = AwsKeyWrapper(kms_key)
    provider = FileKeyProvider(tmp_path, service=wrapper)
    _file(tmp_path, key_id).write_bytes(wrapper.wrap(key_id, b"short"))

    with pytest.raises(KeyStoreDamaged, match=str(key_id)):
        await provider.get(key_id)


async def test_a_kms_key_that_is_not_there_makes_none_and_opens_none(kms: Kms, tmp_path: Path) -> None:
    known = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms.new_key()))
    unknown = FileKeyProvider(tmp_path, service=AwsKeyWrapper(str(uuid7())))
    key_id = uuid7()

    with pytest.raises(KeyStoreUnavailable, match="NotFoundException"):
        await unknown.create(key_id)
    with pytest.raises(KeyMissing):
        await known.get(key_id)


async def test_while_the_service_is_away_cached_keys_open_and_erasing_goes_on(kms: Kms, tmp_path: Path) -> None:
    kms_key = kms.new_key()
    here = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms_key))
    key, erased = await here.create(uuid7()), await here.create(uuid7())
    url = kms.client.meta.endpoint_url
    kms.away()
    away = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms_key))
    away._cache.update(here._cache)
    unmade = uuid7()

    assert await away.get(key.key_id) == key
    away._cache.clear()
    with pytest.raises(KeyStoreUnavailable, match="EndpointConnectionError"):
        await away.get(key.key_id)
    with pytest.raises(KeyStoreUnavailable):
        await away.create(unmade)
    with pytest.raises(KeyStoreUnavailable):
        await away.rotate(_no_progress)
    await away.destroy(erased.key_id)

    kms.at(url)
    back = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms_key))
    assert await back.get(key.key_id) == key
    with pytest.raises(KeyErased):
        await back.get(erased.key_id)
    with pytest.raises(KeyMissing):
        await back.get(unmade)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 6\r\n\r\n<html>",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 35\r\n\r\n" + b'{"__type": "ThrottlingException"}  ',
        b"not HTTP at all\r\n\r\n",
    ],
    ids=["no-json", "nothing-in-it", "proxy", "throttled", "no-http"],
)
async def test_whatever_else_answers_is_a_service_that_is_away(kms: Kms, tmp_path: Path, answer: bytes) -> None:
    asked: list[bytes] = []

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        writer.close()

    # On this very loop: it could not answer if the loop waited for it.
    async with await asyncio.start_server(answered, "127.0.0.1", 0) as server:
        kms.at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        provider = FileKeyProvider(tmp_path, service=AwsKeyWrapper("alias/placements"))
        with pytest.raises(KeyStoreUnavailable):
            await provider.create(uuid7())

    assert b"TrentService.Encrypt" in asked[0]


async def test_keys_of_the_file_open_under_the_service_and_a_rotation_moves_them(kms: Kms, tmp_path: Path) -> None:
    local = FileKeyProvider(tmp_path)
    made = [await local.create(uuid7()) for _ in range(3)]
    late_id = uuid7()
    service = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms.new_key()))
    made.append(await service.create(uuid7()))
    assert [await service.get(each.key_id) for each in made] == made

    def made_by_a_process_not_yet_restarted(done: int, _all: int) -> None:
        if done == 1:
            local._make(late_id)

    assert await service.rotate(made_by_a_process_not_yet_restarted) == 4

    assert {path.read_bytes()[:4] for path in (tmp_path / "keys").iterdir()} == {b"PLA1"}
    assert not (tmp_path / "kek").exists()
    fresh = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms.new_key()))
    assert [await fresh.get(each.key_id) for each in made] == made
    assert (await fresh.get(late_id)).key_id == late_id
    assert await service.rotate(_no_progress) == 0
    # Whoever still uses the file makes nothing that nobody could open.
    with pytest.raises(KeyStoreDamaged, match="is missing"):
        await local.create(uuid7())
    with pytest.raises(KeyStoreDamaged, match="key management service"):
        FileKeyProvider(tmp_path)


async def test_after_a_cut_off_move_the_file_still_opens_what_it_wrapped(kms: Kms, tmp_path: Path) -> None:
    """A move cut off by the service leaves the file to open what it wrapped."""
    local = FileKeyProvider(tmp_path)
    made = [await local.create(uuid7()) for _ in range(3)]
    kms_key = kms.new_key()
    moving = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms_key))

    def gone_away(done: int, _all: int) -> None:
        if done == 1:
            kms.away()
            moving._wrapper = AwsKeyWrapper(kms_key)

    url = kms.client.meta.endpoint_url
    with pytest.raises(KeyStoreUnavailable):
        await moving.rotate(gone_away)
    kms.at(url)

    again = FileKeyProvider(tmp_path, service=AwsKeyWrapper(kms_key))
    assert [await again.get(each.key_id) for each in made] == made
    assert await again.rotate(_no_progress) == 2
    assert [await again.get(each.key_id) for each in made] == made


async def test_an_alias_that_is_moved_to_another_kms_key_is_rotated_to(kms: Kms, tmp_path: Path) -> None:
    first, second, alias = kms.new_key(), kms.new_key(), f"alias/placements-{uuid7()}"
    kms.client.create_alias(AliasName=alias, TargetKeyId=first)
    provider = FileKeyProvider(tmp_path, service=AwsKeyWrapper(alias))
    key = await provider.create(uuid7())

    assert await provider.rotate(_no_progress) == 0
    kms.client.update_alias(AliasName=alias, TargetKeyId=second)
    assert await provider.rotate(_no_progress) == 1

    assert _named_and_sealed(_file(tmp_path, key.key_id).read_bytes())[0] == second
    assert await FileKeyProvider(tmp_path, service=AwsKeyWrapper(alias)).get(key.key_id) == key


@pytest.mark.parametrize("named", ["", "kms"])
async def test_the_settings_say_who_wraps(settings: Settings, kms: Kms, named: str) -> None:
    kms_key = kms.new_key() if named else ""

    key = await keys_for(settings.model_copy(update={"kms_key_id": kms_key})).create(uuid7())

    wrapped = _file(settings.keys_directory, key.key_id).read_bytes()
    assert wrapped[:4] == (b"PLA1" if named else b"PLK1")


def test_without_a_region_the_service_cannot_be_used(kms: Kms) -> None:
    kms.monkeypatch.delenv("AWS_DEFAULT_REGION")
    kms.monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")

    with pytest.raises(KeyStoreUnavailable, match="region"):
        AwsKeyWrapper("alias/placements")


def test_a_set_up_without_the_service_does_not_load_its_client() -> None:
    loaded = "import sys, services.cli, services.gateway.app, services.workflow.worker; print('boto3' in sys.modules)"

    ran = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"
