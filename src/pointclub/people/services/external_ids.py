"""Linking an external ID to the member's own, and unlinking it (REG-9)."""

from __future__ import annotations

import datetime as dt

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.people.external_ids import PROVIDER
from pointclub.people.models import User


class ExternalIdTakenError(Refusal):
    """That external ID leads to another member."""

    code = "external_id_taken"


class HasExternalIdError(Refusal):
    """An external ID is linked already; it has to be unlinked first."""

    code = "has_external_id"


class NoExternalIdError(NotFoundError):
    """No external ID is linked."""

    code = "no_external_id"


@act
def link_external_id(*, user: User, subject: str, at: dt.datetime, actor: Actor) -> None:
    """Let the external ID lead to this person; doing it again changes nothing.

    Raises:
        ExternalIdTakenError: it leads to somebody else.
        HasExternalIdError: another one leads to this person.
    """
    User.objects.select_for_update(no_key=True).get(id=user.id)
    linked = SocialAccount.objects.filter(user=user, provider=PROVIDER).first()
    if linked is not None and linked.uid == subject:
        return
    if linked is not None:
        message = "An external ID is linked already. Please unlink it before you link another."
        raise HasExternalIdError(message)
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=user, provider=PROVIDER, uid=subject, extra_data={})
    except IntegrityError as taken:
        message = "This external ID is linked to another member."
        raise ExternalIdTakenError(message) from taken
    _record("people.link_external_id", user, at=at, actor=actor)


@act
def unlink_external_id(*, user: User, at: dt.datetime, actor: Actor) -> None:
    """Let the external ID lead nowhere any more.

    Raises:
        NoExternalIdError: there is none.
    """
    deleted, _ = SocialAccount.objects.filter(user=user, provider=PROVIDER).delete()
    if not deleted:
        message = "No external ID is linked."
        raise NoExternalIdError(message)
    _record("people.unlink_external_id", user, at=at, actor=actor)


def _record(name: str, user: User, *, at: dt.datetime, actor: Actor) -> None:
    audit.record_act(act=name, actor=actor, subject=audit.Subject("user", user.id), at=at)
