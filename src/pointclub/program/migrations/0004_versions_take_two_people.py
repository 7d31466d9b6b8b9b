"""A version comes from a request that its approver approved; only those recorded before have none."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

from pointclub.foundation.postgresql.keys import add_key


class Migration(migrations.Migration):
    """Adds the key to the approval, and that each new version has one."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("program", "0003_version_requests"),
    ]

    operations: ClassVar[list[Operation]] = [
        add_key(
            "program_version",
            "a_version_was_approved_by_who_recorded_it",
            "(request_id, recorded_by) REFERENCES program_version_request (id, approved_by)",
        ),
        # Not held against the rows that are there: they never change, and were recorded when one person could.
        migrations.RunSQL(
            "ALTER TABLE program_version ADD CONSTRAINT a_version_was_asked_for CHECK (request_id IS NOT NULL) NOT VALID",
            "ALTER TABLE program_version DROP CONSTRAINT a_version_was_asked_for",
        ),
    ]
