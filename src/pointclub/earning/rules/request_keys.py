"""What tells requests under one Idempotency-Key apart, and for how long keys are kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from pointclub.foundation.periods import add_months, start_of_day, tokyo_day

# A till that was switched off for the year-end sends what it kept; a year later its keys may come round again.
MONTHS_KEPT = 13


def fingerprint_of_accruals(fingerprints: Iterable[bytes]) -> bytes:
    """Return the digest of a call for accruals, from those of its requests in their order."""
    return hashlib.sha256(b"accruals" + b"".join(fingerprints)).digest()


def kept_since(at: dt.datetime) -> dt.datetime:
    """Return the instant before which keys are forgotten."""
    return start_of_day(add_months(tokyo_day(at), -MONTHS_KEPT))
