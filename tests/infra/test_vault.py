import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from infra.encryption import vault
from infra.encryption.keys import DataKey
from infra.ids import uuid7

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vault_vectors.json").read_text("utf-8"))
VECTOR_KEY = DataKey(key_id=UUID(VECTORS["key"]["key_id"]), secret=bytes.fromhex(VECTORS["key"]["secret"]))

KEY = DataKey(key_id=uuid7(), secret=bytes(range(1, 33)))
PLACE = {"event_id": uuid7(), "stream_id": "placement-1", "type_": "ReferralSubmitted", "schema_version": 1}
CLEAR = b'{"given_name":"Example"}'


def test_the_subkeys_are_those_of_the_vectors() -> None:
    assert VECTOR_KEY.personal_nonce.hex() == VECTORS["key"]["personal_nonce_key"]
    assert VECTOR_KEY.command_nonce.hex() == VECTORS["key"]["command_nonce_key"]
    assert VECTOR_KEY.fingerprint.hex() == VECTORS["key"]["fingerprint_key"]


@pytest.mark.parametrize("vector", VECTORS["events"], ids=lambda vector: vector["type"])
def test_an_event_is_sealed_to_the_bytes_of_the_vectors(vector: dict[str, Any]) -> None:
    place = {
        "event_id": UUID(vector["event_id"]),
        "stream_id": vector["stream_id"],
        "type_": vector["type"],
        "schema_version": vector["schema_version"],
    }

    sealed = vault.seal(VECTOR_KEY, **place, clear=vector["clear"].encode())

    assert sealed.hex() == vector["sealed"]
    assert vault.open_(VECTOR_KEY, **place, sealed=sealed) == vector["clear"].encode()


@pytest.mark.parametrize("vector", VECTORS["bodies"], ids=lambda vector: vector["kind"])
def test_a_body_is_sealed_to_the_bytes_of_the_vectors(vector: dict[str, Any]) -> None:
    place = {"command_id": UUID(vector["command_id"]), "kind": vector["kind"]}

    sealed = vault.seal_body(VECTOR_KEY, **place, clear=vector["clear"].encode())

    assert sealed.hex() == vector["sealed"]
    assert vault.open_body(VECTOR_KEY, **place, sealed=sealed) == vector["clear"].encode()


@pytest.mark.parametrize("vector", VECTORS["fingerprints"], ids=lambda vector: vector["clear"])
def test_a_fingerprint_is_that_of_the_vectors(vector: dict[str, Any]) -> None:
    assert vault.fingerprint(VECTOR_KEY, vector["clear"].encode()).hex() == vector["hmac"]


def test_sealing_again_gives_the_same_bytes_and_another_event_gives_others() -> None:
    sealed = vault.seal(KEY, **PLACE, clear=CLEAR)

    assert vault.seal(KEY, **PLACE, clear=CLEAR) == sealed
    assert vault.seal(KEY, **{**PLACE, "event_id": uuid7()}, clear=CLEAR)[16:28] != sealed[16:28]
    assert vault.seal(KEY, **PLACE, clear=CLEAR + b" ")[16:28] != sealed[16:28]


def test_what_was_sealed_says_whose_key_it_needs() -> None:
    assert vault.key_id_of(vault.seal(KEY, **PLACE, clear=CLEAR)) == KEY.key_id


@pytest.mark.parametrize(
    "elsewhere",
    [{"event_id": uuid7()}, {"stream_id": "placement-2"}, {"type_": "ReferralDrafted"}, {"schema_version": 2}],
    ids=lambda moved: next(iter(moved)),
)
def test_a_ciphertext_moved_to_another_event_does_not_open(elsewhere: dict[str, Any]) -> None:
    sealed = vault.seal(KEY, **PLACE, clear=CLEAR)

    with pytest.raises(vault.PersonalDataUnreadable):
        vault.open_(KEY, **{**PLACE, **elsewhere}, sealed=sealed)


def test_a_body_does_not_open_as_an_event_nor_for_another_command() -> None:
    command_id = uuid7()
    sealed = vault.seal_body(KEY, command_id=command_id, kind="determine", clear=CLEAR)

    with pytest.raises(vault.PersonalDataUnreadable):
        vault.open_body(KEY, command_id=uuid7(), kind="determine", sealed=sealed)
    with pytest.raises(vault.PersonalDataUnreadable):
        vault.open_(KEY, event_id=command_id, stream_id="determine", type_="determine", schema_version=1, sealed=sealed)


@pytest.mark.parametrize("index", [0, 16, 28, -1], ids=["key id", "nonce", "ciphertext", "tag"])
def test_a_changed_byte_is_noticed(index: int) -> None:
    sealed = bytearray(vault.seal(KEY, **PLACE, clear=CLEAR))
    sealed[index] ^= 1

    with pytest.raises(vault.PersonalDataUnreadable):
        vault.open_(KEY, **PLACE, sealed=bytes(sealed))


@pytest.mark.parametrize("length", [0, 15, 43])
def test_bytes_too_short_to_have_been_sealed_are_refused(length: int) -> None:
    with pytest.raises(vault.PersonalDataUnreadable):
        vault.open_(KEY, **PLACE, sealed=bytes(length))


def test_another_key_under_the_same_id_opens_nothing() -> None:
    sealed = vault.seal(KEY, **PLACE, clear=CLEAR)

    with pytest.raises(vault.PersonalDataUnreadable):
        vault.open_(replace(KEY, secret=bytes(32)), **PLACE, sealed=sealed)


def test_a_key_is_not_shown_when_printed() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert "secret" not in repr(KEY)


def test_a_sealed_form_of_a_document_opens_only_as_what_it_was_sealed_as() -> None:
    document_id, clear = uuid7(), b"%PDF-1.7"

    sealed = vault.seal_document(KEY, document_id=document_id, media="pdf", clear=clear)

    assert vault.seal_document(KEY, document_id=document_id, media="pdf", clear=clear) == sealed
    assert vault.open_document(KEY, document_id=document_id, media="pdf", sealed=sealed) == clear
    for elsewhere in ({"document_id": uuid7(), "media": "pdf"}, {"document_id": document_id, "media": "html"}):
        with pytest.raises(vault.PersonalDataUnreadable):
            vault.open_document(KEY, **elsewhere, sealed=sealed)  # type: ignore[arg-type] # one of two shapes


def test_a_sealed_document_keeps_its_bytes_for_ever() -> None:
    """A vector of its own: what is stored must open after any release."""
    sealed = vault.seal_document(VECTOR_KEY, document_id=UUID(int=7), media="pdf", clear=b"kept")

    assert sealed.hex() == VECTORS["document"]
