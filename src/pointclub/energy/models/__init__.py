"""Tables of the energy module."""

from pointclub.energy.models.contracts import ContractLink, ContractTry, ContractVersion, EnergyContract, index_of

__all__ = ["ContractLink", "ContractTry", "ContractVersion", "EnergyContract", "index_of"]
