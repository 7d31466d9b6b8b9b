"""Agreeing to advertising, stopping or holding it, choosing reminders; each with how it was said (NTC-3, EXP-6)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.notices.models import Wish
from pointclub.notices.queries.wishes import advertising_choice_of, is_advertising_held, wants_reminders
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person, SignIn

_ALL = Wish.Matter.ADVERTISING.value
_HOW = re.compile(r"[a-z][a-z_]{0,31}")


@act
def agree_to_advertising(
    *, person_id: UUID, kinds: Collection[ContactAddress.Kind], how: str, at: dt.datetime, actor: Actor
) -> None:
    """Keep that the person wants advertising to those addresses from now on; ``how`` is a code: registration."""
    _lock(person_id)
    new = sorted(set(kinds) - advertising_choice_of(person_id))
    _keep("notices.agree_to_advertising", person_id, new, is_wanted=True, how=how, at=at, actor=actor)


@act
def stop_advertising(
    *, person_id: UUID, kinds: Collection[ContactAddress.Kind], how: str, at: dt.datetime, actor: Actor
) -> None:
    """Keep that the person wants no advertising to those addresses; what waits to be sent is not sent any more."""
    _lock(person_id)
    ending = sorted(set(kinds) & advertising_choice_of(person_id))
    _keep("notices.stop_advertising", person_id, ending, is_wanted=False, how=how, at=at, actor=actor)


@act
def hold_advertising(*, person_id: UUID, how: str, at: dt.datetime, actor: Actor) -> None:
    """Send the person no advertising, whatever they choose, until it is released; ``how`` is a code: screening."""
    _lock(person_id)
    news = [] if is_advertising_held(person_id) else [_ALL]
    _keep("notices.hold_advertising", person_id, news, is_wanted=False, how=how, at=at, actor=actor)


@act
def release_advertising(*, person_id: UUID, how: str, at: dt.datetime, actor: Actor) -> None:
    """Let what the person chose count from now on, where it was held."""
    _lock(person_id)
    news = [_ALL] if is_advertising_held(person_id) else []
    _keep("notices.release_advertising", person_id, news, is_wanted=True, how=how, at=at, actor=actor)


@act
def choose_reminders(
    *, person_id: UUID, wanted: bool, stay: SignIn | None = None, at: dt.datetime, actor: Actor
) -> None:
    """Keep whether the person is told of points before they lapse.

    Raises:
        StayEndedError: the stay in which it was asked for has ended.
    """
    if stay is not None:
        people.hold_stay(stay=stay)
    _lock(person_id)
    matters = [Wish.Matter.REMINDERS.value] if wanted != wants_reminders(person_id) else []
    _keep("notices.choose_reminders", person_id, matters, is_wanted=wanted, how="settings", at=at, actor=actor)


def _lock(person_id: UUID) -> None:
    """Let what one person says at once be said one after the other."""
    Person.objects.select_for_update(no_key=True).get(id=person_id)


def _keep(
    name: str,
    person_id: UUID,
    matters: Collection[str],
    *,
    is_wanted: bool,
    how: str,
    at: dt.datetime,
    actor: Actor,
) -> None:
    if not _HOW.fullmatch(how):
        message = "How it was said is a code such as registration."
        raise ValueError(message)
    if not matters:
        return
    Wish.objects.bulk_create(
        Wish(person_id=person_id, matter=matter, is_wanted=is_wanted, how=how, said_by=str(actor), said_at=at)
        for matter in matters
    )
    audit.record_act(
        act=name,
        actor=actor,
        subject=audit.Subject("person", person_id),
        at=at,
        details={"matters": [str(matter) for matter in matters], "wanted": is_wanted, "how": how},
    )
