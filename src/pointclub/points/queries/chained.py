"""The content of a transaction as PostgreSQL writes it: the same bytes as `points/rules/chain.py`.

The fragments speak of rows called ``account``, ``written``, ``posting`` and ``lot``, with the columns of their tables;
a statement that is about to insert such rows gives the same names to what it will insert.
"""


def _text(column: str) -> str:
    return f"octet_length({column}) || ':' || {column} || ','"


def _instant(column: str) -> str:
    return f"trunc(extract(epoch FROM {column}) * 1000000)"


def _day(column: str) -> str:
    # to_json follows no session's DateStyle, and lets no day before Christ pass for one of ours.
    return f"(to_json({column}) #>> '{{}}')"


def _id(column: str) -> str:
    return f"coalesce({column}::text, '-')"


def _bytes(column: str) -> str:
    return f"coalesce(encode({column}, 'hex'), '-')"


_OPENED_AT = _instant("account.opened_at")
GENESIS = f"sha256(convert_to('pointclub account ' || account.id || ' ' || {_OPENED_AT} || E'\\n', 'UTF8'))"

TRANSACTION_LINE = " || ' ' || ".join(
    [
        "'transaction ' || written.account_id",
        "written.id",
        "written.sequence",
        _instant("written.occurred_at"),
        _day("written.value_on"),
        _instant("written.recorded_at"),
        _bytes("written.fingerprint"),
        _id("written.reverses_id"),
        _id("written.approval_id"),
        _bytes("written.reason_digest"),
        _text("written.kind"),
        _text("written.business_key"),
        _text("written.actor") + " || E'\\n'",
    ]
)

# A lot's part of the lines of all its postings; to be worked out once for each lot.
LOT_LINE = " || ' ' || ".join(
    [
        "lot.id",
        _day("lot.usable_through"),
        _day("lot.first_posted_on"),
        _id("lot.origin_account_id"),
        _id("lot.origin_lot_id"),
        _text("lot.kind"),
    ]
)

# Of a posting and its lot, which gives its LOT_LINE as ``line``.
POSTING_LINE = " || ' ' || ".join(
    [
        "'posting ' || posting.id",
        "posting.points",
        _id("posting.contra_party_id"),
        _id("posting.source_id"),
        _text("posting.contra"),
        "CASE WHEN posting.lot_id IS NULL THEN '-' ELSE lot.line END || E'\\n'",
    ]
)

# Of all postings of a transaction, grouped by it.
POSTING_LINES = f"string_agg({POSTING_LINE}, '' ORDER BY posting.id)"


def content(lines: str) -> str:
    """Return the expression for the content of ``written``, given the expression for its postings."""
    return f"convert_to({TRANSACTION_LINE} || {lines}, 'UTF8')"
