"""What an owner of the tables does who knows how the chain is made: rewrite it so that it is whole again."""

from uuid import UUID

from pointclub.audit.models import AuditChain, AuditEntry
from pointclub.audit.rules import chaining
from pointclub.points.models import Account, Lot, Posting, Transaction
from pointclub.points.models.chaining import chained_lot, chained_posting
from pointclub.points.rules.chain import genesis
from pointclub.points.services.chain_on import chain_on


def rewrite_chain(account_id: UUID) -> None:
    """Compute all hashes of an account anew from what stands there, up to its head."""
    account = Account.objects.get(id=account_id)
    account.head = genesis(account.id, account.opened_at)
    lots = {lot.id: chained_lot(lot) for lot in Lot.objects.filter(account=account)}
    for written in Transaction.objects.filter(account=account).order_by("sequence"):
        postings = Posting.objects.filter(account=account, transaction_id=written.id)
        chain_on(account, written, [chained_posting(posting, lots) for posting in postings])
        written.save(update_fields=["hash", "reason_salt", "reason_digest"])
    account.save(update_fields=["head"])


def rewrite_audit_chain(name: str) -> None:
    """Compute all hashes of an audit chain anew from what stands there, up to its head."""
    head, number = chaining.BEFORE_THE_FIRST, 0
    for number, entry in enumerate(AuditEntry.objects.filter(chain=name).order_by("sequence"), start=1):
        salt = bytes(entry.reason_salt)
        entry.sequence = number
        entry.reason_digest = chaining.digest_of_reason(entry.reason, salt=salt)
        content = chaining.Content(
            chain=name,
            sequence=number,
            id=entry.id,
            at=entry.at,
            act=entry.act,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            details=entry.details,
            reason_digest=entry.reason_digest,
        )
        head = entry.hash = chaining.chained(head, content)
        entry.save(update_fields=["sequence", "reason_digest", "hash"])
    AuditChain.objects.filter(name=name).update(last_sequence=number, head=head)
