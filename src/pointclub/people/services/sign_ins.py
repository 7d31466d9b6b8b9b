"""Stays: each begins with a row that tells when, from where and how, and every one of them can be ended (MEM-6)."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.people.models import KnownDevice, SignIn, User
from pointclub.people.rules.browsers import name_browser
from pointclub.people.rules.signing_in import DEVICE_REMEMBERED, EndedHow, Means, digest_of, digests_of, with_mark
from pointclub.people.services.stays import hold_stay, hold_unchanged

_LONGEST_NETWORK = 43


@dataclass(frozen=True, slots=True)
class BegunSignIn:
    """A stay that has begun; `mark` is what the browser is to keep, where it is to be remembered."""

    sign_in: SignIn
    mark: str | None


@act
def begin_sign_in(
    *, user: User, means: Means, mark: str, remember: bool, network: str, user_agent: str, at: dt.datetime
) -> BegunSignIn:
    """Write down that somebody came in.

    `mark` is what the browser brought, or nothing. A browser that is known stays known; any other becomes known where
    it is to be remembered, by a mark of this person's own beside those of others who share it.

    Raises:
        AccountChangedError: the account has changed since `user` was read.
    """
    hold_unchanged(user)
    browser = name_browser(user_agent)
    known = KnownDevice.objects.filter(user=user, digest__in=digests_of(mark), forgotten_at__isnull=True)
    device = known.filter(seen_at__gt=at - DEVICE_REMEMBERED).first()
    if device is not None:
        device.seen_at, device.browser = at, browser
        device.save(update_fields=["seen_at", "browser"])
    elif remember:
        own = secrets.token_urlsafe(32)
        mark = with_mark(own, mark)
        device = KnownDevice.objects.create(
            user=user, digest=digest_of(own), browser=browser, known_since=at, seen_at=at
        )
    sign_in = SignIn.objects.create(
        user=user, device=device, means=means, network=network[:_LONGEST_NETWORK], browser=browser, signed_in_at=at
    )
    return BegunSignIn(sign_in, mark if device is not None else None)


@act
def end_sign_in(*, user: User, sign_in_id: UUID, how: EndedHow, stay: SignIn | None = None, at: dt.datetime) -> bool:
    """End one of somebody's own stays; tell whether it was still going on.

    Raises:
        StayEndedError: the stay in which it was asked for has ended.
    """
    if stay is not None:
        hold_stay(stay=stay)
    going_on = SignIn.objects.filter(user=user, id=sign_in_id, ended_at__isnull=True)
    return bool(going_on.update(ended_at=at, ended_how=how))


@act
def end_all_sign_ins(
    *,
    user: User,
    how: EndedHow,
    stay: SignIn | None = None,
    at: dt.datetime,
    actor: Actor,
    but: UUID | None = None,
    forget_devices: bool = False,
) -> int:
    """End every stay of somebody, save one; return how many. Where devices are forgotten, all are strangers again.

    Raises:
        StayEndedError: the stay in which it was asked for has ended.
    """
    if stay is not None:
        hold_stay(stay=stay)
    going_on = SignIn.objects.filter(user=user, ended_at__isnull=True)
    if but is not None:
        going_on = going_on.exclude(id=but)
    ended = going_on.update(ended_at=at, ended_how=how)
    if forget_devices:
        KnownDevice.objects.filter(user=user, forgotten_at__isnull=True).update(forgotten_at=at)
    details: dict[str, audit.Detail] = {"ended": ended, "how": str(how), "forget_devices": forget_devices}
    audit.record_act(
        act="people.end_all_sign_ins", actor=actor, subject=audit.Subject("user", user.id), at=at, details=details
    )
    return ended


@act
def forget_device(*, user: User, device_id: UUID, stay: SignIn | None = None, at: dt.datetime, actor: Actor) -> bool:
    """Make one of somebody's browsers a stranger again, and end the stays in it; tell whether it was known.

    Raises:
        StayEndedError: the stay in which it was asked for has ended.
    """
    if stay is not None:
        hold_stay(stay=stay)
    known = KnownDevice.objects.filter(user=user, id=device_id, forgotten_at__isnull=True)
    if not known.update(forgotten_at=at):
        return False
    stays = SignIn.objects.filter(user=user, device_id=device_id, ended_at__isnull=True)
    stays.update(ended_at=at, ended_how=EndedHow.ENDED_BY_OWNER)
    audit.record_act(act="people.forget_device", actor=actor, subject=audit.Subject("user", user.id), at=at)
    return True
