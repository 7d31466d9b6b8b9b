"""Opening and closing accounts."""

from __future__ import annotations

import datetime as dt

from pointclub.points.models import Account


def open_account(*, at: dt.datetime) -> Account:
    """Open an empty account; its row exists from now on for ever and is the account's lock."""
    return Account.objects.create(opened_at=at)
