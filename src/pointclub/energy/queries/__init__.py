"""Questions about energy contracts."""

from pointclub.energy.queries.contracts import Contract, current_version, find_contract, list_contracts_of

__all__ = ["Contract", "current_version", "find_contract", "list_contracts_of"]
