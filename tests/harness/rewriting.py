"""What an owner of the tables does who knows how the chain is made: rewrite it so that it is whole again."""

from uuid import UUID

from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.rules.chain import genesis
from pointclub.points.services.chain_on import chain_on


def rewrite_chain(account_id: UUID) -> None:
    """Compute all hashes of an account anew from what stands there, up to its head."""
    account = Account.objects.get(id=account_id)
    account.head = genesis(account.id, account.opened_at)
    lots = {lot.id: lot for lot in Lot.objects.filter(account=account)}
    for written in Transaction.objects.filter(account=account).order_by("sequence"):
        chain_on(account, written, Posting.objects.filter(account=account, transaction_id=written.id), lots)
        written.save(update_fields=["hash", "reason_salt", "reason_digest"])
    account.save(update_fields=["head"])
