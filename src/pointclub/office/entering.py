"""The two steps in: a password, then a code. Who is between them is half in, which opens nothing but the second."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth import authenticate
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from uuid_utils.compat import uuid7

from pointclub.office import door
from pointclub.people import authenticator
from pointclub.people import queries as people
from pointclub.people import services as people_services
from pointclub.people.models import User
from pointclub.people.passwords import place_to_hash
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.networks import network_of as network_in

HALF_IN = dt.timedelta(minutes=10)
DEVICE_COOKIE = "office_device"
DEVICE_REMEMBERED = dt.timedelta(days=180)
DEVICE_PATH = "/office/sign-in/"
_HALF = "half_in"
_SECRET = "half_in_secret"  # noqa: S105 -- The name under which it is kept, not a secret.
_DEVICE_SALT = "pointclub.office.device"


@dataclass(frozen=True)
class HalfIn:
    """Somebody whose password was right, and where they wanted to go."""

    user: User
    way_on: str


def try_password(request: HttpRequest, *, login_id: str, password: str, at: dt.datetime) -> User | None:
    """Return the member of staff, or nobody: unknown, wrong, left, without a role and no staff at all are one answer.

    Raises:
        TooManyAttemptsError: it was tried too often; the password was not looked at.
        HashesBusyError: too many passwords are being looked at; this one was not, and no try was counted.
    """
    with place_to_hash():
        attempt = _begin_attempt(request, "password", login_id, at=at)
        user = authenticate(request, username=login_id, password=password)
    if user is None or not people.roles_of(user):
        return None
    people_services.note_success(attempt=attempt, at=at)
    return user


def begin_half(request: HttpRequest, user: User, *, way_on: str, at: dt.datetime) -> None:
    """Keep who they say they are, under a new key, until the second step."""
    request.session.flush()
    request.session[_HALF] = {"user": str(user.pk), "at": at.isoformat(), "way_on": way_on}


def find_half(request: HttpRequest, *, at: dt.datetime) -> HalfIn | None:
    """Return who is half in; after ten minutes the password is asked for again."""
    kept = request.session.get(_HALF)
    if kept is None or at - dt.datetime.fromisoformat(kept["at"]) > HALF_IN:
        return None
    user = User.objects.filter(pk=kept["user"]).first()
    if user is None or not people.roles_of(user):
        return None
    return HalfIn(user, kept["way_on"])


def pending_secret(request: HttpRequest) -> str:
    """Return the secret that is being set up, the same until it is done."""
    secret = authenticator.unseal_secret(request.session.get(_SECRET))
    if secret is None:
        secret = authenticator.draw_secret()
        request.session[_SECRET] = authenticator.seal_secret(secret)
    return secret


def set_up(request: HttpRequest, half: HalfIn, *, code: str, at: dt.datetime) -> tuple[str, ...]:
    """Make the pending secret the second factor, let its owner in, and return the recovery codes.

    Raises:
        WrongCodeError: the app shows another code.
        TooManyAttemptsError: it was tried too often.
    """
    attempt = _begin_attempt(request, "code", half.user.login_id, at=at)
    codes = people_services.set_up_second_factor(user=half.user, secret=pending_secret(request), code=code, at=at)
    people_services.note_success(attempt=attempt, at=at)
    _let_in(request, half)
    return codes


def try_code(request: HttpRequest, half: HalfIn, *, code: str, at: dt.datetime) -> people_services.Means:
    """Let in who has the second factor, and return what it was.

    Raises:
        WrongCodeError, UsedCodeError: it does not count.
        TooManyAttemptsError: it was tried too often; the code was not looked at.
    """
    attempt = _begin_attempt(request, "code", half.user.login_id, at=at)
    means = people_services.show_second_factor(user=half.user, code=code, at=at)
    people_services.note_success(attempt=attempt, at=at)
    _let_in(request, half)
    return means


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Give the browser a mark, so that a stranger's wrong tries elsewhere do not keep its owner out."""
    device = _device_of(request, user.login_id) or str(uuid7())
    mark = signing.dumps(
        {"account": blind_index(user.login_id, of=_DEVICE_SALT).hex(), "device": device}, salt=_DEVICE_SALT
    )
    response.set_cookie(
        DEVICE_COOKIE,
        mark,
        max_age=DEVICE_REMEMBERED,
        path=DEVICE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def network_of(request: HttpRequest) -> str:
    """Return where the request comes from."""
    return network_in(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("x-forwarded-for", ""),
        proxies=settings.ENVIRONMENT.proxies,
    )


def _let_in(request: HttpRequest, half: HalfIn) -> None:
    request.session.pop(_HALF, None)
    request.session.pop(_SECRET, None)
    door.let_in(request, half.user)


def _begin_attempt(request: HttpRequest, step: str, login_id: str, *, at: dt.datetime) -> UUID:
    return people_services.begin_attempt(
        step=step, login_id=login_id, network=network_of(request), device=_device_of(request, login_id), at=at
    )


def _device_of(request: HttpRequest, login_id: str) -> str:
    """Return the browser's mark where it is one of this account; anything else is none."""
    try:
        mark = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=_DEVICE_SALT, max_age=DEVICE_REMEMBERED)
    except signing.BadSignature:
        return ""
    return str(mark["device"]) if mark["account"] == blind_index(login_id, of=_DEVICE_SALT).hex() else ""
