"""Questions to the audit log."""

from pointclub.audit.queries.search import ActFilter, FoundAct, Page, UnknownEntryError, search_acts
from pointclub.audit.queries.verify import AuditDifference, ChainHead, audit_heads, verify_audit

__all__ = [
    "ActFilter",
    "AuditDifference",
    "ChainHead",
    "FoundAct",
    "Page",
    "UnknownEntryError",
    "audit_heads",
    "search_acts",
    "verify_audit",
]
