"""Exports that wait for a decision, those decided on, and whose data they hold."""

from pointclub.exports.queries.people import list_people
from pointclub.exports.queries.requests import (
    UnknownExportError,
    count_exported_alone,
    get_export,
    list_downloads,
    list_exports,
)

__all__ = [
    "UnknownExportError",
    "count_exported_alone",
    "get_export",
    "list_downloads",
    "list_exports",
    "list_people",
]
