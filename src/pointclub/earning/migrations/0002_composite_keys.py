"""Foreign keys over two columns, which Django does not make, and those to catalogues."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from pointclub.foundation.postgresql.keys import add_key

_KEYS = (
    (
        "earning_accrual",
        "accrual_belongs_to_a_merchant",
        "(merchant_id) REFERENCES merchants_merchant (id)",
    ),
    (
        "earning_accrual",
        "accrual_follows_a_rule",
        "(rule_id) REFERENCES earning_rule (id)",
    ),
    (
        "earning_accrual_part",
        "part_belongs_to_an_accrual",
        "(account_id, accrual_id) REFERENCES earning_accrual (account_id, id)",
    ),
    (
        "earning_accrual_part",
        "part_follows_a_campaign",
        "(campaign_id) REFERENCES earning_campaign (id)",
    ),
    (
        "earning_accrual_change",
        "change_belongs_to_an_accrual",
        "(account_id, accrual_id) REFERENCES earning_accrual (account_id, id)",
    ),
)


class Migration(migrations.Migration):
    """Adds the keys."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("earning", "0001_initial"),
        ("merchants", "0001_initial"),
        ("points", "0002_composite_keys"),
    ]

    operations: ClassVar[list[Operation]] = [add_key(*key) for key in _KEYS]
