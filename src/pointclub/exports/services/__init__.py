"""Asking for an export, deciding on it, fetching the file, deleting it after its day; letters put back."""

from pointclub.exports.services.decide import AlreadyDecidedError, SamePersonError, approve_export, reject_export
from pointclub.exports.services.delete import delete_expired_exports
from pointclub.exports.services.fetch import (
    ExportedFile,
    ExportGoneError,
    NotYourExportError,
    fetch_export,
)
from pointclub.exports.services.letters import NoLettersLeftError, put_letters_back
from pointclub.exports.services.produce import NotApprovedError
from pointclub.exports.services.request import (
    InvalidExportError,
    NobodyJoinedError,
    NoLetterWaitsError,
    Wanted,
    request_export,
)

__all__ = [
    "AlreadyDecidedError",
    "ExportGoneError",
    "ExportedFile",
    "InvalidExportError",
    "NoLetterWaitsError",
    "NoLettersLeftError",
    "NobodyJoinedError",
    "NotApprovedError",
    "NotYourExportError",
    "SamePersonError",
    "Wanted",
    "approve_export",
    "delete_expired_exports",
    "fetch_export",
    "put_letters_back",
    "reject_export",
    "request_export",
]
