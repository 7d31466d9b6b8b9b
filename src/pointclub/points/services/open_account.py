"""Opening and closing accounts."""

from __future__ import annotations

import datetime as dt

from uuid_utils.compat import uuid7

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.points.models import Account
from pointclub.points.rules.chain import genesis


@act
def open_account(*, at: dt.datetime, actor: Actor) -> Account:
    """Open an empty account; its row exists from now on for ever and is the account's lock."""
    account_id = uuid7()
    account = Account.objects.create(id=account_id, opened_at=at, head=genesis(account_id, at))
    audit.record_act(act="points.open_account", actor=actor, subject=audit.Subject("account", account.id), at=at)
    return account
