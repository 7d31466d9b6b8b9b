"""The operator itself, who gives the points on energy bills (ACC-10)."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import migrations
from django.db.migrations.operations.base import Operation


def _add_operator(apps: Any, _: Any) -> None:
    apps.get_model("merchants", "Merchant").objects.create(
        id=uuid.UUID("00000000-0000-7000-8000-000000000000"),
        number="000000",
        name=settings.ENVIRONMENT.portal_name_ja,
        kind="operator",
        admitted_on=dt.date(2016, 4, 1),
    )


class Migration(migrations.Migration):
    """Adds the operator."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("merchants", "0001_initial")]
    operations: ClassVar[list[Operation]] = [migrations.RunPython(_add_operator, migrations.RunPython.noop)]
