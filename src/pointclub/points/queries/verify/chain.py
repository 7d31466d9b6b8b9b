"""Hashes that do not follow from what they cover (I6, decision 13)."""

from pointclub.points.queries.chained import GENESIS, LOT_LINE, POSTING_LINES, content

_LINES = "coalesce(posted.lines, '')"
_FOLLOWS = f"sha256(coalesce(written.before, {GENESIS}) || {content(_LINES)})"


def hashes_that_differ(accounts: str, *, through: str = "") -> str:
    """Return the statement that recomputes the hashes of the transactions of some accounts.

    ``accounts`` is the condition that follows an account's id. ``through`` joins ``written`` with what it may be
    limited by; an account's transactions must stay whole from the first on, because each is held to the hash that is
    stored before it. So where none differs, the last hash covers all.
    """
    return f"""
    WITH line AS MATERIALIZED (
        SELECT lot.account_id, lot.id, {LOT_LINE} AS line FROM points_lot AS lot WHERE lot.account_id {accounts}
    ), posted AS (
        SELECT posting.account_id, posting.transaction_id, {POSTING_LINES} AS lines
        FROM points_posting AS posting
        LEFT JOIN line AS lot ON lot.account_id = posting.account_id AND lot.id = posting.lot_id
        WHERE posting.account_id {accounts} GROUP BY posting.account_id, posting.transaction_id
    ), linked AS (
        SELECT written.*, lag(written.hash) OVER (
            PARTITION BY written.account_id ORDER BY written.sequence
        ) AS before
        FROM points_transaction AS written {through} WHERE written.account_id {accounts}
    )
    SELECT written.account_id, 'transaction ' || written.sequence || ' hash', encode(written.hash, 'hex'),
           encode({_FOLLOWS}, 'hex')
    FROM linked AS written
    JOIN points_account AS account ON account.id = written.account_id
    LEFT JOIN posted ON posted.account_id = written.account_id AND posted.transaction_id = written.id
    WHERE account.id {accounts} AND written.hash IS DISTINCT FROM {_FOLLOWS}
    """  # noqa: S608 -- only constants are put in


CHAIN = (
    hashes_that_differ("BETWEEN %(first)s AND %(last)s"),
    # The head of an account is the hash of its last transaction.
    f"""
    SELECT account.id, 'account head', encode(account.head, 'hex'), encode(coalesce(latest.hash, {GENESIS}), 'hex')
    FROM points_account AS account
    LEFT JOIN (
        SELECT DISTINCT ON (account_id) account_id, hash FROM points_transaction
        WHERE account_id BETWEEN %(first)s AND %(last)s ORDER BY account_id, sequence DESC
    ) AS latest ON latest.account_id = account.id
    WHERE account.id BETWEEN %(first)s AND %(last)s
      AND account.head IS DISTINCT FROM coalesce(latest.hash, {GENESIS})
    """,  # noqa: S608 -- likewise
    # The words of a reason are those that the chain knows by their digest, or were erased together with their salt.
    """
    SELECT written.account_id, 'transaction ' || written.sequence || ' reason',
           coalesce(encode(written.reason_digest, 'hex'), ''),
           coalesce(encode(sha256(written.reason_salt || convert_to(written.reason, 'UTF8')), 'hex'), '')
    FROM points_transaction AS written
    WHERE written.account_id BETWEEN %(first)s AND %(last)s
      AND CASE WHEN written.reason_salt IS NULL THEN written.reason <> ''
          ELSE written.reason_digest IS DISTINCT FROM sha256(written.reason_salt || convert_to(written.reason, 'UTF8'))
          END
    """,
    # Every lot is named by a posting, and by that is part of what some hash covers.
    """
    SELECT lot.account_id, 'lot ' || lot.id || ' is named by no posting', lot.remaining, 0
    FROM points_lot AS lot
    WHERE lot.account_id BETWEEN %(first)s AND %(last)s AND NOT EXISTS (
        SELECT FROM points_posting AS posting WHERE posting.account_id = lot.account_id AND posting.lot_id = lot.id
    )
    """,
)
