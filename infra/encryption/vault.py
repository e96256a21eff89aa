"""Sealing personal data under a pupil's key, and opening it again. The bytes are permanent: see the vectors.

`personal` is key id (16 bytes), nonce (12), AES-256-GCM ciphertext and tag. The nonce is drawn from what is
sealed and where, so that a retry gives the same bytes; what surrounds the ciphertext is bound to it, so that
it opens nowhere else.
"""

import hmac
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from infra.encryption.keys import DataKey

_KEY_ID_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_PERSONAL_TAG: Final = b"placements/personal/1"
_DOCUMENT_TAG: Final = b"placements/document/1"
_COMMAND_TAG: Final = b"placements/command/1"
_SEARCH_TAG: Final = b"placements/search/1"
_SEARCH_NONCE: Final = b"placements/search/nonce/1"
_LISTED_TAG: Final = b"placements/listed/1"
_DRAFT_TAG: Final = b"placements/draft/1"
_DRAFT_NONCE: Final = b"placements/draft/nonce/1"


class PersonalDataUnreadable(Exception):
    """The sealed bytes were changed, moved to another place, or sealed under another key."""


def seal(key: DataKey, *, event_id: UUID, stream_id: str, type_: str, schema_version: int, clear: bytes) -> bytes:
    """An event's `personal` part; `clear` is canonical JSON."""
    nonce = _nonce(key.personal_nonce, event_id, clear)
    context = _event_context(key.key_id, event_id, stream_id, type_, schema_version)
    return key.key_id.bytes + nonce + key.cipher.encrypt(nonce, clear, context)


def open_(key: DataKey, *, event_id: UUID, stream_id: str, type_: str, schema_version: int, sealed: bytes) -> bytes:
    """The clear text of an event's `personal` part. Raises PersonalDataUnreadable."""
    return _opened(key, sealed, _event_context(key.key_id, event_id, stream_id, type_, schema_version))


def seal_body(key: DataKey, *, command_id: UUID, kind: str, clear: bytes) -> bytes:
    """A command's body, laid out as an event's `personal` part and bound to its command."""
    nonce = _nonce(key.command_nonce, command_id, clear)
    return key.key_id.bytes + nonce + key.cipher.encrypt(nonce, clear, _body_context(key.key_id, command_id, kind))


def open_body(key: DataKey, *, command_id: UUID, kind: str, sealed: bytes) -> bytes:
    """The clear text of a command's body. Raises PersonalDataUnreadable."""
    return _opened(key, sealed, _body_context(key.key_id, command_id, kind))


def seal_document(key: DataKey, *, document_id: UUID, media: str, clear: bytes) -> bytes:
    """One form of a document, laid out as an event's `personal` part and bound to its document."""
    context = _document_context(key.key_id, document_id, media)
    nonce = _nonce(key.document_nonce, document_id, media.encode(), clear)
    return key.key_id.bytes + nonce + key.cipher.encrypt(nonce, clear, context)


def open_document(key: DataKey, *, document_id: UUID, media: str, sealed: bytes) -> bytes:
    """The form of the document that was sealed. Raises PersonalDataUnreadable."""
    return _opened(key, sealed, _document_context(key.key_id, document_id, media))


def seal_listed(key: DataKey, *, placement_id: UUID, clear: bytes) -> bytes:
    """What a list shows of a pupil, laid out as an event's `personal` part and bound to its placement."""
    nonce = _nonce(key.listed_nonce, placement_id, clear)
    return key.key_id.bytes + nonce + key.cipher.encrypt(nonce, clear, _listed_context(key.key_id, placement_id))


def open_listed(key: DataKey, *, placement_id: UUID, sealed: bytes) -> bytes:
    """The clear text of what a list shows. Raises PersonalDataUnreadable."""
    return _opened(key, sealed, _listed_context(key.key_id, placement_id))


def seal_search(key: DataKey, *, search_id: UUID, person_id: UUID, clear: bytes) -> bytes:
    """What a person searched for, bound to the search and to the person."""
    nonce = _nonce(key.derived(_SEARCH_NONCE), search_id, clear)
    return (
        key.key_id.bytes + nonce + key.cipher.encrypt(nonce, clear, _search_context(key.key_id, search_id, person_id))
    )


def open_search(key: DataKey, *, search_id: UUID, person_id: UUID, sealed: bytes) -> bytes:
    """What the person searched for. Raises PersonalDataUnreadable."""
    return _opened(key, sealed, _search_context(key.key_id, search_id, person_id))


def seal_draft(key: DataKey, *, command_id: UUID, person_id: UUID, clear: bytes) -> bytes:
    """A form as somebody typed it, bound to the command that it becomes and to the person."""
    nonce = _nonce(key.derived(_DRAFT_NONCE), command_id, clear)
    context = _draft_context(key.key_id, command_id, person_id)
    return key.key_id.bytes + nonce + key.cipher.encrypt(nonce, clear, context)


def open_draft(key: DataKey, *, command_id: UUID, person_id: UUID, sealed: bytes) -> bytes:
    """What the person typed. Raises PersonalDataUnreadable."""
    return _opened(key, sealed, _draft_context(key.key_id, command_id, person_id))


def fingerprint(key: DataKey, body: bytes) -> bytes:
    """HMAC-SHA256 of a document or body: tells the same from another, and tells nothing once the key is gone."""
    return hmac.digest(key.fingerprint, body, "sha256")


def key_id_of(sealed: bytes) -> UUID:
    """Whose key sealed this. Raises PersonalDataUnreadable for bytes too short to be sealed."""
    if len(sealed) < _KEY_ID_BYTES + _NONCE_BYTES + _TAG_BYTES:
        raise PersonalDataUnreadable("too short to have been sealed")
    return UUID(bytes=bytes(sealed[:_KEY_ID_BYTES]))


def _opened(key: DataKey, sealed: bytes, context: bytes) -> bytes:
    if key_id_of(sealed) != key.key_id:
        raise PersonalDataUnreadable("sealed under another key")
    nonce, ciphertext = sealed[_KEY_ID_BYTES:][:_NONCE_BYTES], sealed[_KEY_ID_BYTES + _NONCE_BYTES :]
    try:
        return key.cipher.decrypt(nonce, ciphertext, context)
    except InvalidTag:
        raise PersonalDataUnreadable("changed, or moved from where it was sealed") from None


def _nonce(subkey: bytes, owner: UUID, *parts: bytes) -> bytes:
    return hmac.digest(subkey, _framed(owner.bytes, *parts), "sha256")[:_NONCE_BYTES]


def _event_context(key_id: UUID, event_id: UUID, stream_id: str, type_: str, schema_version: int) -> bytes:
    return _framed(
        _PERSONAL_TAG,
        event_id.bytes,
        stream_id.encode(),
        type_.encode(),
        schema_version.to_bytes(8),
        key_id.bytes,
    )


def _body_context(key_id: UUID, command_id: UUID, kind: str) -> bytes:
    return _framed(_COMMAND_TAG, command_id.bytes, kind.encode(), key_id.bytes)


def _document_context(key_id: UUID, document_id: UUID, media: str) -> bytes:
    return _framed(_DOCUMENT_TAG, document_id.bytes, media.encode(), key_id.bytes)


def _listed_context(key_id: UUID, placement_id: UUID) -> bytes:
    return _framed(_LISTED_TAG, placement_id.bytes, key_id.bytes)


def _search_context(key_id: UUID, search_id: UUID, person_id: UUID) -> bytes:
    return _framed(_SEARCH_TAG, search_id.bytes, person_id.bytes, key_id.bytes)


def _draft_context(key_id: UUID, command_id: UUID, person_id: UUID) -> bytes:
    return _framed(_DRAFT_TAG, command_id.bytes, person_id.bytes, key_id.bytes)


def _framed(*parts: bytes) -> bytes:
    """Each part behind its length in 8 bytes, big end first, so that no two lists of parts look alike."""
    return b"".join(len(part).to_bytes(8) + part for part in parts)
