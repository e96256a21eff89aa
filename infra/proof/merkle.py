"""The Merkle tree of RFC 6962, section 2.1, over hashes alone; proofs are verified as in RFC 9162, section 2.1.

A tree is never held whole. `Frontier` takes leaves one after another and keeps one hash a level. A proof is a list
of ranges of leaves whose subtrees have to be known; whoever keeps the tree says what their hashes are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from domain.shared.words import figure

EMPTY_ROOT: Final = sha256(b"").digest()
_MAX_LEVEL: Final = 63


class ProofInvalid(Exception):
    """A proof does not lead from what it starts at to the root it is held against."""


@dataclass(frozen=True, slots=True, order=True)
class Subtree:
    """The leaves from `index * 2**level` on, `2**level` of them: a subtree that later leaves never change."""

    level: int
    index: int


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def joined(subtrees: Sequence[bytes]) -> bytes:
    """The hash over neighbouring complete subtrees, the largest first, as a tree of any size is made of them."""
    if not subtrees:
        return EMPTY_ROOT
    found = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        found = node_hash(left, found)
    return found


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: the complete subtrees that its leaves make, the largest first."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Take the hash of one more leaf. Joins as many subtrees as the size has ones at its end: O(1) on average."""
        self._join(leaf, self.size)
        self.size += 1

    def append_subtree(self, level: int, node: bytes) -> None:
        """Take `2**level` leaves at once by the hash over them. Raises ProofInvalid where no subtree can begin."""
        if not 0 <= level < _MAX_LEVEL or self.size % (1 << level):
            raise ProofInvalid(f"no subtree of level {level} begins after {figure(self.size, 'leaf', 'leaves')}")
        self._join(node, self.size >> level)
        self.size += 1 << level

    def _join(self, found: bytes, size: int) -> None:
        edge = self.edge
        while size & 1:
            found = node_hash(edge.pop(), found)
            size >>= 1
        edge.append(found)

    def root(self) -> bytes:
        return joined(self.edge)


def complete_subtrees(first: int, last: int) -> list[Subtree]:
    """What the leaves from `first` up to, not with, `last` are made of, the largest first.

    `first` starts a subtree at least as large as the range, as every range of a proof does.
    """
    found = []
    while first < last:
        level = (last - first).bit_length() - 1
        assert first % (1 << level) == 0, "not a range of a tree"
        found.append(Subtree(level, first >> level))
        first += 1 << level
    return found


def covering_subtrees(first: int, last: int) -> list[Subtree]:
    """The fewest complete subtrees that make up the leaves from `first` up to, not with, `last`, in order."""
    found = []
    while first < last:
        level = (last - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        found.append(Subtree(level, first >> level))
        first += 1 << level
    return found


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf to the root."""
    if not 0 <= index < size:
        raise ValueError("a leaf is one of the tree's")
    found: list[tuple[int, int]] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            found.append((middle, last))
            last = middle
        else:
            found.append((first, middle))
            first = middle
    return found[::-1]


def consistency_ranges(earlier: int, later: int) -> list[tuple[int, int]]:
    """The ranges whose hashes prove that the tree of `later` leaves begins with the tree of `earlier` leaves."""
    if not 0 < earlier <= later:
        raise ValueError("a tree is consistent with one of its own size or larger, and not with nothing")
    if earlier == later:
        return []
    found: list[tuple[int, int]] = []
    first, last, whole = 0, later, True
    while earlier != last:
        middle = first + _split(last - first)
        if earlier <= middle:
            found.append((middle, last))
            last = middle
        else:
            found.append((first, middle))
            first, whole = middle, False
    if not whole:
        found.append((first, last))
    return found[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a proof of inclusion leads to from the hash of a leaf. Raises ProofInvalid."""
    if not 0 <= index < size:
        raise ProofInvalid("the leaf is beyond the tree")
    here, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if here & 1 or here == last:
            found = node_hash(each, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, each)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof is too short")
    return found


def verify_consistency(earlier: int, later: int, earlier_root: bytes, later_root: bytes, path: Sequence[bytes]) -> None:
    """Whether a proof leads from one root to both. Raises ProofInvalid."""
    if not 0 < earlier <= later:
        raise ProofInvalid("nothing is proved from an empty tree, or from a larger one to a smaller")
    if _roots_of_consistency(earlier, later, earlier_root, path) != (earlier_root, later_root):
        raise ProofInvalid("the proof does not lead to both roots")


def _roots_of_consistency(earlier: int, later: int, root: bytes, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    if earlier == later and not path:
        return root, root
    hashes = list(path) if earlier & (earlier - 1) else [root, *path]
    if not hashes:
        raise ProofInvalid("the proof is too short")
    here, last = earlier - 1, later - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if here & 1 or here == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, each)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof is too short")
    return old, new


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
