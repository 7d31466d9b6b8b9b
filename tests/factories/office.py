"""Made-up staff with a second factor, and ways through the office's door."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.test import Client

from pointclub.office.door import FACTOR
from pointclub.office.sessions import SessionStore
from pointclub.people import authenticator
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from tests.factories.staff import HIRED_AT, staff

PASSWORD = "kagi no kakatta heya 9"
COOKIE = "office_session"


@dataclass(frozen=True)
class Enrolled:
    """A member of staff with an authenticator app in their pocket."""

    user: User
    secret: str
    recovery_codes: tuple[str, ...]

    def code(self, *, steps_ahead: int = 1) -> str:
        """Return the code that the app shows next: the present one counted when the app was set up."""
        return authenticator.code_for(self.secret, steps_ahead=steps_ahead)


def enrolled(*roles: Role, login_id: str | None = None, at: dt.datetime = HIRED_AT) -> Enrolled:
    """Add a member of staff who has these roles, a password and a second factor."""
    user = staff(*roles, login_id=login_id, password=PASSWORD)
    return enrol(user, at=at)


def enrol(user: User, *, at: dt.datetime = HIRED_AT) -> Enrolled:
    """Give somebody a second factor."""
    secret = authenticator.draw_secret()
    codes = people.set_up_second_factor(
        user=user, secret=secret, code=authenticator.code_for(secret, steps_ahead=-1), at=at
    )
    return Enrolled(user, secret, codes)


def sign_in(client: Client, who: Enrolled, *, code: str | None = None) -> Any:
    """Go through both steps as people do; return the last answer."""
    client.post("/office/sign-in/", {"login_id": who.user.login_id, "password": PASSWORD})
    return client.post("/office/sign-in/code/", {"code": code or who.code(steps_ahead=0)})


def let_in(client: Client, user: User) -> Client:
    """Put somebody who has a second factor into the office without the steps, for tests of what lies behind."""
    if people_queries.find_second_factor(user) is None:
        enrol(user)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session[FACTOR] = people_queries.find_second_factor(user)
    session.save()
    client.cookies[COOKIE] = str(session.session_key)
    return client


def client_of(*roles: Role, login_id: str | None = None) -> Client:
    """Return a browser in which somebody with these roles is in."""
    return let_in(Client(), staff(*roles, login_id=login_id, password=PASSWORD))
