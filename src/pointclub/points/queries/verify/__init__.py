"""Whether the books agree with themselves, checked by the same statements at every size."""

from pointclub.points.queries.verify.checking import Difference
from pointclub.points.queries.verify.ledger import Verified, verify_ledger
from pointclub.points.queries.verify.requests import verify_requests
from pointclub.points.queries.verify.sealed import verify_sealed

__all__ = ["Difference", "Verified", "verify_ledger", "verify_requests", "verify_sealed"]
