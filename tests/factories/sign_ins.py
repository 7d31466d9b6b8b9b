"""Members who are in, and browsers that are known."""

from __future__ import annotations

from django.test import Client

from pointclub.people import services as people
from pointclub.people.models import SignIn, User
from pointclub.people.rules.signing_in import Means
from pointclub.portal import entering
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


def begin(user: User, *, user_agent: str = "") -> people.BegunSignIn:
    """Write a stay down, in a browser that is known from then on."""
    return people.begin_sign_in(
        user=user, means=Means.PASSWORD, mark="", remember=True, network="192.0.2.1", user_agent=user_agent, at=NOW
    )
