"""Merkle trees as in RFC 6962: one hash over many leaves, and short proofs that a leaf is among them.

A leaf is hashed with the byte 0x00 before it and a node with 0x01, so that neither passes for the other (section 2.1).
Leaves come one by one; only the roots of complete subtrees are kept, at most one for each power of two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

_EMPTY = hashlib.sha256().digest()


class Tree:
    """A tree that grows leaf by leaf."""

    def __init__(self) -> None:
        self.size = 0
        # Roots of complete subtrees, the largest first: their sizes are the powers of two that make up the size.
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take in the next leaf."""
        top = hash_leaf(leaf)
        covered = self.size
        while covered % 2:
            top = hash_node(self._peaks.pop(), top)
            covered //= 2
        self._peaks.append(top)
        self.size += 1

    def root(self) -> bytes:
        """Return the hash over all leaves so far."""
        if not self._peaks:
            return _EMPTY
        top = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            top = hash_node(peak, top)
        return top


def hash_leaf(leaf: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_path(leaves: Iterable[bytes], *, index: int, size: int) -> list[bytes]:
    """Return the hashes beside the way from a leaf up to the root (RFC 6962, 2.1.1), in one pass over the leaves."""
    beside = _beside(index, size)
    trees = [Tree() for _ in beside]
    # From left to right, as the leaves come.
    order = sorted(range(len(beside)), key=lambda number: beside[number])
    place = 0
    for number, leaf in enumerate(leaves):
        if number == index:
            continue
        while number >= beside[order[place]][1]:
            place += 1
        trees[order[place]].add(leaf)
    return [tree.root() for tree in trees]


def root_by_path(leaf: bytes, path: Sequence[bytes], *, index: int, size: int) -> bytes | None:
    """Return the root that the path leads to from a leaf; None if no tree of that size has such a path.

    The steps are those of RFC 9162, 2.1.3.2, which tells how a path of RFC 6962 is verified.
    """
    if not 0 <= index < size:
        return None
    here, last = index, size - 1
    top = hash_leaf(leaf)
    for beside in path:
        if last == 0:
            return None
        if here % 2 or here == last:
            top = hash_node(beside, top)
            while here and not here % 2:
                here, last = here // 2, last // 2
        else:
            top = hash_node(top, beside)
        here, last = here // 2, last // 2
    return top if last == 0 else None


def _beside(index: int, size: int) -> list[tuple[int, int]]:
    """Return the spans of leaves of the subtrees beside the way, from the leaf up."""
    spans: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if index < split:
            spans.append((split, end))
            end = split
        else:
            spans.append((start, split))
            start = split
    return spans[::-1]
