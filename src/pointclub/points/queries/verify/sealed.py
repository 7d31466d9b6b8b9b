"""Whether the books still say what was sealed."""

from __future__ import annotations

from collections.abc import Sequence

from pointclub.points.queries.chained import GENESIS
from pointclub.points.queries.verify.chain import hashes_that_differ
from pointclub.points.queries.verify.checking import Difference, in_one_statement, run_checks
from pointclub.points.rules.root_file import SealedAccount

# The hash that an account had then is still that of the transaction with that number.
_HEADS = f"""
SELECT sealed.account_id,
       CASE WHEN account.id IS NULL THEN 'account is gone'
            WHEN standing.head IS NULL THEN 'sealed transaction ' || sealed.sequence || ' is gone'
            ELSE 'sealed transaction ' || sealed.sequence || ' is another' END,
       coalesce(encode(standing.head, 'hex'), ''), encode(sealed.head, 'hex')
FROM unnest(%(accounts)s::uuid[], %(sequences)s::bigint[], %(heads)s::bytea[]) AS sealed (account_id, sequence, head)
LEFT JOIN points_account AS account ON account.id = sealed.account_id AND account.id = ANY(%(accounts)s)
LEFT JOIN points_transaction AS written
    ON written.account_id = sealed.account_id AND written.sequence = sealed.sequence
   AND written.account_id = ANY(%(accounts)s)
CROSS JOIN LATERAL (SELECT CASE WHEN sealed.sequence = 0 THEN {GENESIS} ELSE written.hash END AS head) AS standing
WHERE account.id IS NULL OR sealed.head IS DISTINCT FROM standing.head
"""  # noqa: S608 -- only constants are put in

# What lies below that number still adds up to it; what was written since is no part of what was sealed.
_CHAIN = hashes_that_differ(
    "= ANY(%(accounts)s)",
    through=(
        "JOIN unnest(%(accounts)s::uuid[], %(sequences)s::bigint[]) AS sealed (account_id, sequence)"
        " ON sealed.account_id = written.account_id AND written.sequence <= sealed.sequence"
    ),
)

_CHECKS = in_one_statement((_HEADS, _CHAIN), accounts="= ANY(%(accounts)s)")


def verify_sealed(accounts: Sequence[SealedAccount]) -> list[Difference]:
    """Return in what the books differ from what was sealed of these accounts; what stands, and what was sealed."""
    values = {
        "accounts": [sealed.account_id for sealed in accounts],
        "sequences": [sealed.sequence for sealed in accounts],
        "heads": [sealed.head for sealed in accounts],
    }
    return run_checks(_CHECKS, values)
