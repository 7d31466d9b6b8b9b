"""Explains balances: what earning, rewards and the ledger each know of a point, put together (BAL-4)."""
