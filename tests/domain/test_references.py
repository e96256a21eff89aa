"""The short reference of a placement: how it follows from the id, and which errors it catches."""

import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.references import (
    ALPHABET,
    MistypedReference,
    NotAReference,
    check_sign,
    parse,
    reference_of,
    written,
)

PLACEMENT = UUID("019a7c3e-0000-7000-8000-000000000001")
_SIGNS = st.text(ALPHABET, min_size=9, max_size=9)
_BLIND = frozenset({("0", "Z"), ("Z", "0")})
"""The one pair of neighbours that Luhn's check takes for the same in either order."""


def plain(signs: str) -> str:
    return signs + check_sign(signs)


def test_the_reference_of_a_known_id_never_changes() -> None:
    assert reference_of(PLACEMENT) == "AP-SE3H-JWKC-1J"
    assert reference_of(PLACEMENT, 1) == "AP-SF2S-1613-92"


def test_the_nine_signs_are_the_first_45_bits_of_sha256() -> None:
    bits = int.from_bytes(hashlib.sha256(PLACEMENT.bytes + bytes(7) + b"\x02").digest())
    signs = "".join(ALPHABET[bits >> 256 - 5 * place & 31] for place in range(1, 10))

    assert reference_of(PLACEMENT, 2) == written(plain(signs))


def test_two_ids_that_hash_alike_have_the_same_reference() -> None:
    assert reference_of(UUID(int=1), digest=lambda _: bytes(32)) == "AP-0000-0000-00"
    assert reference_of(UUID(int=2), digest=lambda _: bytes(32)) == "AP-0000-0000-00"


@given(st.uuids(), st.integers(0, 5))
def test_what_is_written_is_read_back(placement_id: UUID, counter: int) -> None:
    reference = reference_of(placement_id, counter)
    bare = reference.removeprefix("AP-").replace("-", "")

    for typed in (reference, reference.lower(), bare, bare.lower(), f" {reference} ", f"ap {bare}", f"AP{bare}"):
        assert parse(typed) == reference


@given(st.uuids())
def test_letters_that_look_like_digits_are_read_as_them(placement_id: UUID) -> None:
    reference = reference_of(placement_id)
    for zero, one in (("O", "I"), ("o", "l"), ("0", "L"), ("O", "i")):
        typed = "AP-" + reference.removeprefix("AP-").replace("0", zero).replace("1", one)
        assert parse(typed) == reference


def test_a_reference_copied_with_other_dashes_is_read() -> None:
    reference = reference_of(PLACEMENT)
    assert parse(reference.replace("-", "\u2011")) == reference
    assert parse(reference.lower().replace("-", "\u2013")) == reference


@given(_SIGNS, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_every_single_wrong_sign_is_caught(signs: str, place: int, wrong: str) -> None:
    whole = plain(signs)
    typed = whole[:place] + wrong + whole[place + 1 :]
    if typed == whole:
        assert parse(typed) == written(whole)
    else:
        with pytest.raises(MistypedReference):
            parse(typed)


@given(_SIGNS, st.integers(0, 8))
def test_neighbours_in_the_wrong_order_are_caught_but_for_one_pair(signs: str, place: int) -> None:
    whole = plain(signs)
    first, second = whole[place : place + 2]
    typed = whole[:place] + second + first + whole[place + 2 :]
    if first == second or (first, second) in _BLIND:
        assert parse(typed) == written(typed)
    else:
        with pytest.raises(MistypedReference):
            parse(typed)


def test_no_two_neighbours_but_zero_and_z_are_taken_for_each_other() -> None:
    def caught(first: str, second: str) -> bool:
        whole = plain(f"{first}{second}0000000")
        try:
            parse(second + first + whole[2:])
        except MistypedReference:
            return True
        return False

    pairs = {(a, b) for a in ALPHABET for b in ALPHABET if a != b and not caught(a, b)}
    assert pairs == _BLIND


@pytest.mark.parametrize("typed", ["AP-9TRV-EVF4-S", "AP-9TRV-EVF4-SNN", "AP-9TRV-EVF4-SU", "ap", "9TRVEVF4SU"])
def test_what_is_meant_as_a_reference_is_called_mistyped(typed: str) -> None:
    with pytest.raises(MistypedReference):
        parse(typed)


@pytest.mark.parametrize(
    "typed", ["", "Amira", "019a7c3e-0000-7000-8000-000000000001", "Åsa Øberg", "ｱｱｱｱｱｱｱｱｱｱ", "12345"]
)
def test_what_looks_like_something_else_is_no_reference(typed: str) -> None:
    with pytest.raises(NotAReference):
        parse(typed)


def test_a_reference_whose_own_signs_begin_with_ap_is_read_without_the_prefix() -> None:
    signs = plain("AP0000000")
    assert parse(signs) == written(signs)
    assert parse(f"AP{signs}") == written(signs)
