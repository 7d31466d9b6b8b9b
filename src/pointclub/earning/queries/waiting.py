"""What the next balance update still has to post, for whoever plans or watches it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, Min, OuterRef

from pointclub.earning.models import Accrual, AccrualPart

_PENDING = AccrualPart.objects.filter(posted_on__isnull=True, points__gt=0)


def count_accounts_pending() -> int:
    """Return how many accounts have points that wait for the update."""
    return _PENDING.values("account_id").distinct().count()


def find_first_pending() -> dt.datetime | None:
    """Return when the accrual came that has waited longest."""
    parts = _PENDING.filter(account_id=OuterRef("account_id"), accrual_id=OuterRef("id"))
    first: dt.datetime | None = Accrual.objects.filter(Exists(parts)).aggregate(first=Min("received_at"))["first"]
    return first
