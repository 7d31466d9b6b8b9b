"""A membership is revoked by a request for it and no other, approved by whom it names; its own asker cannot be that."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from pointclub.foundation.postgresql.keys import add_key


class Migration(migrations.Migration):
    """Adds the key from a revoked membership to the approval of its revocation."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("membership", "0003_revocations"),
    ]

    operations: ClassVar[list[Operation]] = [
        add_key(
            "membership_membership",
            "a_membership_was_revoked_by_who_approved_it",
            "(revocation_id, id, revoked_by) REFERENCES membership_revocation_request (id, membership_id, approved_by)",
        ),
    ]
