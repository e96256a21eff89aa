"""Data keys from the folder: made, unwrapped and kept in memory for a while, destroyed, and wrapped again.

Whoever wraps may wait for a network, so that is never done on the event loop, nor while the folder is locked: an
erasure does not wait for a service.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from uuid import UUID

from cachetools import TTLCache

from infra.encryption.key_store.folder import KeyFolder
from infra.encryption.key_store.local import LocalKeyWrapper
from infra.encryption.key_store.wrapping import KeyWrapper
from infra.encryption.keys import KEY_BYTES, DataKey, KeyErased, KeyMissing, KeyStoreDamaged

RotationProgress = Callable[[int, int], None]


class FileKeyProvider:
    """The keys of one folder.

    `get` asks the file system each time whether the key and the list are as they were when it was cached, so
    an erasure by another process on the same folder holds from the next use on.
    """

    def __init__(
        self,
        directory: Path,
        *,
        service: KeyWrapper | None = None,
        cache_size: int = 1000,
        cache_seconds: float = 60.0,
    ) -> None:
        """Without a `service` a key-encryption key in the folder wraps; with one, it still unwraps what it wrapped.

        Raises:
            KeyStoreDamaged: the folder has keys, and no key-encryption key or one that cannot be trusted.
        """
        self._folder = KeyFolder(directory)
        self._local = LocalKeyWrapper(self._folder)
        if service is None:
            self._local.make_if_new()
        self._wrapper: KeyWrapper = service or self._local
        self._cache: TTLCache[UUID, DataKey] = TTLCache(cache_size, cache_seconds)

    async def create(self, key_id: UUID) -> DataKey:
        await asyncio.to_thread(self._make, key_id)
        return await self.get(key_id)

    async def get(self, key_id: UUID) -> DataKey:
        try:
            self._folder.refuse_erased(key_id)
        except (KeyErased, KeyStoreDamaged):
            self._cache.pop(key_id, None)  # an erased key does not linger in memory
            raise
        key = self._cache.get(key_id)
        if key is None or not self._folder.has(key_id):
            self._cache.pop(key_id, None)
            key = DataKey(key_id=key_id, secret=await asyncio.to_thread(self._secret, key_id))
            self._cache[key_id] = key
        return key

    async def get_many(self, key_ids: Collection[UUID]) -> Mapping[UUID, DataKey]:
        """At once, since a service that unwraps may be far away."""
        found = await asyncio.gather(*map(self._if_there, key_ids))
        return {key.key_id: key for key in found if key is not None}

    async def _if_there(self, key_id: UUID) -> DataKey | None:
        try:
            return await self.get(key_id)
        except (KeyErased, KeyMissing):
            return None

    async def claim(self, key_id: UUID, owner: str) -> None:
        await asyncio.to_thread(self._folder.claim, key_id, owner)

    async def destroy(self, key_id: UUID, *, owner: str | None = None) -> None:
        await asyncio.to_thread(self._folder.erase, key_id, owner)
        self._cache.pop(key_id, None)

    async def rotate(self, progress: RotationProgress) -> int:
        """Wrap again each key that the present key-encryption key did not wrap; returns how many those were.

        A local key-encryption key is first replaced by a new one. A service's is the one that the settings name; if
        the folder still has its own from before the service, that one is gone when this returns.
        Events stay as they are. `progress` receives how many of how many are done. Other processes may work
        meanwhile; one that was cut off is finished by the next.

        Raises:
            RotationUnderWay: another one is at work on this folder.
        """
        return await asyncio.to_thread(self._rotate, progress)

    def _rotate(self, progress: RotationProgress) -> int:
        # From its beginning to its end: another one would take away the former key that this one still needs.
        with self._folder.rotating():
            with self._folder.locked():
                self._wrapper.begin_rotation()
            seen: set[UUID] = set()
            rewrapped = 0
            while left := self._left(seen):
                for key_id in left:
                    rewrapped += self._rewrap(key_id)
                    seen.add(key_id)
                    progress(len(seen), len(seen | left))
            return rewrapped

    def _left(self, seen: set[UUID]) -> set[UUID]:
        """The keys that the rotation has not seen, such as those made meanwhile; with none left, it is ended."""
        with self._folder.locked():
            left = set(self._folder.ids()) - seen
            if not left:
                self._wrapper.end_rotation()
                if self._wrapper is not self._local:
                    self._local.discard()
            return left

    def _rewrap(self, key_id: UUID) -> bool:
        """Whether something else wrapped it; one that was destroyed meanwhile is left alone."""
        wrapped = self._folder.read(key_id)
        if wrapped is None:
            return False
        if wrapped.startswith(self._wrapper.magic) and self._wrapper.is_current(key_id, wrapped):
            return False
        secret = self._unwrapped(key_id, wrapped)
        wrapped_again = self._wrapper.wrap(key_id, secret)
        # Before the former way is given up: a service that lets us wrap may yet refuse to unwrap.
        if self._wrapper.unwrap(key_id, wrapped_again) != secret:
            raise KeyStoreDamaged(f"key {key_id} does not come back as it was wrapped")
        with self._folder.locked():
            if self._folder.read(key_id) != wrapped:
                return False
            self._folder.write(key_id, wrapped_again)
        return True

    def _make(self, key_id: UUID) -> None:
        while self._is_to_make(key_id):
            wrapped = self._wrapper.wrap(key_id, os.urandom(KEY_BYTES))
            with self._folder.locked():
                # A rotation elsewhere may meanwhile have come to its end, and will not look at this one again.
                if self._is_to_make(key_id) and self._wrapper.is_current(key_id, wrapped):
                    self._folder.write(key_id, wrapped)

    def _is_to_make(self, key_id: UUID) -> bool:
        self._folder.refuse_erased(key_id)
        return not self._folder.has(key_id)

    def _secret(self, key_id: UUID) -> bytes:
        wrapped = self._read(key_id)
        while True:
            try:
                return self._unwrapped(key_id, wrapped)
            except KeyStoreDamaged:
                # What wrapped it may be gone because a rotation wrapped it again since it was read.
                before, wrapped = wrapped, self._read(key_id)
                if wrapped == before:
                    raise

    def _read(self, key_id: UUID) -> bytes:
        wrapped = self._folder.read(key_id)
        if wrapped is None:
            # It may have been destroyed since the list was looked at.
            self._folder.refuse_erased(key_id)
            raise KeyMissing(f"no key {key_id}")
        return wrapped

    def _unwrapped(self, key_id: UUID, wrapped: bytes) -> bytes:
        for wrapper in (self._wrapper, self._local):
            if wrapped.startswith(wrapper.magic):
                return wrapper.unwrap(key_id, wrapped)
        raise KeyStoreDamaged(f"the file of key {key_id} is not a wrapped key, or one of a service that is not set")
