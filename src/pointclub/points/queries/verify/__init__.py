"""Whether the books agree with themselves, checked by the same statements at every size."""

from pointclub.points.queries.verify.ledger import Difference, Verified, verify_ledger

__all__ = ["Difference", "Verified", "verify_ledger"]
