"""The hash chain: every transaction carries a hash, every account its head (decision 13).

What is written already is chained here, a chunk of accounts at a time, so that memory stays constant. The statements
are those of this migration's day; what a hash covers must never change under hashes that exist.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import F, Func
from django.db.models.lookups import Exact

_ACCOUNTS_AT_A_TIME = 500

_SALT_REASONS = (
    "UPDATE points_transaction SET reason_salt = uuid_send(gen_random_uuid()) WHERE reason <> ''",
    """
    UPDATE points_transaction SET reason_digest = sha256(reason_salt || convert_to(reason, 'UTF8'))
    WHERE reason_salt IS NOT NULL
    """,
)

_MAKE_CONTENT = """
CREATE TEMPORARY TABLE chain_content (
    account_id uuid, sequence integer, id uuid NOT NULL, content bytea NOT NULL, PRIMARY KEY (account_id, sequence)
)
"""

_FILL_CONTENT = """
INSERT INTO chain_content (account_id, sequence, id, content)
WITH line AS MATERIALIZED (
    SELECT lot.account_id, lot.id, lot.id
        || ' ' || (to_json(lot.usable_through) #>> '{}') || ' ' || (to_json(lot.first_posted_on) #>> '{}')
        || ' ' || coalesce(lot.origin_account_id::text, '-') || ' ' || coalesce(lot.origin_lot_id::text, '-')
        || ' ' || octet_length(lot.kind) || ':' || lot.kind || ',' AS line
    FROM points_lot AS lot WHERE lot.account_id BETWEEN %(first)s AND %(last)s
), posted AS (
    SELECT posting.account_id, posting.transaction_id, string_agg(
        'posting ' || posting.id || ' ' || posting.points
        || ' ' || coalesce(posting.contra_party_id::text, '-') || ' ' || coalesce(posting.source_id::text, '-')
        || ' ' || octet_length(posting.contra) || ':' || posting.contra || ',' || ' '
        || CASE WHEN posting.lot_id IS NULL THEN '-' ELSE lot.line END || E'\\n', '' ORDER BY posting.id
    ) AS lines
    FROM points_posting AS posting
    LEFT JOIN line AS lot ON lot.account_id = posting.account_id AND lot.id = posting.lot_id
    WHERE posting.account_id BETWEEN %(first)s AND %(last)s
    GROUP BY posting.account_id, posting.transaction_id
)
SELECT written.account_id, written.sequence, written.id, convert_to(
    'transaction ' || written.account_id || ' ' || written.id || ' ' || written.sequence
    || ' ' || trunc(extract(epoch FROM written.occurred_at) * 1000000)
    || ' ' || (to_json(written.value_on) #>> '{}')
    || ' ' || trunc(extract(epoch FROM written.recorded_at) * 1000000)
    || ' ' || coalesce(encode(written.fingerprint, 'hex'), '-')
    || ' ' || coalesce(written.reverses_id::text, '-') || ' ' || coalesce(written.approval_id::text, '-')
    || ' ' || coalesce(encode(written.reason_digest, 'hex'), '-')
    || ' ' || octet_length(written.kind) || ':' || written.kind || ','
    || ' ' || octet_length(written.business_key) || ':' || written.business_key || ','
    || ' ' || octet_length(written.actor) || ':' || written.actor || ',' || E'\\n' || coalesce(posted.lines, ''), 'UTF8'
)
FROM points_transaction AS written
LEFT JOIN posted ON posted.account_id = written.account_id AND posted.transaction_id = written.id
WHERE written.account_id BETWEEN %(first)s AND %(last)s
"""

_GENESIS = """
sha256(convert_to(
    'pointclub account ' || account.id || ' ' || trunc(extract(epoch FROM account.opened_at) * 1000000) || E'\\n', 'UTF8'
))
"""

# OFFSET 0 keeps each step a look-up by key, also for an account with very many transactions.
_CHAIN = f"""
WITH RECURSIVE chained AS (
    SELECT content.account_id, content.sequence, content.id, sha256({_GENESIS} || content.content) AS hash
    FROM points_account AS account JOIN chain_content AS content ON content.account_id = account.id
    WHERE account.id BETWEEN %(first)s AND %(last)s AND content.sequence = 1
    UNION ALL
    SELECT following.account_id, following.sequence, following.id, sha256(chained.hash || following.content)
    FROM chained CROSS JOIN LATERAL (
        SELECT * FROM chain_content AS content
        WHERE content.account_id = chained.account_id AND content.sequence = chained.sequence + 1
        OFFSET 0
    ) AS following
)
UPDATE points_transaction AS written SET hash = chained.hash
FROM chained WHERE written.account_id = chained.account_id AND written.id = chained.id
"""

_SET_HEADS = f"""
UPDATE points_account AS account SET head = coalesce(
    (
        SELECT written.hash FROM points_transaction AS written
        WHERE written.account_id = account.id ORDER BY written.sequence DESC LIMIT 1
    ),
    {_GENESIS}
)
WHERE account.id BETWEEN %(first)s AND %(last)s
"""

_NEXT_BOUND = """
SELECT min(id::text)::uuid, max(id::text)::uuid
FROM (SELECT id FROM points_account WHERE id > %s ORDER BY id LIMIT %s) AS chunk
"""

_UNCHAINED = "SELECT account_id, min(sequence) FROM points_transaction WHERE hash IS NULL GROUP BY 1 ORDER BY 1 LIMIT 10"


class BrokenNumberingError(Exception):
    """Transactions that are not numbered without gaps cannot be chained."""


def chain_what_is_there(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 -- Django's form.
    with schema_editor.connection.cursor() as cursor:
        for statement in _SALT_REASONS:
            cursor.execute(statement)
        cursor.execute(_MAKE_CONTENT)
        after = UUID(int=0)
        while True:
            cursor.execute(_NEXT_BOUND, [after, _ACCOUNTS_AT_A_TIME])
            first, last = cursor.fetchone()
            if last is None:
                break
            cursor.execute("TRUNCATE chain_content")
            for statement in (
                # Without statistics the planner would go through the lots again for each posting.
                "SET LOCAL enable_nestloop = off",
                _FILL_CONTENT,
                "SET LOCAL enable_nestloop TO DEFAULT",
                "ANALYZE chain_content",
                _CHAIN,
                _SET_HEADS,
            ):
                cursor.execute(statement, {"first": first, "last": last})
            after = last
        cursor.execute("DROP TABLE chain_content")
        cursor.execute(_UNCHAINED)
        if broken := cursor.fetchall():
            named = "; ".join(f"account {account_id} from transaction {sequence} on" for account_id, sequence in broken)
            message = (
                f"Some transactions are not numbered without gaps, so they cannot be chained: {named}. Nothing was "
                f"changed. Run `ledger verify` of the version before this one, and mend what it names."
            )
            raise BrokenNumberingError(message)


def _has_bytes(column: str, count: int) -> Exact:
    return Exact(Func(F(column), function="octet_length", output_field=models.IntegerField()), count)


class Migration(migrations.Migration):
    """Adds the columns, fills them, and only then asks for them."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("points", "0002_composite_keys"),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.AddField("account", "head", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("transaction", "reason_salt", models.BinaryField(max_length=16, null=True)),
        migrations.AddField("transaction", "reason_digest", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("transaction", "hash", models.BinaryField(max_length=32, null=True)),
        migrations.RunPython(chain_what_is_there, migrations.RunPython.noop),
        migrations.AlterField("account", "head", models.BinaryField(max_length=32)),
        migrations.AlterField("transaction", "hash", models.BinaryField(max_length=32)),
        migrations.AddConstraint(
            "account", models.CheckConstraint(condition=_has_bytes("head", 32), name="head_is_a_sha256")
        ),
        migrations.AddConstraint(
            "transaction", models.CheckConstraint(condition=_has_bytes("hash", 32), name="hash_is_a_sha256")
        ),
        migrations.AddConstraint(
            "transaction",
            models.CheckConstraint(
                condition=models.Q(reason="", reason_salt__isnull=True, reason_digest__isnull=True)
                | models.Q(~models.Q(reason=""), reason_salt__isnull=False, reason_digest__isnull=False)
                | models.Q(reason="", reason_salt__isnull=True, reason_digest__isnull=False),
                name="a_reason_has_salt_and_digest_until_it_is_erased",
            ),
        ),
        migrations.AddConstraint(
            "transaction",
            models.CheckConstraint(
                condition=_has_bytes("reason_salt", 16), name="salt_of_a_reason_is_sixteen_bytes"
            ),
        ),
        migrations.AddConstraint(
            "transaction",
            models.CheckConstraint(
                condition=_has_bytes("reason_digest", 32), name="digest_of_a_reason_is_a_sha256"
            ),
        ),
    ]
