"""The proofs that implementations of RFC 6962 are tested with, and each alteration of them that must be refused.

The figures are those of transparency-dev/merkle: five proofs of inclusion and five of consistency in trees of the eight
well-known leaves, and of each every alteration that its vectors name.
"""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import pytest

from infra.proof.merkle import ProofInvalid, root_of_inclusion, verify_consistency
from tests.infra.proof.test_merkle import ROOTS

_GARBAGE = bytes(32)
_ONE_TREE = "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc="
_LEAF_1 = "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c="
_LEAF_4 = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="
_LEAVES_2_TO_3 = "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4="
_LEAVES_4_TO_5 = "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o="
_LEAVES_6_TO_7 = "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA="
_LEAVES_4_TO_7 = "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ="


def _hashes(*each: str) -> tuple[bytes, ...]:
    return tuple(b64decode(one) for one in each)


def _root(size: int) -> bytes:
    return bytes.fromhex(ROOTS[size])


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    index: int
    size: int
    root: bytes
    leaf: bytes
    proof: tuple[bytes, ...]

    def holds(self) -> bool:
        try:
            return root_of_inclusion(self.leaf, self.index, self.size, self.proof) == self.root
        except ProofInvalid:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    earlier: int
    later: int
    earlier_root: bytes
    later_root: bytes
    proof: tuple[bytes, ...]

    def holds(self) -> bool:
        try:
            verify_consistency(self.earlier, self.later, self.earlier_root, self.later_root, self.proof)
        except ProofInvalid:
            return False
        return True


def _inclusion(index: int, size: int, leaf: str, *proof: str) -> Inclusion:
    return Inclusion(index=index, size=size, root=_root(size), leaf=b64decode(leaf), proof=_hashes(*proof))


def _consistency(earlier: int, later: int, *proof: str) -> Consistency:
    roots = {"earlier_root": _root(earlier), "later_root": _root(later)}
    return Consistency(earlier=earlier, later=later, proof=_hashes(*proof), **roots)


_LEAF_0 = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
INCLUSIONS = (
    _inclusion(0, 1, _LEAF_0),
    _inclusion(0, 8, _LEAF_0, _LEAF_1, _LEAVES_2_TO_3, _LEAVES_4_TO_7),
    _inclusion(5, 8, "QnGia+DYqE8L1UyMMC58s6O10fpngKQLzOKHNHfatlg=", _LEAF_4, _LEAVES_6_TO_7, _ONE_TREE),
    _inclusion(
        2,
        3,
        "ApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c=",
        "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=",
    ),
    _inclusion(1, 5, _LEAF_1, _LEAF_0, _LEAVES_2_TO_3, _LEAF_4),
)
CONSISTENCIES = (
    _consistency(1, 1),
    _consistency(1, 8, _LEAF_1, _LEAVES_2_TO_3, _LEAVES_4_TO_7),
    _consistency(6, 8, _LEAVES_4_TO_5, _LEAVES_6_TO_7, _ONE_TREE),
    _consistency(2, 5, _LEAVES_2_TO_3, _LEAF_4),
    _consistency(6, 7, _LEAVES_4_TO_5, "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=", _ONE_TREE),
)


def _flipped(proof: tuple[bytes, ...], bit: int) -> Iterator[tuple[bytes, ...]]:
    """One bit of each hash by itself."""
    for at, each in enumerate(proof):
        changed = bytes([each[0] ^ 1 << bit]) + each[1:]
        yield (*proof[:at], changed, *proof[at + 1 :])


def _longer(proof: tuple[bytes, ...], *roots: bytes) -> Iterator[tuple[bytes, ...]]:
    for each in (*roots, _GARBAGE):
        yield (each, *proof)
        yield (*proof, each)


def altered_inclusions(one: Inclusion) -> Iterator[Inclusion]:
    proofs = [*_longer(one.proof, one.root), *_flipped(one.proof, 3)]
    if one.proof:
        proofs += [one.proof[:-1], (one.proof[0], _GARBAGE, *one.proof[1:])]
    yield from (replace(one, proof=proof) for proof in proofs)
    yield from (replace(one, index=index) for index in (one.index - 1, one.index + 1, one.index ^ 2))
    yield from (replace(one, size=size) for size in (one.size * 2, one.size // 2))
    yield from (replace(one, leaf=b"WrongLeaf"), replace(one, root=_root(0)), replace(one, root=_GARBAGE))


def altered_consistencies(one: Consistency) -> Iterator[Consistency]:
    if one.earlier == one.later:
        yield replace(one, proof=(_GARBAGE,))
        return
    proofs = [*_longer(one.proof, one.earlier_root, one.later_root), *_flipped(one.proof, 4), one.proof[:-1], ()]
    proofs.append((one.proof[0], *one.proof))
    yield from (replace(one, proof=proof) for proof in proofs)
    yield from (replace(one, earlier=size) for size in (one.earlier - 1, one.earlier + 1, one.earlier ^ 2))
    yield from (replace(one, later=size) for size in (one.later * 2, one.later // 2))
    yield from (replace(one, earlier_root=b"WrongRoot"), replace(one, later_root=b"WrongRoot"))
    yield replace(one, earlier_root=one.later_root, later_root=one.earlier_root)


@pytest.mark.obligation("S36")
@pytest.mark.parametrize("proof", [*INCLUSIONS, *CONSISTENCIES])
def test_a_published_proof_holds(proof: Inclusion | Consistency) -> None:
    assert proof.holds()


@pytest.mark.parametrize(
    "altered",
    [*chain(*map(altered_inclusions, INCLUSIONS)), *chain(*map(altered_consistencies, CONSISTENCIES))],
)
def test_what_was_altered_does_not(altered: Inclusion | Consistency) -> None:
    assert not altered.holds()


@pytest.mark.parametrize(
    ("earlier", "later", "roots", "proof"),
    [
        (0, 0, (0, 0), ()),
        (0, 1, (0, 1), ()),
        (0, 1, (0, 1), (_root(1),)),
        (1, 0, (1, 0), ()),
        (2, 1, (2, 1), ()),
    ],
)
def test_nothing_follows_from_an_empty_tree_or_from_a_larger_one(
    earlier: int, later: int, roots: tuple[int, int], proof: tuple[bytes, ...]
) -> None:
    first, second = map(_root, roots)

    assert not Consistency(earlier=earlier, later=later, earlier_root=first, later_root=second, proof=proof).holds()
