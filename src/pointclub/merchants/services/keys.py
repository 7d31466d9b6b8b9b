"""Issuing terminal keys, and revoking them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.foundation.texts import is_line
from pointclub.merchants.models import Merchant, Store, TerminalKey
from pointclub.merchants.queries import get_key
from pointclub.merchants.rules.keys import MOST_PER_MINUTE, SECRET_BYTES, KeyAct, digest_of, hint_of, new_secret

_LONGEST_NAME = 80
_LONGEST_CODE = 20


class InvalidKeyError(Refusal):
    """The key's name, its terminal, its acts or its limit are not such."""

    code = "invalid_key"


class UnknownStoreError(NotFoundError):
    """The merchant has no store of that code."""

    code = "unknown_store"


class NoTerminalsError(Refusal):
    """The operator has no terminals, and a merchant that has left needs no new key."""

    code = "no_terminals"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key, and its secret, which is to be had here and never again."""

    key: TerminalKey
    secret: str = field(repr=False)


@act
def issue_key(
    *,
    merchant: Merchant,
    name: str,
    store_code: str = "",
    terminal_code: str = "",
    acts: Iterable[str],
    per_minute: int,
    at: dt.datetime,
    actor: Actor,
) -> IssuedKey:
    """Issue a key to the merchant: for one of its stores or all, for one till or any, and for the acts named (ACC-1).

    Raises:
        NoTerminalsError: the merchant has left, or is the operator.
        UnknownStoreError: the merchant has no store of that code.
        InvalidKeyError: name or terminal cannot be shown as they are, no act or an unknown one is named, or the limit
            is not from 1 to 1,000,000 calls a minute.
    """
    _refuse_without_terminals(merchant)
    _require_texts(name.strip(), terminal_code)
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        message = f"A key is limited to 1 to {MOST_PER_MINUTE:,} calls a minute."
        raise InvalidKeyError(message)
    secret = new_secret(secrets.token_bytes(SECRET_BYTES))
    key = TerminalKey.objects.create(
        merchant=merchant,
        store=_store(merchant, store_code),
        terminal_code=terminal_code,
        name=name.strip(),
        acts=_acts(acts),
        digest=digest_of(secret),
        hint=hint_of(secret),
        per_minute=per_minute,
        issued_at=at,
        issued_by=str(actor),
    )
    details = {"store": str(key.store_id) if key.store_id else None, "acts": key.acts, "per_minute": per_minute}
    _record("merchants.issue_key", key, at=at, actor=actor, **details)
    return IssuedKey(key, secret)


@act
def revoke_key(*, key_id: UUID, at: dt.datetime, actor: Actor, reason: str = "") -> TerminalKey:
    """Revoke a key: from now on it opens nothing, and it never will again.

    Raises:
        UnknownKeyError: there is none of that id.
    """
    key = get_key(key_id)
    if TerminalKey.objects.filter(id=key.id, revoked_at__isnull=True).update(revoked_at=at, revoked_by=str(actor)):
        _record("merchants.revoke_key", key, at=at, actor=actor, reason=reason.strip())
    return get_key(key_id)


def _refuse_without_terminals(merchant: Merchant) -> None:
    # In the way of whoever ends the merchant at the same moment: after its end no key is issued.
    if not Merchant.objects.select_for_update().get(id=merchant.id).has_terminals:
        message = "The operator has no terminals, and a merchant that has left is issued no key."
        raise NoTerminalsError(message)


def _require_texts(name: str, terminal_code: str) -> None:
    if not is_line(name, longest=_LONGEST_NAME):
        message = f"A key has a name of up to {_LONGEST_NAME} characters."
        raise InvalidKeyError(message)
    if terminal_code and not is_line(terminal_code, longest=_LONGEST_CODE):
        message = f"A terminal has a code of up to {_LONGEST_CODE} characters."
        raise InvalidKeyError(message)


def _store(merchant: Merchant, code: str) -> Store | None:
    if not code:
        return None
    store = Store.objects.filter(merchant=merchant, code=code).first()
    if store is None:
        message = f"The merchant has no store {code!r}."
        raise UnknownStoreError(message, store_code=code)
    return store


def _acts(named: Iterable[str]) -> list[str]:
    """Return the acts in the order in which they are always told."""
    asked = set(named)
    known = [each.value for each in KeyAct if each in asked]
    if not known or len(known) < len(asked):
        message = f"A key is for at least one of {', '.join(KeyAct)}, and for nothing else."
        raise InvalidKeyError(message)
    return known


def _record(
    name: str, key: TerminalKey, *, at: dt.datetime, actor: Actor, reason: str = "", **details: audit.Detail
) -> None:
    """Record the act under the merchant, as all that happened to it."""
    audit.record_act(
        act=name,
        actor=actor,
        subject=audit.Subject("merchant", key.merchant_id),
        at=at,
        details={"key": str(key.id)} | details,
        reason=reason,
    )
