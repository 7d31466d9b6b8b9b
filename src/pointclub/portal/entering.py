"""The way in: a password, and in a browser that nobody knows a second step. Who is between them has opened nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from pointclub.membership import queries as membership
from pointclub.membership import services as membership_services
from pointclub.people import queries as people
from pointclub.people import services as people_services
from pointclub.people.models import User
from pointclub.people.passwords import password_policy, place_to_hash
from pointclub.people.rules.networks import network_of as network_in
from pointclub.people.rules.passwords import Policy
from pointclub.people.rules.signing_in import DEVICE_REMEMBERED, Means, SecondStep, is_fresh, second_step
from pointclub.portal import held, refusals
from pointclub.portal.schemes import set_scheme

HALF_IN = dt.timedelta(minutes=15)
DEVICE_COOKIE = "__Host-device" if settings.SESSION_COOKIE_SECURE else "pointclub_device"
SIGN_IN = "sign_in"
_HALF = "half_in"
_PROVED_AT = "proved_at"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class HalfIn:
    """Somebody whose password was right, what is asked for next, and where they wanted to go."""

    user: User
    step: SecondStep
    way_on: str
    by_external_id: bool
    began_at: dt.datetime


def try_password(request: HttpRequest, *, login_id: str, password: str, at: dt.datetime) -> User | None:
    """Return who it is, or nobody: unknown, wrong, staff and family members are one answer.

    Raises:
        TooManyAttemptsError: it was tried too often; the password was not looked at.
        HashesBusyError: too many passwords are being looked at; this one was not, and no try was counted.
    """
    with place_to_hash():
        attempt = begin_attempt(request, "member", login_id, at=at)
        user = authenticate(request, username=login_id, password=password)
    if user is None or user.stolen_at is not None or not membership.may_sign_in(user):
        return None
    people_services.note_success(attempt=attempt, at=at)
    return user


def try_proof(request: HttpRequest, user: User, *, password: str, at: dt.datetime) -> bool:
    """Tell whether it is the password of whoever is in, and if so note that it was shown.

    Raises:
        TooManyAttemptsError, HashesBusyError: as when coming in.
    """
    with place_to_hash():
        attempt = begin_attempt(request, "proof", user.login_id, at=at)
        is_right = user.check_password(password)
    if is_right:
        people_services.note_success(attempt=attempt, at=at)
        note_proof(request, at=at)
    return is_right


def step_after_password(request: HttpRequest, user: User, *, at: dt.datetime) -> SecondStep:
    """Return what this browser has to show beside the password (REG-8)."""
    return second_step(
        is_known_device=known_device(request, user.login_id, at=at) is not None,
        has_app=people.find_second_factor(user) is not None,
        password_is_enough=password_policy() is Policy.STRICT,
    )


def begin_half(
    request: HttpRequest,
    user: User,
    step: SecondStep,
    *,
    way_on: str,
    at: dt.datetime,
    by_external_id: bool = False,
) -> None:
    """Keep who they say they are, under a new key, until the second step; a new password meanwhile ends it."""
    with held.outliving(request):
        request.session.flush()
    request.session[_HALF] = {
        "user": str(user.pk),
        "password": user.get_session_auth_hash(),
        "step": step,
        "at": at.isoformat(),
        "way_on": way_on,
        "by_external_id": by_external_id,
    }


def find_half(request: HttpRequest, *, at: dt.datetime) -> HalfIn | None:
    """Return who is half in; after a quarter of an hour the password is asked for again."""
    kept = request.session.get(_HALF)
    if kept is None:
        return None
    began_at = dt.datetime.fromisoformat(kept["at"])
    if at - began_at > HALF_IN:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True, stolen_at__isnull=True).first()
    if user is None or not constant_time_compare(kept["password"], user.get_session_auth_hash()):
        return None
    return HalfIn(user, SecondStep(kept["step"]), kept["way_on"], kept["by_external_id"], began_at)


def try_code(request: HttpRequest, half: HalfIn, *, code: str, at: dt.datetime) -> Means:
    """Take the code that this half asks for, and return by what means it came.

    Raises:
        WrongCodeError, UsedCodeError: it does not count.
        TooManyAttemptsError: it was tried too often; the code was not looked at.
    """
    attempt = begin_attempt(request, "mailed", half.user.login_id, at=at)
    if half.step is SecondStep.MAILED_CODE:
        people_services.take_mailed_code(user=half.user, code=code, at=at)
        means = Means.MAILED_CODE
    else:
        shown = people_services.show_second_factor(user=half.user, code=code, at=at)
        means = Means.APP_CODE if shown is people_services.Means.APP else Means.RECOVERY_CODE
    people_services.note_success(attempt=attempt, at=at)
    return means


def let_in(
    request: HttpRequest,
    response: HttpResponse,
    user: User,
    *,
    means: Means,
    remember: bool,
    proved_at: dt.datetime | None,
    at: dt.datetime,
) -> HttpResponse:
    """Begin the stay under a new key, write it down, and give the browser its mark where it is to be remembered.

    ``proved_at`` is when password or passkey was shown: whoever came by an external ID has shown neither, and is asked
    for one before what matters. Where the account changed since it was proved, nobody comes in.
    """
    request.session.pop(_HALF, None)
    try:
        came_in = membership_services.come_in(
            user=user,
            means=means,
            mark=request.COOKIES.get(DEVICE_COOKIE, ""),
            remember=remember,
            network=network_of(request),
            user_agent=request.headers.get("user-agent", ""),
            at=at,
        )
    except people_services.AccountChangedError as refusal:
        messages.error(request, refusals.tell(refusal))
        return redirect("portal:sign_in")
    login(request, user, backend=_BACKEND)
    request.session[SIGN_IN] = str(came_in.sign_in.id)
    if proved_at is not None:
        note_proof(request, at=proved_at)
    set_scheme(response, User.Scheme(user.scheme))
    if came_in.mark is not None:
        response.set_cookie(
            DEVICE_COOKIE,
            came_in.mark,
            max_age=DEVICE_REMEMBERED,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def note_proof(request: HttpRequest, *, at: dt.datetime) -> None:
    """Note that password or passkey was just shown."""
    request.session[_PROVED_AT] = at.isoformat()


def last_proof(request: HttpRequest) -> dt.datetime | None:
    """Return when password or passkey was shown last in this stay."""
    kept = request.session.get(_PROVED_AT)
    return None if kept is None else dt.datetime.fromisoformat(kept)


def has_fresh_proof(request: HttpRequest, *, at: dt.datetime) -> bool:
    """Tell whether password or passkey was shown within the last five minutes (REG-8)."""
    return is_fresh(last_proof(request), at=at)


def begin_attempt(request: HttpRequest, step: str, login_id: str, *, at: dt.datetime) -> UUID:
    """Note a try before it is looked at."""
    device = known_device(request, login_id, at=at)
    return people_services.begin_attempt(
        step=step, login_id=login_id, network=network_of(request), device=str(device or ""), at=at
    )


def begin_recovery(request: HttpRequest, mail: str, *, at: dt.datetime) -> UUID:
    """Note that somebody asks for a way back; a browser that is known to an owner of the address has its own count."""
    device = people.find_known_device_of_mail(mail=mail, mark=request.COOKIES.get(DEVICE_COOKIE, ""), at=at)
    return people_services.begin_attempt(
        step="recovery", login_id=mail, network=network_of(request), device=str(device or ""), at=at
    )


def begin_choice(request: HttpRequest, user: User, *, at: dt.datetime) -> UUID:
    """Note that somebody who is known chooses another login ID: which ones are taken is told only so often."""
    return people_services.begin_attempt(
        step="own_id", login_id=str(user.pk), network=network_of(request), device="", at=at
    )


def begin_pair(request: HttpRequest, old_number: str, *, at: dt.datetime) -> UUID:
    """Note that an old member's password is tried: whoever is in has a count of their own, apart from strangers'."""
    user = request.user
    step, counted = ("own_pair", str(user.pk)) if user.is_authenticated else ("old_pair", old_number)
    return people_services.begin_attempt(step=step, login_id=counted, network=network_of(request), device="", at=at)


def begin_leaving(request: HttpRequest, *, at: dt.datetime) -> UUID:
    """Note that somebody sets out for the provider of external IDs; who they are is not known yet."""
    network = network_of(request)
    return people_services.begin_attempt(step="external", login_id=network, network=network, device="", at=at)


def known_device(request: HttpRequest, login_id: str, *, at: dt.datetime) -> UUID | None:
    """Return the browser's number where this account's owner is known in it."""
    return people.find_known_device(login_id=login_id, mark=request.COOKIES.get(DEVICE_COOKIE, ""), at=at)


def network_of(request: HttpRequest) -> str:
    """Return where the request comes from."""
    return network_in(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("x-forwarded-for", ""),
        proxies=settings.ENVIRONMENT.proxies,
    )
