"""Questions to the audit log."""

from pointclub.audit.queries.heads import audit_heads
from pointclub.audit.queries.sealed import verify_sealed_chains
from pointclub.audit.queries.search import ActFilter, FoundAct, Page, UnknownEntryError, search_acts
from pointclub.audit.queries.verify import verify_audit
from pointclub.audit.queries.walking import AuditDifference
from pointclub.audit.rules.heads import ChainHead

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
    "verify_sealed_chains",
]
