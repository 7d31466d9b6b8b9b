"""Who is in, from where, and which browsers are known."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.people.models import ContactAddress, KnownDevice, RecoveryLink, SignIn, SignInAlarm, User
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.signing_in import DEVICE_REMEMBERED, digest_of, digests_of


def find_sign_in(sign_in_id: str | None, *, user: User) -> SignIn | None:
    """Return the stay, where it is this person's and goes on."""
    if not sign_in_id:
        return None
    stay = SignIn.objects.filter(id=UUID(sign_in_id), user=user, ended_at__isnull=True).first()
    if stay is not None:
        stay.user = user
    return stay


def find_known_device(*, login_id: str, mark: str, at: dt.datetime) -> UUID | None:
    """Return the browser's number where the account's owner came in with it within the last half year."""
    if not mark:
        return None
    known = KnownDevice.objects.filter(
        user__login_id=login_id,
        digest__in=digests_of(mark),
        forgotten_at__isnull=True,
        seen_at__gt=at - DEVICE_REMEMBERED,
    )
    return known.values_list("id", flat=True).first()


def find_known_device_of_mail(*, mail: str, mark: str, at: dt.datetime) -> UUID | None:
    """Return the browser's number where somebody who is known in it has that e-mail address.

    Asked of those whose marks the browser brought: of anybody else's address it tells nothing, nor takes longer.
    """
    if not mark:
        return None
    known = KnownDevice.objects.filter(
        digest__in=digests_of(mark), forgotten_at__isnull=True, seen_at__gt=at - DEVICE_REMEMBERED
    )
    owners = ContactAddress.objects.filter(
        person__user__in=known.values("user"),
        value_index=blind_index(mail, of=ContactAddress.index_of),
        replaced_at__isnull=True,
        verified_at__isnull=False,
    )
    return known.filter(user__person__in=owners.values("person")).values_list("id", flat=True).first()


def list_sign_ins(user: User, *, most: int) -> list[SignIn]:
    """Return somebody's stays, the latest first."""
    return list(SignIn.objects.filter(user=user).order_by("-signed_in_at", "-id")[:most])


def list_known_devices(user: User, *, at: dt.datetime) -> list[KnownDevice]:
    """Return the browsers in which somebody is known, the one used last first."""
    known = KnownDevice.objects.filter(user=user, forgotten_at__isnull=True, seen_at__gt=at - DEVICE_REMEMBERED)
    return list(known.order_by("-seen_at", "-id"))


def find_latest_alarm(*, since: dt.datetime) -> SignInAlarm | None:
    """Return the latest alarm about stolen passwords, if one was raised since then."""
    return SignInAlarm.objects.filter(raised_at__gte=since).order_by("-raised_at").first()


def find_owner_of_link(secret: str, *, at: dt.datetime) -> User | None:
    """Return whose password a mailed link renews, while it leads somewhere."""
    link = RecoveryLink.objects.filter(digest=digest_of(secret), used_at__isnull=True, expires_at__gt=at)
    found = link.select_related("user").first()
    return None if found is None else found.user
