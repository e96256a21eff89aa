"""The port of what wraps data keys: it never keeps one, and never sees what a data key opens."""

from typing import Protocol
from uuid import UUID


class KeyWrapper(Protocol):
    """A key-encryption key, wherever it is. Calls may wait for a disk or a network: never on the event loop."""

    @property
    def magic(self) -> bytes:
        """The first bytes of each key that it wrapped, which distinguish it from those of another wrapper."""

    def wrap(self, key_id: UUID, secret: bytes) -> bytes:
        """The secret, to be kept. Only `unwrap` with the same id opens it.

        Raises:
            KeyStoreDamaged: there is no key-encryption key, or not one to be trusted.
            KeyStoreUnavailable: it does not answer, or refuses.
        """

    def unwrap(self, key_id: UUID, wrapped: bytes) -> bytes:
        """The secret. Raises KeyStoreDamaged, also where it was wrapped for another id, or KeyStoreUnavailable."""

    def is_current(self, key_id: UUID, wrapped: bytes) -> bool:
        """Whether the key-encryption key that wraps now wrapped this. Raises what `unwrap` raises."""

    def begin_rotation(self) -> None:
        """From here on a new key-encryption key wraps, and the former still unwraps; begun twice is begun once.

        The caller holds the folder's lock.
        """

    def end_rotation(self) -> None:
        """Nothing is wrapped by the former key-encryption key any more. The caller holds the folder's lock."""
