"""Data keys wrapped by AWS KMS: Encrypt and Decrypt, with the key's id in the encryption context.

What it wraps is `PLA1`, the length (two bytes) and the ARN of the KMS key, and KMS's own ciphertext. Region,
credentials and endpoint are boto3's to find. The log of KMS shows the encryption context in clear.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from infra.encryption.keys import KEY_BYTES, KeyStoreDamaged, KeyStoreUnavailable

_LENGTH_BYTES: Final = 2
_CONTEXT_TAG: Final = "placements/key/1"
# A request waits for this: about six seconds at the most, for two attempts.
_WAITING: Final = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
_NOT_OURS: Final = frozenset({"IncorrectKeyException", "InvalidCiphertextException"})
_log = structlog.get_logger(__name__)


class AwsKeyWrapper:
    """One KMS key, named by its id, ARN or alias, wraps; any that our credentials may use unwraps."""

    magic: Final = b"PLA1"

    def __init__(self, kms_key: str) -> None:
        """Raises KeyStoreUnavailable: boto3 finds no region, or an endpoint that is none."""
        self._kms_key = kms_key
        self._arn: str | None = None
        try:
            self._client = boto3.client("kms", config=_WAITING)
        except (BotoCoreError, ValueError) as error:
            raise KeyStoreUnavailable(f"AWS KMS cannot be used: {error}") from None

    def wrap(self, key_id: UUID, secret: bytes) -> bytes:
        with _told(key_id):
            answer = self._client.encrypt(KeyId=self._kms_key, Plaintext=secret, EncryptionContext=_context(key_id))
            arn, sealed = answer["KeyId"], answer["CiphertextBlob"]
        self._arn = arn
        return self.magic + len(arn).to_bytes(_LENGTH_BYTES) + arn.encode("ascii") + sealed

    def unwrap(self, key_id: UUID, wrapped: bytes) -> bytes:
        arn, sealed = self._parts(key_id, wrapped)
        with _told(key_id):
            answer = self._client.decrypt(KeyId=arn, CiphertextBlob=sealed, EncryptionContext=_context(key_id))
            secret = answer["Plaintext"]
        if len(secret) != KEY_BYTES:
            raise KeyStoreDamaged(f"what the file of key {key_id} holds is not a key")
        return secret

    def is_current(self, key_id: UUID, wrapped: bytes) -> bool:
        if self._arn is None:
            # Encrypting tells what the setting names, and needs no permission that wrapping does not.
            self.wrap(key_id, bytes(KEY_BYTES))
        return self._parts(key_id, wrapped)[0] == self._arn

    def begin_rotation(self) -> None:
        self._arn = None  # an alias may name another key than when it was last used

    def end_rotation(self) -> None:
        """Former keys are the service's to keep or to delete."""

    def _parts(self, key_id: UUID, wrapped: bytes) -> tuple[str, bytes]:
        start = len(self.magic) + _LENGTH_BYTES
        end = start + int.from_bytes(wrapped[len(self.magic) : start])
        try:
            arn, sealed = wrapped[start:end].decode("ascii"), wrapped[end:]
        except UnicodeDecodeError:
            arn, sealed = "", b""
        if not wrapped.startswith(self.magic) or not arn or not sealed:
            raise KeyStoreDamaged(f"the file of key {key_id} is not a wrapped key")
        return arn, sealed


def _context(key_id: UUID) -> dict[str, str]:
    return {"purpose": _CONTEXT_TAG, "key_id": str(key_id)}


@contextmanager
def _told(key_id: UUID) -> Iterator[None]:
    """Faults of the service as our own, with its codes and none of its messages."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _NOT_OURS:
            raise KeyStoreDamaged(f"the file of key {key_id} was not wrapped for it by the key it names") from None
        raise _unavailable(code) from None
    except (BotoCoreError, ResponseParserError, KeyError) as error:
        raise _unavailable(type(error).__name__) from None


def _unavailable(reason: str) -> KeyStoreUnavailable:
    _log.warning("key_service_unavailable", error_type=reason)
    return KeyStoreUnavailable(f"AWS KMS does not do what it is asked: {reason}")
