"""Links to a new password: drawn, opened, used once (REG-7). Who sends them is another matter."""

from __future__ import annotations

import datetime as dt
import secrets

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor, member
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.people.models import Person, RecoveryLink, User
from pointclub.people.rules.signing_in import LINK_LIVES, digest_of
from pointclub.people.services.open_links import end_open_links, find_open_link
from pointclub.people.services.persons import change_login_id, change_password
from pointclub.people.services.stays import lock_user


class DeadLinkError(Refusal):
    """The link is unknown, its half hour is over, it was used, or something that came later took its place."""

    code = "dead_link"


class LoginIdNeededError(Refusal):
    """A theft was reported: the login ID has to be another one as well."""

    code = "login_id_needed"


@act
def draw_recovery_link(*, user: User, at: dt.datetime) -> str:
    """Return the secret of a new link; the ones before it lead nowhere."""
    secret = secrets.token_urlsafe(32)
    lock_user(user.id)
    end_open_links(user.person_id, at=at)
    RecoveryLink.objects.create(user=user, digest=digest_of(secret), made_at=at, expires_at=at + LINK_LIVES)
    return secret


@act
def renew_credentials(*, secret: str, password: str, login_id: str, at: dt.datetime) -> User:
    """Take a new password, and another login ID where a theft was reported, from whoever holds the link; once.

    Raises:
        DeadLinkError: the link leads nowhere any more; nothing was changed, as in all of these.
        LoginIdNeededError: the old login ID was to stay although it was stolen.
        UnfitPasswordError, LoginIdTakenError, InvalidLoginIdError: they cannot be used.
    """
    link = find_open_link(secret, at=at)
    if link is None:
        raise _dead()
    user = lock_user(link.user_id)
    if find_open_link(secret, at=at) is None:
        raise _dead()
    actor = member(str(user.id))
    if user.stolen_at is not None:
        if not login_id or login_id.casefold() == user.login_id:
            message = "After a theft, the login ID has to be another one as well."
            raise LoginIdNeededError(message)
        change_login_id(user=user, login_id=login_id, at=at, actor=actor)
    change_password(user=user, password=password, at=at, actor=actor)
    user.stolen_at = None
    user.save(update_fields=["stolen_at"])
    return user


@act
def note_theft(*, user: User, at: dt.datetime, actor: Actor) -> None:
    """Let the password open nothing any more, and ask for a new login ID with the next one."""
    lock_user(user.id)
    Person.objects.select_for_update(no_key=True).get(id=user.person_id)
    end_open_links(user.person_id, at=at)
    user.set_unusable_password()
    user.stolen_at = at
    user.save(update_fields=["password", "stolen_at"])
    audit.record_act(act="people.note_theft", actor=actor, subject=audit.Subject("user", user.id), at=at)


@act
def drop_authenticators(*, user: User, at: dt.datetime, actor: Actor) -> None:
    """Forget every passkey, the app, its recovery codes and an external ID: a thief may have added their own."""
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    audit.record_act(act="people.drop_authenticators", actor=actor, subject=audit.Subject("user", user.id), at=at)


def _dead() -> DeadLinkError:
    return DeadLinkError("This link was used, has expired, or was replaced by a later one. Please ask for another.")
