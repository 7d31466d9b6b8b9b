"""What the nightly lapse still has to record, for whoever plans or watches it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min

from pointclub.points.models import Lot


def count_accounts_due(*, on: dt.date) -> int:
    """Return in how many accounts points are past their last day and not yet recorded as lapsed."""
    return Lot.objects.filter(remaining__gt=0, usable_through__lt=on).values("account_id").distinct().count()


def find_first_lapse() -> dt.date | None:
    """Return the first day on which points of today's lots have lapsed or will."""
    earliest = Lot.objects.filter(remaining__gt=0).aggregate(earliest=Min("usable_through"))["earliest"]
    return None if earliest is None else earliest + dt.timedelta(days=1)
