"""The pupils' data keys: one each, wrapped by a key-encryption key, kept outside the database (`key_store`).

A key's id is its pupil's id. Destroying a key makes what it sealed permanently unreadable, wherever copies of
the ciphertext are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32


class KeyErased(Exception):
    """The key was destroyed; what it sealed cannot be read again."""


class KeyMissing(Exception):
    """There is no key with this id, and none was destroyed."""


class KeyOfAnother(Exception):
    """The key belongs to another organisation than the one that wants it destroyed."""


class KeyStoreDamaged(Exception):
    """The key folder cannot be trusted as it is: wrong permissions, or a file that is not what it should be."""


class KeyStoreUnavailable(Exception):
    """What wraps the keys does not answer, or refuses us; the same may succeed later."""


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
    listed_nonce: bytes = field(init=False, repr=False, compare=False)
    fingerprint: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        assert len(self.secret) == KEY_BYTES
        object.__setattr__(self, "cipher", AESGCM(self.secret))
        object.__setattr__(self, "personal_nonce", self._subkey(b"placements/personal/nonce/1"))
        object.__setattr__(self, "command_nonce", self._subkey(b"placements/command/nonce/1"))
        object.__setattr__(self, "document_nonce", self._subkey(b"placements/document/nonce/1"))
        object.__setattr__(self, "listed_nonce", self._subkey(b"placements/listed/nonce/1"))
        object.__setattr__(self, "fingerprint", self._subkey(b"placements/fingerprint/1"))

    def derived(self, purpose: bytes) -> bytes:
        """Another key for a purpose of its own; whoever has that one learns nothing of this one."""
        return self._subkey(purpose)

    def _subkey(self, info: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self.secret)


class KeyProvider(Protocol):
    """Where data keys come from. Each call may also raise KeyStoreDamaged or KeyStoreUnavailable."""

    async def create(self, key_id: UUID) -> DataKey:
        """The key with this id, made if there is none. Raises KeyErased."""

    async def get(self, key_id: UUID) -> DataKey:
        """Raises KeyErased or KeyMissing."""

    async def get_many(self, key_ids: Collection[UUID]) -> Mapping[UUID, DataKey]:
        """Those of these keys that there are: neither destroyed nor missing."""

    async def claim(self, key_id: UUID, owner: str) -> None:
        """Keeps whose key it is, as `school:<urn>` or `la:<code>`; the first claim of a key holds."""

    async def destroy(self, key_id: UUID, *, owner: str | None = None) -> None:
        """Destroys the key permanently, whether or not it exists; doing it twice is safe.

        `owner` is the organisation that decided on it. A key that was never claimed is destroyed for anybody.
        Raises KeyOfAnother.
        """
