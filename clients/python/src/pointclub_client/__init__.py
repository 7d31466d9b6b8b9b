"""The points club's interface for merchants, for Python: typed, and with retries under which nothing counts twice.

`Client` is all that a till needs. What its methods raise is in `pointclub_client.errors`, what they take and give in
`pointclub_client.shapes`.
"""

from pointclub_client.calls import new_key
from pointclub_client.client import Client
from pointclub_client.errors import (
    ClientError,
    ProblemError,
    UnavailableError,
    UnknownOutcomeError,
)
from pointclub_client.shapes import (
    Accrual,
    AccrualRequest,
    Bonus,
    Change,
    Changed,
    FieldError,
    Problem,
    Receipt,
    Status,
)
from pointclub_client.timing import Patience, Timing

__all__ = [
    "Accrual",
    "AccrualRequest",
    "Bonus",
    "Change",
    "Changed",
    "Client",
    "ClientError",
    "FieldError",
    "Patience",
    "Problem",
    "ProblemError",
    "Receipt",
    "Status",
    "Timing",
    "UnavailableError",
    "UnknownOutcomeError",
    "new_key",
]
