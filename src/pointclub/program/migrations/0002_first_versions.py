"""The two editions of the point rules that the club has had (TRM-4).

The current edition names no day from which it holds; 2022-04-01 is our reading.
"""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

_RECORDED_AT = dt.datetime(2016, 3, 1, tzinfo=dt.UTC)
_VERSIONS = (
    ("PO", "2016-04-01", "00000000-0000-7000-8000-000000002016", False),
    ("P", "2022-04-01", "00000000-0000-7000-8000-000000002022", True),
)


def _add_versions(apps: Any, _: Any) -> None:
    version = apps.get_model("program", "ProgramVersion")
    for code, effective_from, version_id, allows_more in _VERSIONS:
        version.objects.create(
            id=uuid.UUID(version_id),
            code=code,
            effective_from=dt.date.fromisoformat(effective_from),
            validity_months=36,
            special_expiry_allowed=allows_more,
            bill_payment_allowed=allows_more,
            recorded_at=_RECORDED_AT,
            recorded_by="system:first set-up",
        )


class Migration(migrations.Migration):
    """Adds the versions."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("program", "0001_initial")]
    operations: ClassVar[list[Operation]] = [migrations.RunPython(_add_versions, migrations.RunPython.noop)]
