"""Foreign keys over two columns, which Django does not make, and the key to the approval."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from pointclub.foundation.postgresql.keys import add_key

_KEYS = (
    (
        "points_posting",
        "posting_belongs_to_a_transaction",
        "(account_id, transaction_id) REFERENCES points_transaction (account_id, id)",
    ),
    (
        "points_posting",
        "posting_belongs_to_a_lot",
        "(account_id, lot_id) REFERENCES points_lot (account_id, id)",
    ),
    (
        "points_transaction",
        "approval_is_on_file",
        "(approval_id) REFERENCES points_change_request (id)",
    ),
)


class Migration(migrations.Migration):
    """Adds the keys."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("points", "0001_initial"),
    ]

    operations: ClassVar[list[Operation]] = [add_key(*key) for key in _KEYS]
