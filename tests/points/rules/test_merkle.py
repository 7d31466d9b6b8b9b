"""Roots and paths are those of RFC 6962, and no other path leads to a root."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.points.rules import merkle

# The leaves and roots by which implementations of Certificate Transparency are checked.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SEVERAL = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def root_of(leaves: list[bytes]) -> bytes:
    tree = merkle.Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def by_definition(leaves: list[bytes]) -> bytes:
    """Return MTH as section 2.1 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def path_by_definition(index: int, leaves: list[bytes]) -> list[bytes]:
    """Return PATH as section 2.1.1 defines it."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*path_by_definition(index, leaves[:split]), by_definition(leaves[split:])]
    return [*path_by_definition(index - split, leaves[split:]), by_definition(leaves[:split])]


class TestRoots:
    @pytest.mark.parametrize("size", range(1, 9))
    def test_are_those_that_others_get(self, size: int) -> None:
        assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]

    @given(st.lists(st.binary(max_size=8), max_size=70))
    def test_are_those_of_the_definition(self, leaves: list[bytes]) -> None:
        assert root_of(leaves) == by_definition(leaves)

    def test_keep_no_more_than_one_hash_for_each_power_of_two(self) -> None:
        tree = merkle.Tree()
        kept = 0
        for number in range(5_000):
            tree.add(str(number).encode())
            kept = max(kept, len(tree._peaks))

        assert kept <= 13


class TestPaths:
    @given(SEVERAL, st.data())
    def test_are_those_of_the_definition_and_lead_to_the_root(self, leaves: list[bytes], data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(leaves) - 1))

        path = merkle.inclusion_path(iter(leaves), index=index, size=len(leaves))

        assert path == path_by_definition(index, leaves)
        assert merkle.root_by_path(leaves[index], path, index=index, size=len(leaves)) == root_of(leaves)

    @given(SEVERAL, st.data())
    def test_that_were_changed_lead_elsewhere(self, leaves: list[bytes], data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(leaves) - 1))
        path = merkle.inclusion_path(leaves, index=index, size=len(leaves))
        changed = data.draw(mutations(path))

        assert merkle.root_by_path(leaves[index], changed, index=index, size=len(leaves)) != root_of(leaves)

    @given(SEVERAL, st.data())
    def test_of_another_leaf_or_place_lead_elsewhere(self, leaves: list[bytes], data: st.DataObject) -> None:
        leaves = [leaf + bytes([number]) for number, leaf in enumerate(leaves)]
        index = data.draw(st.integers(0, len(leaves) - 1))
        place = data.draw(st.integers(-2, len(leaves) + 2).filter(lambda place: place != index))
        path = merkle.inclusion_path(leaves, index=index, size=len(leaves))

        assert merkle.root_by_path(leaves[index] + b"x", path, index=index, size=len(leaves)) != root_of(leaves)
        assert merkle.root_by_path(leaves[index], path, index=place, size=len(leaves)) != root_of(leaves)

    def test_do_not_let_a_node_pass_for_a_leaf(self) -> None:
        leaves = [b"a", b"b", b"c", b"d"]
        node = merkle.hash_leaf(b"a") + merkle.hash_leaf(b"b")
        beside = merkle.hash_node(merkle.hash_leaf(b"c"), merkle.hash_leaf(b"d"))

        assert merkle.root_by_path(node, [beside], index=0, size=2) != root_of(leaves)


@st.composite
def mutations(draw: st.DrawFn, path: list[bytes]) -> list[bytes]:
    """Change one bit, leave a step out, add one, or swap two that differ."""
    changed = list(path)
    ways = ["add"] + (["flip", "drop"] if path else []) + (["swap"] if len(set(path)) > 1 else [])
    way = draw(st.sampled_from(ways))
    if way == "add":
        changed.insert(draw(st.integers(0, len(path))), draw(st.binary(min_size=32, max_size=32)))
        return changed
    place = draw(st.integers(0, len(path) - 1))
    if way == "drop":
        del changed[place]
    elif way == "flip":
        bit = draw(st.integers(0, 255))
        changed[place] = (int.from_bytes(path[place]) ^ 1 << bit).to_bytes(32)
    else:
        other = draw(st.sampled_from([each for each in range(len(path)) if path[each] != path[place]]))
        changed[place], changed[other] = changed[other], changed[place]
    return changed
