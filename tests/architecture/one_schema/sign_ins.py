"""Somebody comes in by every way there is, changes what opens the door, loses it, and gets it back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.notices.models import Notice
from pointclub.notices.rules.kinds import Kind
from pointclub.people import authenticator, passkeys
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, SignIn, User
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.signing_in import EndedHow, Means
from tests.harness.soft_passkey import SoftPasskey

PLACE = passkeys.Place(host="localhost", name="club", origin="http://localhost:8000")


def come_in_by_every_way(user: User, *, word: str, password: str, at: dt.datetime) -> None:
    """Go through all that `people` and `membership` offer to who signs in; `word` stands in what is free to choose."""
    actor = membership.as_actor(user)
    mail = f"{word}.in@example.com"
    people.record_personal_data(person=user.person, values={PersonalField.FIRST_MAIL: mail}, at=at, actor=actor)
    assert membership_queries.may_sign_in(user)
    stay = _come_in(user, means=Means.PASSWORD, at=at)
    _come_in(user, means=Means.PASSWORD, at=at)
    membership.mail_sign_in_code(user=user, at=at)
    people.take_mailed_code(user=user, code=_code_of(user), at=at)
    people.forget_device(user=user, device_id=stay.device_id, at=at, actor=actor)
    people.end_sign_in(user=user, sign_in_id=stay.id, how=EndedHow.LEFT, at=at)
    stay = _come_in(user, means=Means.PASSWORD, at=at)
    _use_a_passkey(stay, word=word, at=at)
    _use_an_app(stay, at=at)
    membership.link_external_id(stay=stay, subject=word, at=at)
    assert people_queries.find_owner_of_external_id(word) == user
    assert people_queries.has_external_id(user)
    membership.unlink_external_id(stay=stay, at=at)
    membership.change_password(stay=stay, password=password, at=at)
    membership.change_login_id(stay=stay, login_id=f"{word[:5]}9a", at=at)
    user.refresh_from_db()
    membership.tell_of_change(user, "phone_changed", at=at)
    _lose_and_find(user, mail=mail, password=password, at=at)
    assert people_queries.find_sign_in(str(stay.id), user=user) is None
    assert people_queries.list_sign_ins(user, most=5)
    assert people_queries.list_known_devices(user, at=at) == []
    assert people_queries.find_latest_alarm(since=at) is None
    assert people_queries.find_known_device(login_id=user.login_id, mark=word, at=at) is None


def _come_in(user: User, *, means: Means, at: dt.datetime) -> Any:
    begun = membership.come_in(
        user=user, means=means, mark="", remember=True, network="192.0.2.7", user_agent="Firefox", at=at
    )
    return begun.sign_in


def _code_of(user: User) -> str:
    told = Notice.objects.filter(person=user.person, kind=Kind.SIGN_IN_CODE).latest("told_at")
    assert told.values is not None
    return str(told.values["code"])


def _use_a_passkey(stay: SignIn, *, word: str, at: dt.datetime) -> None:
    device = SoftPasskey(origin="http://localhost:8000")
    asked, state = passkeys.ask_to_add(stay.user, place=PLACE)
    number = membership.add_passkey(stay=stay, name=word, answer=device.add(asked), state=state, at=at, place=PLACE)
    asked, state = passkeys.ask_to_show(place=PLACE)
    assert people.show_passkey(answer=device.show(asked), state=state, at=at, place=PLACE) == stay.user
    assert [each.number for each in people_queries.list_passkeys(stay.user)] == [number]
    membership.remove_passkey(stay=stay, number=number, at=at)


def _use_an_app(stay: SignIn, *, at: dt.datetime) -> None:
    secret = authenticator.draw_secret()
    membership.set_up_app(stay=stay, secret=secret, code=authenticator.code_for(secret), at=at)
    membership.renew_recovery_codes(stay=stay, at=at)
    membership.give_up_app(stay=stay, at=at)


def _lose_and_find(user: User, *, mail: str, password: str, at: dt.datetime) -> None:
    """Forget, be reminded, be robbed, and come back by a link."""
    actor = membership.as_actor(user)
    people.set_identity_keyword(person=user.person, keyword="合言葉", at=at, actor=actor)
    ContactAddress.objects.filter(person=user.person).update(verified_at=at)
    assert membership.remind_of_login_id(mail=mail, keyword="合言葉", at=at) == 1
    assert membership.mail_password_link(mail=mail, keyword="合言葉", at=at) == 1
    membership.report_theft(user=user, at=at, actor=actor)
    secret = people.draw_recovery_link(user=user, at=at)
    assert people_queries.find_owner_of_link(secret, at=at) == user
    membership.renew_credentials(secret=secret, password=password, login_id=f"{user.login_id[:6]}7b", at=at)
