"""The ledger's tables.

An account's rows are keyed by the account first, so that the same tables can be spread over many machines by account.
Transactions and postings are only ever inserted: the application's database role holds no right to change them.
"""

from pointclub.points.models.decisions import ChangeRequest, MonthClose
from pointclub.points.models.ledger import Account, Lot, Posting, Transaction

__all__ = ["Account", "ChangeRequest", "Lot", "MonthClose", "Posting", "Transaction"]
