"""The tree of RFC 6962 against its published roots, and proofs against a tree made by the definition."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.proof.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofInvalid,
    complete_subtrees,
    consistency_ranges,
    covering_subtrees,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root_of_inclusion,
    verify_consistency,
)

# The eight leaves and nine roots that implementations of RFC 6962 are tested with.
LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def defined(leaves: list[bytes]) -> bytes:
    """MTH as section 2.1 of RFC 6962 writes it."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(defined(leaves[:middle]), defined(leaves[middle:]))


def tree(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def path(leaves: list[bytes], ranges: list[tuple[int, int]]) -> list[bytes]:
    return [defined(leaves[first:last]) for first, last in ranges]


def test_the_published_roots() -> None:
    frontier = Frontier()
    found = [frontier.root().hex()]
    for leaf in LEAVES:
        frontier.append(leaf_hash(leaf))
        found.append(frontier.root().hex())

    assert found == ROOTS


@given(st.integers(0, 300))
def test_the_frontier_is_the_definition(size: int) -> None:
    frontier = Frontier()
    for leaf in tree(size):
        frontier.append(leaf)

    assert frontier.root() == defined(tree(size))


@given(st.integers(1, 200), st.data())
def test_each_leaf_is_proved_and_no_other_in_its_place(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = tree(size)
    proof = path(leaves, inclusion_ranges(index, size))
    root = defined(leaves)

    assert root_of_inclusion(leaves[index], index, size, proof) == root
    assert root_of_inclusion(leaf_hash(b"other"), index, size, proof) != root
    for at in range(len(proof)):
        changed = [*proof[:at], leaf_hash(b"other"), *proof[at + 1 :]]
        assert root_of_inclusion(leaves[index], index, size, changed) != root
    with pytest.raises(ProofInvalid):
        root_of_inclusion(leaves[index], index, size, [*proof, proof[0] if proof else b""])
    if proof:
        with pytest.raises(ProofInvalid):
            root_of_inclusion(leaves[index], index, size, proof[:-1])


@given(st.integers(1, 200), st.data())
def test_a_tree_is_proved_to_begin_with_an_earlier_one_and_with_no_other(size: int, data: st.DataObject) -> None:
    earlier = data.draw(st.integers(1, size))
    leaves = tree(size)
    old, new = defined(leaves[:earlier]), defined(leaves)
    proof = path(leaves, consistency_ranges(earlier, size))

    verify_consistency(earlier, size, old, new, proof)

    other = leaf_hash(b"other")
    wrong: list[tuple[bytes, bytes, list[bytes]]] = [
        (other, new, proof),
        (old, other, proof),
        (old, new, [*proof, other]),
    ]
    wrong += [(old, new, [*proof[:at], other, *proof[at + 1 :]]) for at in range(len(proof))]
    wrong += [(old, new, proof[:-1])] if proof else []
    for first, second, with_proof in wrong:
        with pytest.raises(ProofInvalid):
            verify_consistency(earlier, size, first, second, with_proof)


@pytest.mark.parametrize(("earlier", "later"), [(0, 0), (0, 1), (0, 8), (2, 1)])
def test_nothing_is_proved_from_nothing_nor_backwards(earlier: int, later: int) -> None:
    with pytest.raises(ValueError, match="not with nothing"):
        consistency_ranges(earlier, later)
    with pytest.raises(ProofInvalid):
        verify_consistency(earlier, later, EMPTY_ROOT, EMPTY_ROOT, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (8, 8), (-1, 8)])
def test_a_leaf_beyond_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="one of the tree's"):
        inclusion_ranges(index, size)
    with pytest.raises(ProofInvalid):
        root_of_inclusion(leaf_hash(b""), index, size, [])


@given(st.integers(0, 200), st.data())
def test_ranges_of_a_proof_are_subtrees_that_later_leaves_never_change(size: int, data: st.DataObject) -> None:
    if size == 0:
        assert complete_subtrees(0, 0) == []
        return
    index = data.draw(st.integers(0, size - 1))
    for first, last in inclusion_ranges(index, size):
        covered = [
            number
            for each in complete_subtrees(first, last)
            for number in range(each.index << each.level, (each.index + 1) << each.level)
        ]
        assert covered == list(range(first, last))


@given(st.lists(st.integers(0, 200), min_size=2, max_size=6))
def test_runs_of_leaves_given_by_the_hashes_over_them_make_the_same_tree(ends: list[int]) -> None:
    ends = [0, *sorted(ends)]
    leaves = tree(ends[-1])
    frontier = Frontier()
    for number, (first, last) in enumerate(pairwise(ends)):
        if number % 2:
            for leaf in leaves[first:last]:
                frontier.append(leaf)
        else:
            for each in covering_subtrees(first, last):
                at = each.index << each.level
                frontier.append_subtree(each.level, defined(leaves[at : at + (1 << each.level)]))

    assert (frontier.size, frontier.root()) == (len(leaves), defined(leaves))


@pytest.mark.parametrize(("leaves", "level"), [(1, 1), (2, 2), (3, 1), (0, -1), (0, 63)])
def test_a_subtree_begins_only_where_one_can(leaves: int, level: int) -> None:
    frontier = Frontier()
    for leaf in tree(leaves):
        frontier.append(leaf)

    with pytest.raises(ProofInvalid):
        frontier.append_subtree(level, bytes(32))
    assert frontier.size == leaves
