"""The key provider that the settings ask for."""

from infra.encryption.key_store.provider import FileKeyProvider
from infra.encryption.key_store.wrapping import KeyWrapper
from infra.encryption.keys import KeyStoreUnavailable
from infra.settings import Settings


def keys_for(settings: Settings) -> FileKeyProvider:
    """Raises KeyStoreDamaged, or KeyStoreUnavailable where the service that is set cannot be used at all."""
    return FileKeyProvider(
        settings.keys_directory,
        service=service_for(settings),
        cache_size=settings.key_cache_size,
        cache_seconds=settings.key_cache_seconds,
    )


def service_for(settings: Settings) -> KeyWrapper | None:
    """The key management service; None where the folder's own key-encryption key wraps."""
    if not settings.kms_key_id:
        return None
    try:
        # Here, since it takes a while to import and few installations have it.
        from infra.encryption.key_store.aws_kms import AwsKeyWrapper
    except ModuleNotFoundError as error:
        raise KeyStoreUnavailable(f"{error.name} is missing: AWS KMS needs the extra `kms`") from None
    return AwsKeyWrapper(settings.kms_key_id)
