"""Coming in to the portal, and what its owner is told of it.

What is done by somebody who is in asks for the stay in which it is done, and holds it: any of these acts may be under
way when a theft is reported, and is then either undone by the report or refused (`StayEndedError`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from pointclub.foundation.actors import Actor, member
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Member
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import passkeys
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import SignIn, User
from pointclub.people.passwords import password_reminders_due
from pointclub.people.rules.signing_in import CODE_LIVES, Means

_MINUTE = 60


class NoAddressError(Refusal):
    """There is no e-mail address on file to which a code could go."""

    code = "no_address"


@act
def come_in(
    *, user: User, means: Means, mark: str, remember: bool, network: str, user_agent: str, at: dt.datetime
) -> people.BegunSignIn:
    """Write the stay down; where the browser was a stranger until now, tell the owner (MEM-6).

    Raises:
        AccountChangedError: password or standing changed since `user` was read.
    """
    knew = people_queries.find_known_device(login_id=user.login_id, mark=mark, at=at)
    begun = people.begin_sign_in(
        user=user, means=means, mark=mark, remember=remember, network=network, user_agent=user_agent, at=at
    )
    if knew is None and means is not Means.REGISTRATION:
        notices.tell(
            person_id=user.person_id,
            kind=Kind.NEW_SIGN_IN,
            values={"when": at.isoformat(), "device": begun.sign_in.browser or "?"},
            once=f"sign-in:{begun.sign_in.id}",
            at=at,
            actor=as_actor(user),
        )
    _remind_of_old_password(user, at=at)
    return begun


@act
def mail_sign_in_code(*, user: User, at: dt.datetime) -> None:
    """Mail a code to the address on file, the first one where there are two.

    Raises:
        NoAddressError: there is none that takes mail.
        TooManyCodesError: five were mailed within the last hour.
    """
    address = people_queries.find_address_for_codes(user.person_id)
    if address is None:
        message = "There is no e-mail address on file to which the code could be sent. Please call us."
        raise NoAddressError(message)
    code = people.draw_mailed_code(user=user, address=address, at=at)
    notices.tell(
        person_id=user.person_id,
        kind=Kind.SIGN_IN_CODE,
        values={"code": code, "valid_minutes": int(CODE_LIVES.total_seconds()) // _MINUTE},
        once=f"sign-in-code:{user.id}:{at.isoformat()}",
        at=at,
        actor=as_actor(user),
        addresses=[address.id],
    )


@act
def add_passkey(
    *, stay: SignIn, name: str, answer: str, state: passkeys.State, place: passkeys.Place, at: dt.datetime
) -> int:
    """Keep a passkey, and tell its owner that there is one more (MEM-6); return its number.

    Raises:
        PasskeyRefusedError: the answer is not to what was asked.
        TooManyPasskeysError: there are twenty already.
    """
    user = people.hold_stay(stay=stay)
    number = people.add_passkey(
        user=user, name=name, answer=answer, state=state, place=place, at=at, actor=as_actor(user)
    )
    tell_of_change(user, "passkey_added", at=at)
    return number


@act
def remove_passkey(*, stay: SignIn, number: int, at: dt.datetime) -> None:
    """Forget a passkey, and tell its owner.

    Raises:
        UnknownPasskeyError: the person has none of that number.
    """
    user = people.hold_stay(stay=stay)
    people.remove_passkey(user=user, number=number, at=at, actor=as_actor(user))
    tell_of_change(user, "passkey_removed", at=at)


@act
def link_external_id(*, stay: SignIn, subject: str, at: dt.datetime) -> None:
    """Let an external ID lead to this person, and tell them (REG-9).

    Raises:
        ExternalIdTakenError, HasExternalIdError: it leads to somebody else, or another one leads here.
    """
    user = people.hold_stay(stay=stay)
    people.link_external_id(user=user, subject=subject, at=at, actor=as_actor(user))
    tell_of_change(user, "external_id_linked", at=at)


@act
def unlink_external_id(*, stay: SignIn, at: dt.datetime) -> None:
    """Let the external ID lead nowhere any more, and tell its owner.

    Raises:
        NoExternalIdError: there is none.
    """
    user = people.hold_stay(stay=stay)
    people.unlink_external_id(user=user, at=at, actor=as_actor(user))
    tell_of_change(user, "external_id_unlinked", at=at)


@act
def set_up_app(*, stay: SignIn, secret: str, code: str, at: dt.datetime) -> tuple[str, ...]:
    """Take an authenticator app as the second step, tell the owner, and return recovery codes.

    Raises:
        WrongCodeError: the code does not fit the secret.
        HasSecondFactorError: there is one.
    """
    user = people.hold_stay(stay=stay)
    codes = people.set_up_second_factor(user=user, secret=secret, code=code, at=at)
    tell_of_change(user, "totp_on", at=at)
    return codes


@act
def give_up_app(*, stay: SignIn, at: dt.datetime) -> None:
    """Do without the authenticator app again, and tell the owner.

    Raises:
        NoSecondFactorError: there is none.
    """
    user = people.hold_stay(stay=stay)
    people.give_up_second_factor(user=user, at=at)
    tell_of_change(user, "totp_off", at=at)


@act
def renew_recovery_codes(*, stay: SignIn, at: dt.datetime) -> tuple[str, ...]:
    """Return new recovery codes in place of the old ones, and tell the owner.

    Raises:
        NoSecondFactorError: there is no app that they could stand in for.
    """
    user = people.hold_stay(stay=stay)
    codes = people.renew_recovery_codes(user=user, at=at)
    tell_of_change(user, "recovery_codes_made", at=at)
    return codes


def _remind_of_old_password(user: User, *, at: dt.datetime) -> None:
    """Tell whoever comes in that the password has been the same for a period, once in each (MEM-6)."""
    due = password_reminders_due(user, at=at)
    if due:
        since = user.password_changed_at or user.registered_at
        notices.tell(
            person_id=user.person_id,
            kind=Kind.PASSWORD_OLD,
            values={},
            once=f"password-old:{user.id}:{since.isoformat()}:{due}",
            at=at,
            actor=as_actor(user),
        )


def tell_of_change(
    user: User, what: str, *, at: dt.datetime, actor: Actor | None = None, addresses: Collection[UUID] | None = None
) -> None:
    """Tell somebody that a thing changed on which the safety of their points hangs; who did it gets it all the same."""
    notices.tell(
        person_id=user.person_id,
        kind=Kind.SECURITY_CHANGE,
        values={"what": what, "when": at.isoformat()},
        once=f"{what}:{user.id}:{at.isoformat()}",
        at=at,
        actor=actor or as_actor(user),
        addresses=addresses,
    )


def as_actor(user: User) -> Actor:
    """Return who acts: by the member number, or by the sign-in's own id where there is no membership yet.

    Login IDs are of people's own choosing, and what people type has no place in the audit log.
    """
    number = (
        Member.objects.filter(person_id=user.person_id, role=Member.Role.PRIMARY)
        .order_by("-joined_at")
        .values_list("number", flat=True)
        .first()
    )
    return member(number or str(user.id))
