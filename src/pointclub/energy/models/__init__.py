"""Tables of the energy module."""

from pointclub.energy.models.contracts import ContractLink, ContractVersion, EnergyContract, index_of

__all__ = ["ContractLink", "ContractVersion", "EnergyContract", "index_of"]
