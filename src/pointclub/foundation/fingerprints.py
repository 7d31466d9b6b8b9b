"""What tells one request under a key from another."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True)


def fingerprint(content: Any) -> bytes:
    """Return a digest of the content, which is made of what JSON knows; the order of names does not count."""
    return hashlib.sha256(_ENCODER.encode(content).encode()).digest()
