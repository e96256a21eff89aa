"""The pupils' data keys: one each, wrapped by a key-encryption key, kept outside the database.

A key's id is its pupil's id. Destroying a key makes what it sealed unreadable for ever, wherever copies of
the ciphertext are.
"""

import asyncio
import fcntl
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_MAGIC: Final = b"PLK1"
_WRAP_TAG: Final = b"placements/key/1"


class KeyErased(Exception):
    """The key was destroyed; what it sealed cannot be read again."""


class KeyMissing(Exception):
    """There is no key with this id, and none was destroyed."""


class KeyStoreDamaged(Exception):
    """The key folder cannot be trusted as it is: wrong permissions, or a file that is not what it should be."""


class RotationUnderWay(Exception):
    """The key-encryption key is being replaced already; two at once would lose keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """One pupil's key and the subkeys drawn from it (HKDF-SHA256, no salt); never printed."""

    key_id: UUID
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(init=False, repr=False, compare=False)
    personal_nonce: bytes = field(init=False, repr=False, compare=False)
    command_nonce: bytes = field(init=False, repr=False, compare=False)
    document_nonce: bytes = field(init=False, repr=False, compare=False)
    fingerprint: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        assert len(self.secret) == _KEY_BYTES
        object.__setattr__(self, "cipher", AESGCM(self.secret))
        object.__setattr__(self, "personal_nonce", self._subkey(b"placements/personal/nonce/1"))
        object.__setattr__(self, "command_nonce", self._subkey(b"placements/command/nonce/1"))
        object.__setattr__(self, "document_nonce", self._subkey(b"placements/document/nonce/1"))
        object.__setattr__(self, "fingerprint", self._subkey(b"placements/fingerprint/1"))

    def _subkey(self, info: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(self.secret)


class KeyProvider(Protocol):
    """Where data keys come from: files on the embedded set-up, a key management service elsewhere."""

    async def create(self, key_id: UUID) -> DataKey:
        """The key with this id, made if there is none. Raises KeyErased."""

    async def get(self, key_id: UUID) -> DataKey:
        """Raises KeyErased or KeyMissing."""

    async def destroy(self, key_id: UUID) -> None:
        """Erases the key for ever, whether or not it exists; doing it twice is safe."""


class FileKeyProvider:
    """One file a key in a folder of 0700, each written whole or not at all, and a list of erased ids.

    `get` asks the file system each time whether the key and the list are as they were when it was cached, so
    an erasure by another process on the same folder holds from the next use on.
    """

    def __init__(self, directory: Path, *, cache_size: int = 1000, cache_seconds: float = 60.0) -> None:
        self._directory = directory
        self._keys = directory / "keys"
        self._erased = directory / "erased"
        self._kek = directory / "kek"
        self._former = directory / "kek.former"
        self._cache: OrderedDict[UUID, tuple[float, DataKey]] = OrderedDict()
        self._cache_size = cache_size
        self._cache_seconds = cache_seconds
        # The list as it was read, with what the file was then; replaced as one, since threads read it too.
        self._erased_read: tuple[tuple[int, int, int], frozenset[UUID]] | None = None
        self._keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
        self._make_kek()
        self._keks = self._key_encryption_keys()

    async def create(self, key_id: UUID) -> DataKey:
        # Waits for another process's lock and for the disk: not on the event loop.
        await asyncio.to_thread(self._make, key_id)
        return await self.get(key_id)

    async def get(self, key_id: UUID) -> DataKey:
        # Taken out first and put back last: an erased key does not linger, and the cache stays in order of use.
        cached = self._cache.pop(key_id, None)
        self._refuse_erased(key_id)
        if cached is None or cached[0] <= time.monotonic() or not self._path(key_id).exists():
            key = DataKey(key_id=key_id, secret=self._unwrapped(key_id))
            cached = (time.monotonic() + self._cache_seconds, key)
        self._cache[key_id] = cached
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        return cached[1]

    async def destroy(self, key_id: UUID) -> None:
        await asyncio.to_thread(self._erase, key_id)
        self._cache.pop(key_id, None)

    async def rotate(self, progress: Callable[[int, int], None]) -> int:
        """Put a new key-encryption key in the place of the present one; returns how many keys it wraps anew.

        Events stay as they are. `progress` is told how many of how many are done. Other processes may work
        meanwhile; one that was cut off is finished by the next. The former key is gone when this returns.

        Raises:
            RotationUnderWay: another one is at work on this folder.
        """
        return await asyncio.to_thread(self._rotate, progress)

    def _rotate(self, progress: Callable[[int, int], None]) -> int:
        # From its beginning to its end: another one would take away the former key that this one still needs.
        with self._rotating():
            return self._rotated(progress)

    def _rotated(self, progress: Callable[[int, int], None]) -> int:
        with self._locked():
            kek = self._read_kek(self._kek)
            # The former is kept until nothing needs it: cut off before the new one is there, the two are the same.
            if not self._former.exists():
                _write_whole(self._former, kek)
            if self._read_kek(self._former) == kek:
                _write_whole(self._kek, os.urandom(_KEY_BYTES))
            self._keks = self._key_encryption_keys()
        paths = [path for path in self._keys.iterdir() if not path.name.startswith(".")]
        rewrapped = 0
        for done, path in enumerate(paths, 1):
            rewrapped += self._rewrap(UUID(path.name))
            progress(done, len(paths))
        with self._locked():
            self._former.unlink(missing_ok=True)
            _sync_folder(self._directory)
            self._keks = self._key_encryption_keys()
        return rewrapped

    def _rewrap(self, key_id: UUID) -> bool:
        """Whether it was wrapped by the former key; one that was destroyed meanwhile is left alone."""
        with self._locked():
            try:
                stored = self._path(key_id).read_bytes()
            except FileNotFoundError:
                return False
            if _opened(self._keks[0], key_id, stored) is not None:
                return False
            _write_whole(self._path(key_id), _wrapped(self._keks[0], key_id, self._unwrapped(key_id)))
            return True

    def _make(self, key_id: UUID) -> None:
        with self._locked():
            self._refuse_erased(key_id)
            if not self._path(key_id).exists():
                # As it is on disk now: another process may have put a new one in its place.
                self._keks = self._key_encryption_keys()
                _write_whole(self._path(key_id), _wrapped(self._keks[0], key_id, os.urandom(_KEY_BYTES)))

    def _erase(self, key_id: UUID) -> None:
        with self._locked():
            # The list first: a crash between the two leaves a key that is refused, never one that is forgotten.
            if key_id not in self._erased_list():
                _append_line(self._erased, str(key_id))
            self._path(key_id).unlink(missing_ok=True)
            _sync_folder(self._keys)

    def _path(self, key_id: UUID) -> Path:
        return self._keys / str(key_id)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _rotating(self) -> Iterator[None]:
        handle = os.open(self._directory / "rotating", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise RotationUnderWay(f"another rotation is at work on {self._directory}") from None
        finally:
            os.close(handle)

    def _make_kek(self) -> None:
        with self._locked():
            if not self._kek.exists():
                if any(self._keys.iterdir()):
                    raise KeyStoreDamaged(f"{self._kek} is missing, and keys that it wrapped are there: restore it")
                _write_whole(self._kek, os.urandom(_KEY_BYTES))

    def _key_encryption_keys(self) -> tuple[AESGCM, ...]:
        """The present one, and while it is being replaced the former one."""
        found = [AESGCM(self._read_kek(self._kek))]
        with suppress(FileNotFoundError):
            found.append(AESGCM(self._read_kek(self._former)))
        return tuple(found)

    def _read_kek(self, path: Path) -> bytes:
        if path.stat().st_mode & 0o077:
            raise KeyStoreDamaged(f"{path} can be read by others: chmod 600 it")
        kek = path.read_bytes()
        if len(kek) != _KEY_BYTES:
            raise KeyStoreDamaged(f"{path} does not hold a key of {_KEY_BYTES} bytes")
        return kek

    def _unwrapped(self, key_id: UUID) -> bytes:
        try:
            stored = self._path(key_id).read_bytes()
        except FileNotFoundError:
            # It may have been destroyed since the list was looked at.
            self._refuse_erased(key_id)
            raise KeyMissing(f"no key {key_id}") from None
        for keks in (self._keks, self._key_encryption_keys()):
            self._keks = keks
            for kek in keks:
                secret = _opened(kek, key_id, stored)
                if secret is not None:
                    return secret
        raise KeyStoreDamaged(f"the file of key {key_id} was not wrapped by this key-encryption key")

    def _refuse_erased(self, key_id: UUID) -> None:
        if key_id in self._erased_list():
            raise KeyErased(f"key {key_id} was destroyed")

    def _erased_list(self) -> frozenset[UUID]:
        try:
            found = self._erased.stat()
        except FileNotFoundError:
            return frozenset()
        seen = (found.st_ino, found.st_size, found.st_mtime_ns)
        read = self._erased_read
        if read is None or read[0] != seen:
            read = (seen, _parsed(self._erased.read_text("ascii")))
            self._erased_read = read
        return read[1]


def _wrapped(kek: AESGCM, key_id: UUID, secret: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return _MAGIC + nonce + kek.encrypt(nonce, secret, _wrap_context(key_id))


def _opened(kek: AESGCM, key_id: UUID, stored: bytes) -> bytes | None:
    """None when another key-encryption key wrapped it. Raises KeyStoreDamaged."""
    magic, rest = stored[: len(_MAGIC)], stored[len(_MAGIC) :]
    if magic != _MAGIC or len(rest) <= _NONCE_BYTES:
        raise KeyStoreDamaged(f"the file of key {key_id} is not a wrapped key")
    try:
        return kek.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _wrap_context(key_id))
    except InvalidTag:
        return None


def _wrap_context(key_id: UUID) -> bytes:
    return b"".join(len(part).to_bytes(8) + part for part in (_WRAP_TAG, key_id.bytes))


def _parsed(listed: str) -> frozenset[UUID]:
    # A last line without its end is what a crash left of an erasure that is still to be done.
    try:
        return frozenset(UUID(line) for line in listed.split("\n")[:-1])
    except ValueError:
        raise KeyStoreDamaged("the list of erased keys holds a line that is not a key id") from None


def _write_whole(path: Path, content: bytes) -> None:
    """Makes the file complete and durable, or not at all; the caller holds the folder's lock."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    _sync_folder(path.parent)


def _append_line(path: Path, line: str) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        whole = file.read()
        file.seek(whole.rfind(b"\n") + 1)
        file.truncate()
        file.write(f"{line}\n".encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
