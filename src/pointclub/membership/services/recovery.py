"""Forgotten or stolen: what leads back to one's own account, and to nobody else's (MEM-6, REG-7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from urllib.parse import quote

from django.conf import settings

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.membership.queries import may_sign_in
from pointclub.membership.services.signing_in import as_actor, tell_of_change
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, SignIn, User
from pointclub.people.rules.signing_in import (
    ADDRESS_COOLDOWN,
    LINK_LIVES,
    MAILS_AN_HOUR,
    MOST_SHARING_AN_ADDRESS,
    EndedHow,
)

_MINUTE = 60
_HOUR = dt.timedelta(hours=1)


class WayBack(StrEnum):
    """What leads back after a theft: a link that was mailed, or else the call centre, and why."""

    LINK = "link"
    NO_ADDRESS = "no_address"
    ADDRESS_TOO_NEW = "address_too_new"


@act
def remind_of_login_id(*, mail: str, keyword: str, at: dt.datetime) -> int:
    """Mail the login ID to whoever has that address and that keyword; return to how many, for nobody but the log.

    Nothing of the answer may show it: whether there is such an account stays a secret. `begin_attempt` counts tries.
    """

    def tell(user: User, address: ContactAddress) -> None:
        if _had_enough(user, Kind.LOGIN_ID_REMINDER, at=at):
            return
        notices.tell(
            person_id=user.person_id,
            kind=Kind.LOGIN_ID_REMINDER,
            values={"login_id": user.login_id},
            once=f"login-id:{user.id}:{at.isoformat()}",
            at=at,
            actor=as_actor(user),
            addresses=[address.id],
        )

    return _for_each_who_knows(mail, keyword, tell)


@act
def mail_password_link(*, mail: str, keyword: str, at: dt.datetime) -> int:
    """Mail a link to a new password to whoever has that address and that keyword; return to how many."""

    def tell(user: User, address: ContactAddress) -> None:
        if _had_enough(user, Kind.PASSWORD_RESET, at=at):
            return
        _send_link(user, [address], at=at, actor=as_actor(user))

    return _for_each_who_knows(mail, keyword, tell)


@act
def renew_credentials(*, secret: str, password: str, login_id: str, at: dt.datetime) -> User:
    """Take a new password from whoever opened the link, end all stays, and tell the owner.

    Raises:
        DeadLinkError: the link leads nowhere any more.
        LoginIdNeededError: a theft was reported, and the login ID is the old one.
        UnfitPasswordError, LoginIdTakenError, InvalidLoginIdError: they cannot be used.
    """
    user = people.renew_credentials(secret=secret, password=password, login_id=login_id, at=at)
    people.end_all_sign_ins(user=user, how=EndedHow.PASSWORD_CHANGED, at=at, actor=as_actor(user))
    tell_of_change(user, "password_changed", at=at)
    return user


@act
def report_theft(*, user: User, at: dt.datetime, actor: Actor) -> WayBack:
    """End every stay, make every browser a stranger, drop the password and all that stands in for it (MEM-6).

    What leads back is a link to the address on file, which asks for a new login ID and a new password. Return
    whether it was sent: to an address of the last 72 hours, which may be the thief's, nothing is. Then the call centre
    helps.
    """
    people.note_theft(user=user, at=at, actor=actor)
    people.end_all_sign_ins(user=user, how=EndedHow.THEFT, at=at, actor=actor, forget_devices=True)
    people.drop_authenticators(user=user, at=at, actor=actor)
    for place in (ContactAddress.Kind.FIRST, ContactAddress.Kind.SECOND):
        people.withdraw_address_change(person=user.person, place=place, at=at, actor=actor)
    tell_of_change(user, "theft_reported", at=at, actor=actor)
    address = people_queries.find_address_for_codes(user.person_id)
    changed_at = people_queries.mail_changed_at(user.person_id)
    if address is None:
        return WayBack.NO_ADDRESS
    if changed_at is not None and at < changed_at + ADDRESS_COOLDOWN:
        return WayBack.ADDRESS_TOO_NEW
    _send_link(user, [address], at=at, actor=actor)
    return WayBack.LINK


@act
def change_password(*, stay: SignIn, password: str, at: dt.datetime) -> None:
    """Give the member another password, end all stays but the one it was typed in, and tell the owner.

    Raises:
        UnfitPasswordError: a member may not have that password.
        StayEndedError: the stay has ended meanwhile.
    """
    user = people.hold_stay(stay=stay)
    people.change_password(user=user, password=password, at=at, actor=as_actor(user))
    people.end_all_sign_ins(user=user, how=EndedHow.PASSWORD_CHANGED, at=at, actor=as_actor(user), but=stay.id)
    tell_of_change(user, "password_changed", at=at)


@act
def change_login_id(*, stay: SignIn, login_id: str, at: dt.datetime) -> None:
    """Give the member another login ID, and tell the owner.

    Raises:
        LoginIdTakenError: somebody has it.
        InvalidLoginIdError: it is none.
        StayEndedError: the stay has ended meanwhile.
    """
    user = people.hold_stay(stay=stay)
    people.change_login_id(user=user, login_id=login_id, at=at, actor=as_actor(user))
    tell_of_change(user, "login_id_changed", at=at)


def _for_each_who_knows(mail: str, keyword: str, tell: Callable[[User, ContactAddress], None]) -> int:
    """Do it for each who has the address and knows the keyword; as many hashes are worked out for nobody at all."""
    found = people_queries.find_users_by_mail(mail, most=MOST_SHARING_AN_ADDRESS)
    told = 0
    for user, address in found:
        if people_queries.matches_identity_keyword(user.person_id, keyword) and may_sign_in(user):
            tell(user, address)
            told += 1
    for _nobody in range(MOST_SHARING_AN_ADDRESS - len(found)):
        people_queries.matches_identity_keyword(None, keyword)
    return told


def _had_enough(user: User, kind: Kind, *, at: dt.datetime) -> bool:
    """Tell whether so many of these mails went to the person of late that no further one does."""
    return notices_queries.count_told(user.person_id, kind, since=at - _HOUR) >= MAILS_AN_HOUR


def _send_link(user: User, addresses: list[ContactAddress], *, at: dt.datetime, actor: Actor) -> None:
    secret = people.draw_recovery_link(user=user, at=at)
    language = "" if user.language == User.Language.JAPANESE else f"/{user.language}"
    notices.tell(
        person_id=user.person_id,
        kind=Kind.PASSWORD_RESET,
        values={
            "link": f"{settings.ENVIRONMENT.public_url}{language}/recover/{quote(secret)}/",
            "valid_minutes": int(LINK_LIVES.total_seconds()) // _MINUTE,
        },
        once=f"password-link:{user.id}:{at.isoformat()}",
        at=at,
        actor=actor,
        addresses=[each.id for each in addresses],
    )
