"""Foreign keys over two columns, which Django does not make."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from pointclub.foundation.postgresql.keys import add_key

_KEYS = (
    (
        "rewards_redemption_order",
        "order_took_points",
        "(account_id, transaction_id) REFERENCES points_transaction (account_id, id)",
    ),
    (
        "rewards_redemption_line",
        "line_belongs_to_an_order",
        "(account_id, order_id) REFERENCES rewards_redemption_order (account_id, id)",
    ),
)


class Migration(migrations.Migration):
    """Adds the keys."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("rewards", "0001_initial"),
        ("points", "0002_composite_keys"),
    ]

    operations: ClassVar[list[Operation]] = [add_key(*key) for key in _KEYS]
