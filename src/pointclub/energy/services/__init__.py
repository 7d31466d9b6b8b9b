"""Energy contracts: fed by file, tried by their numbers, linked to who uses the portal for them."""

from pointclub.energy.services.import_contracts import import_contracts
from pointclub.energy.services.links import ContractLinkedError, NotLinkedError, link_contract, unlink_contract
from pointclub.energy.services.tries import try_contract

__all__ = [
    "ContractLinkedError",
    "NotLinkedError",
    "import_contracts",
    "link_contract",
    "try_contract",
    "unlink_contract",
]
