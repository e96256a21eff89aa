"""Data keys wrapped by a key-encryption key in a file beside them: the embedded set-up's, and the default.

What it wraps is `PLK1`, a nonce, and AES-256-GCM over the secret, with the key's id in the associated data.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra import durable
from infra.encryption.key_store.folder import KeyFolder
from infra.encryption.keys import KEY_BYTES, KeyStoreDamaged

_NONCE_BYTES: Final = 12
_TAG: Final = b"placements/key/1"


class LocalKeyWrapper:
    """`kek` in the folder, and during a rotation `kek.former`. What other processes do to them shows at once."""

    magic: Final = b"PLK1"

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder
        self._path = folder.directory / "kek"
        self._former = folder.directory / "kek.former"
        # As they were read, with what the files were then; replaced as one, since threads read them too.
        self._read: tuple[tuple[object, object], tuple[AESGCM, ...]] | None = None

    def make_if_new(self) -> None:
        """A key-encryption key for a folder that has none, and no keys yet.

        Raises:
            KeyStoreDamaged: it has keys, or its key-encryption key cannot be trusted.
        """
        with self._folder.locked():
            if not self._path.exists():
                if self._folder.ids():
                    raise KeyStoreDamaged(
                        f"{self._path} is missing, and wrapped keys are there: restore it, or name the key of the "
                        "key management service that wrapped them"
                    )
                durable.write_whole(self._path, os.urandom(KEY_BYTES))
        self._keks()

    def wrap(self, key_id: UUID, secret: bytes) -> bytes:
        keks, nonce = self._keks(), os.urandom(_NONCE_BYTES)
        if not keks:
            raise KeyStoreDamaged(f"{self._path} is missing")
        return self.magic + nonce + keks[0].encrypt(nonce, secret, _context(key_id))

    def unwrap(self, key_id: UUID, wrapped: bytes) -> bytes:
        for kek in self._keks():
            secret = self._opened(kek, key_id, wrapped)
            if secret is not None:
                return secret
        raise KeyStoreDamaged(f"the file of key {key_id} was not wrapped by this folder's key-encryption key")

    def is_current(self, key_id: UUID, wrapped: bytes) -> bool:
        return any(self._opened(kek, key_id, wrapped) is not None for kek in self._keks()[:1])

    def begin_rotation(self) -> None:
        kek = self._bytes_of(self._path)
        # The former is kept until nothing needs it: cut off before the new one is there, the two are the same.
        if not self._former.exists():
            durable.write_whole(self._former, kek)
        if self._bytes_of(self._former) == kek:
            durable.write_whole(self._path, os.urandom(KEY_BYTES))

    def end_rotation(self) -> None:
        durable.remove(self._former)

    def discard(self) -> None:
        """Delete it: something else has wrapped every key again. The caller holds the folder's lock."""
        durable.remove(self._former)
        durable.remove(self._path)

    def _opened(self, kek: AESGCM, key_id: UUID, wrapped: bytes) -> bytes | None:
        """None when another key-encryption key wrapped it. Raises KeyStoreDamaged."""
        magic, rest = wrapped[: len(self.magic)], wrapped[len(self.magic) :]
        if magic != self.magic or len(rest) <= _NONCE_BYTES:
            raise KeyStoreDamaged(f"the file of key {key_id} is not a wrapped key")
        try:
            return kek.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], _context(key_id))
        except InvalidTag:
            return None

    def _keks(self) -> tuple[AESGCM, ...]:
        """The present one, and while it is being replaced the former one; none where it is missing."""
        seen = (durable.state(self._path), durable.state(self._former))
        read = self._read
        if read is None or read[0] != seen:
            found: list[AESGCM] = []
            with suppress(FileNotFoundError):
                for path in (self._path, self._former):
                    found.append(AESGCM(self._bytes_of(path)))  # noqa: PERF401 - the first may be all there is
            read = (seen, tuple(found))
            self._read = read
        return read[1]

    def _bytes_of(self, path: Path) -> bytes:
        if path.stat().st_mode & 0o077:
            raise KeyStoreDamaged(f"{path} can be read by others: chmod 600 it")
        kek = path.read_bytes()
        if len(kek) != KEY_BYTES:
            raise KeyStoreDamaged(f"{path} does not hold a key of {KEY_BYTES} bytes")
        return kek


def _context(key_id: UUID) -> bytes:
    return b"".join(len(part).to_bytes(8) + part for part in (_TAG, key_id.bytes))
