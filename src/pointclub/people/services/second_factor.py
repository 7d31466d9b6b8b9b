"""Setting up a second factor, showing it at a sign-in, and forgetting it."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.people import authenticator
from pointclub.people import queries as people
from pointclub.people.models import User
from pointclub.people.rules.permissions import Permission, Role

_LAST_COUNTER = "last_counter"


class WrongCodeError(Refusal):
    """The code is not one that counts now."""

    code = "wrong_code"


class UsedCodeError(Refusal):
    """The code was used before; each counts once."""

    code = "used_code"


class NoSecondFactorError(Refusal):
    """The person has no second factor."""

    code = "no_second_factor"


class HasSecondFactorError(Refusal):
    """The person has a second factor; it has to be reset first."""

    code = "has_second_factor"


class OwnSecondFactorError(Refusal):
    """An administrator asked for it of themselves."""

    code = "own_second_factor"


class Means(enum.StrEnum):
    """What a code came from."""

    APP = "app"
    RECOVERY = "recovery"


@act
def set_up_second_factor(*, user: User, secret: str, code: str, at: dt.datetime) -> tuple[str, ...]:
    """Take the secret as the person's second factor once a code proves that the app has it; return recovery codes.

    Raises:
        WrongCodeError: the code does not fit the secret.
        HasSecondFactorError: there is one.
    """
    counter = authenticator.counter_of(secret, code)
    if counter is None:
        message = "This code does not fit. Check the time of the device, and enter the code that the app shows now."
        raise WrongCodeError(message)
    try:
        with transaction.atomic():
            factor = TOTP.activate(user, secret).instance
    except IntegrityError as taken:
        message = "There is a second factor already; it has to be reset before another one is set up."
        raise HasSecondFactorError(message) from taken
    _remember(factor, counter)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    _record("people.set_up_second_factor", user, at=at, actor=_owner(user))
    return tuple(RecoveryCodes.activate(user).generate_codes())


@act
def show_second_factor(*, user: User, code: str, at: dt.datetime) -> Means:
    """Take a code of the app or a recovery code, each of which counts once: the last step of a sign-in.

    Raises:
        WrongCodeError: it is neither.
        UsedCodeError: it is the app's, and it or a later one was used before.
        NoSecondFactorError: there is nothing to hold it against.
    """
    means = _means_of(user, code)
    _record("people.show_second_factor", user, at=at, actor=_owner(user), means=str(means))
    return means


@act
def renew_recovery_codes(*, user: User, at: dt.datetime) -> tuple[str, ...]:
    """Return new recovery codes; the ones before count no longer.

    Raises:
        NoSecondFactorError: there is no app that they could stand in for.
    """
    if people.find_second_factor(user) is None:
        message = "No second factor has been set up."
        raise NoSecondFactorError(message)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    _record("people.renew_recovery_codes", user, at=at, actor=_owner(user))
    return tuple(RecoveryCodes.activate(user).generate_codes())


@act
def give_up_second_factor(*, user: User, at: dt.datetime) -> None:
    """Let a member do without the authenticator app again; staff cannot (`reset_second_factor`).

    Raises:
        NoSecondFactorError: there is nothing to give up, or the person is staff, who need one.
    """
    of_user = Authenticator.objects.filter(
        user=user, user__is_staff=False, type__in=(Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    )
    deleted, _ = of_user.delete()
    if not deleted:
        message = "There is no second factor to give up."
        raise NoSecondFactorError(message)
    _record("people.give_up_second_factor", user, at=at, actor=_owner(user))


@act
def reset_second_factor(*, login_id: str, at: dt.datetime, actor: actors.Actor) -> None:
    """Forget somebody's second factor and recovery codes: their stay ends, the next sign-in sets up new ones.

    Raises:
        UnknownStaffError: no active member of staff has that login ID.
        PermissionDeniedError: the actor is no administrator.
        OwnSecondFactorError: it is the actor's own, and there is another administrator to ask.
        NoSecondFactorError: there is nothing to forget.
    """
    people.require(actor.id, Permission.MANAGE_STAFF)
    user = people.get_staff(login_id)
    if user.login_id == actor.id and people.count_staff_with(Role.ADMINISTRATOR) > 1:
        message = "Nobody resets their own second factor; another administrator does."
        raise OwnSecondFactorError(message)
    deleted, _ = Authenticator.objects.filter(user=user).delete()
    if not deleted:
        message = f"{user.login_id} has no second factor."
        raise NoSecondFactorError(message, login_id=user.login_id)
    _record("people.reset_second_factor", user, at=at, actor=actor)


def _means_of(user: User, code: str) -> Means:
    of_user = Authenticator.objects.filter(user=user)
    factor = of_user.filter(type=Authenticator.Type.TOTP).select_for_update().first()
    if factor is None:
        message = "No second factor has been set up."
        raise NoSecondFactorError(message)
    secret = authenticator.EncryptingAdapter().decrypt(factor.data["secret"])
    counter = authenticator.counter_of(secret, code)
    if counter is not None:
        if counter <= factor.data[_LAST_COUNTER]:
            message = "This code was used before. Please wait for the next one."
            raise UsedCodeError(message)
        _remember(factor, counter)
        return Means.APP
    recovery = of_user.filter(type=Authenticator.Type.RECOVERY_CODES).first()
    is_short = len(code) <= authenticator.LONGEST_CODE
    if recovery is None or not is_short or not RecoveryCodes(recovery).validate_code(code):
        message = "This code is wrong."
        raise WrongCodeError(message)
    return Means.RECOVERY


def _remember(factor: Any, counter: int) -> None:
    """Note the last code that counted, so that neither it nor an earlier one counts again, in whatever process."""
    factor.data[_LAST_COUNTER] = counter
    factor.record_usage()
    factor.save(update_fields=["data"])


def _owner(user: User) -> actors.Actor:
    return actors.staff(user.login_id) if user.is_staff else actors.member(str(user.id))


def _record(act_name: str, user: User, *, at: dt.datetime, actor: actors.Actor, **details: str) -> None:
    audit.record_act(act=act_name, actor=actor, subject=audit.Subject("user", user.id), at=at, details=details)
