"""The random keys by which UPNs are compared: one for each school or council, under a random id in the key store."""

import os
from uuid import UUID

from infra.encryption.keys import DataKey, KeyErased, KeyMissing, KeyProvider


async def kept(keys: KeyProvider, key_id: UUID | None) -> DataKey | None:
    """The key with this id; None where there is no id yet, or the key store is another than the one that had the key.

    What a key hashed cannot be found without it, so its index is made again under a new one.
    """
    if key_id is None:
        return None
    try:
        return await keys.get(key_id)
    except (KeyMissing, KeyErased):
        return None


async def new(keys: KeyProvider, owner: str) -> DataKey:
    """A key that `owner` has claimed."""
    key = await keys.create(UUID(bytes=os.urandom(16), version=4))
    await keys.claim(key.key_id, f"numbers:{owner}")
    return key
