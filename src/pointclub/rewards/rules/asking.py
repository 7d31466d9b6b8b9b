"""What tells one application for rewards from another under the same key."""

from __future__ import annotations

from collections.abc import Iterable

from pointclub.foundation.fingerprints import fingerprint


def fingerprint_of(lines: Iterable[tuple[str, int, str]]) -> bytes:
    """Return the digest of the lines asked for: of each its kind, its points and its label, in their order."""
    return fingerprint([{"kind": kind, "points": points, "label": label} for kind, points, label in lines])
