"""Adding, showing and removing passkeys."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.foundation.texts import is_line
from pointclub.people import passkeys
from pointclub.people.models import User

MOST_PASSKEYS = 20
LONGEST_NAME = 40


class UnknownPasskeyError(NotFoundError):
    """The person has no such passkey."""

    code = "unknown_passkey"


class TooManyPasskeysError(Refusal):
    """Twenty passkeys are as many as anybody keeps."""

    code = "too_many_passkeys"


@act
def add_passkey(
    *, user: User, name: str, answer: str, state: passkeys.State, place: passkeys.Place, at: dt.datetime, actor: Actor
) -> int:
    """Keep the passkey that the browser made, and return its number.

    Raises:
        PasskeyRefusedError: the answer is not to what was asked.
        TooManyPasskeysError: there are twenty already.
    """
    credential = passkeys.read_added(answer, state, place=place)
    User.objects.select_for_update(no_key=True).get(id=user.id)
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count() >= MOST_PASSKEYS:
        message = f"You have {MOST_PASSKEYS} passkeys already. Please remove one before you add another."
        raise TooManyPasskeysError(message)
    data = {"name": name if is_line(name, longest=LONGEST_NAME) else "", "credential": credential}
    passkey = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data, created_at=at)
    _record("people.add_passkey", user, at=at, actor=actor, passkey=passkey.id)
    return int(passkey.id)


@act
def show_passkey(*, answer: str, state: passkeys.State, place: passkeys.Place, at: dt.datetime) -> User:
    """Return whose passkey was shown.

    Raises:
        PasskeyRefusedError: it proves nothing, or its owner may not sign in any more.
    """
    passkey = passkeys.read_shown(answer, state, place=place)
    user = User.objects.get(id=passkey.user_id)
    if not user.is_active:
        message = "This login ID is no longer in use."
        raise passkeys.PasskeyRefusedError(message)
    Authenticator.objects.filter(id=passkey.id).update(last_used_at=at)
    return user


@act
def remove_passkey(*, user: User, number: int, at: dt.datetime, actor: Actor) -> None:
    """Forget a passkey; the device that holds it opens nothing here any more.

    Raises:
        UnknownPasskeyError: the person has none of that number.
    """
    deleted, _ = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN, id=number).delete()
    if not deleted:
        message = "There is no such passkey."
        raise UnknownPasskeyError(message)
    _record("people.remove_passkey", user, at=at, actor=actor, passkey=number)


def _record(name: str, user: User, *, at: dt.datetime, actor: Actor, passkey: int) -> None:
    subject = audit.Subject("user", user.id)
    audit.record_act(act=name, actor=actor, subject=subject, at=at, details={"passkey": passkey})
