"""Opening and closing accounts."""

from __future__ import annotations

import datetime as dt

from uuid_utils.compat import uuid7

from pointclub.points.models import Account
from pointclub.points.rules.chain import genesis


def open_account(*, at: dt.datetime) -> Account:
    """Open an empty account; its row exists from now on for ever and is the account's lock."""
    account_id = uuid7()
    return Account.objects.create(id=account_id, opened_at=at, head=genesis(account_id, at))
