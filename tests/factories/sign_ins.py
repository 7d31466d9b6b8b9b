"""Members who are in, and browsers that are known."""

from __future__ import annotations

import datetime as dt
import re

from django.test import Client

from pointclub.foundation import actors, clock
from pointclub.jobs import post
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, SignIn, User
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.signing_in import Means
from pointclub.portal import entering
from tests.harness.mailbox import Mailbox
from tests.portal.household import NOW


def let_in(client: Client, user: User) -> SignIn:
    """Let somebody in without asking, as a sign-in in a browser that is known would."""
    begun = begin(user)
    client.force_login(user)
    session = client.session
    session[entering.SIGN_IN] = str(begun.sign_in.id)
    session.save()
    return begun.sign_in


def know(client: Client, user: User) -> str:
    """Make the client's browser known as this person's, and return its mark."""
    mark = begin(user).mark
    assert mark is not None
    client.cookies[entering.DEVICE_COOKIE] = mark
    return mark


def begin(user: User, *, user_agent: str = "", at: dt.datetime = NOW) -> people.BegunSignIn:
    """Write a stay down, in a browser that is known from then on."""
    now = User.objects.get(id=user.id)
    return people.begin_sign_in(
        user=now, means=Means.PASSWORD, mark="", remember=True, network="192.0.2.1", user_agent=user_agent, at=at
    )


def give_address(user: User, address: str = "hanako@example.com", *, is_proved: bool = True) -> ContactAddress:
    """Give somebody a first e-mail address, proved unless it is not to be."""
    people.record_personal_data(
        person=user.person, values={PersonalField.FIRST_MAIL: address}, at=NOW, actor=actors.member(user.login_id)
    )
    if is_proved:
        ContactAddress.objects.filter(person=user.person, replaced_at__isnull=True).update(verified_at=NOW)
    return ContactAddress.objects.get(person=user.person, kind=ContactAddress.Kind.FIRST, replaced_at__isnull=True)


def mailed(mailbox: Mailbox, subject: str) -> str:
    """Send what waits, and return the text of the last mail of that subject."""
    post.send_all(read_clock=clock.now)
    texts = [mail.text for mail in mailbox.received if subject in str(mail.message["subject"])]
    assert texts, [str(mail.message["subject"]) for mail in mailbox.received]
    return texts[-1]


def code_in(mailbox: Mailbox) -> str:
    """Return the code that was mailed last."""
    found = re.search(r"^([0-9]{6})$", mailed(mailbox, "認証コード"), re.MULTILINE)
    assert found
    return found[1]


def link_in(mailbox: Mailbox) -> str:
    """Return the path of the link to a new password that was mailed last."""
    found = re.search(r"https?://[^/]+(/\S*recover/\S+)", mailed(mailbox, "パスワード"))
    assert found
    return found[1]
