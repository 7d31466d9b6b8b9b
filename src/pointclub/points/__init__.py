"""The ledger, accounts and lots and transactions and postings."""
