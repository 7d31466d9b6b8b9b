"""A club that had staff before there were roles needs somebody who can give them."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


def make_the_first_of_staff_administrator(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    """Give the active member of staff who has been there longest the role by which the others get theirs."""
    users = apps.get_model("people", "User").objects.filter(is_staff=True, is_active=True)
    first = users.order_by("registered_at", "id").first()
    if first is not None:
        apps.get_model("people", "StaffRole").objects.create(
            user=first, role="administrator", given_by="system:first-staff", given_at=first.registered_at
        )


class Migration(migrations.Migration):
    """Names the first administrator."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("people", "0002_staff_roles"),
    ]

    operations: ClassVar[list[Operation]] = [
        migrations.RunPython(make_the_first_of_staff_administrator, migrations.RunPython.noop),
    ]
