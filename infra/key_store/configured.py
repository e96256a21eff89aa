"""The key provider that the settings ask for."""

from infra.key_store.provider import FileKeyProvider
from infra.settings import Settings


def keys_for(settings: Settings) -> FileKeyProvider:
    """Raises KeyStoreDamaged."""
    return FileKeyProvider(
        settings.keys_directory, cache_size=settings.key_cache_size, cache_seconds=settings.key_cache_seconds
    )
