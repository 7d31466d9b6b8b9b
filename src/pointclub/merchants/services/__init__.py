"""Admitting merchants, pausing or ending what they may do, and the keys of their terminals."""

from pointclub.merchants.services.admit import (
    InvalidMerchantError,
    MerchantNumberTakenError,
    NotYetAdmittedError,
    OperatorStaysError,
    StoreCodeTakenError,
    admit_merchant,
    end_merchant,
    open_store,
    resume_merchant,
    suspend_merchant,
)
from pointclub.merchants.services.keys import (
    InvalidKeyError,
    IssuedKey,
    NoTerminalsError,
    UnknownStoreError,
    issue_key,
    revoke_key,
)

__all__ = [
    "InvalidKeyError",
    "InvalidMerchantError",
    "IssuedKey",
    "MerchantNumberTakenError",
    "NoTerminalsError",
    "NotYetAdmittedError",
    "OperatorStaysError",
    "StoreCodeTakenError",
    "UnknownStoreError",
    "admit_merchant",
    "end_merchant",
    "issue_key",
    "open_store",
    "resume_merchant",
    "revoke_key",
    "suspend_merchant",
]
