"""Exports that wait for a decision, and those decided on."""

from pointclub.exports.queries.requests import (
    UnknownExportError,
    count_exported_alone,
    get_export,
    list_downloads,
    list_exports,
)

__all__ = ["UnknownExportError", "count_exported_alone", "get_export", "list_downloads", "list_exports"]
