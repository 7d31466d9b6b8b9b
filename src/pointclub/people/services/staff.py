"""Who works for the operator, and at which desks (STF-1). Only administrators say so, and never of themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor, system
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.people.models import StaffRole, User
from pointclub.people.models.staff import FIRST_STAFF
from pointclub.people.queries import get_staff, require, roles_of
from pointclub.people.rules.permissions import Permission, Role, clashing_role
from pointclub.people.services.persons import record_person, register_user


class StaffNeededError(Refusal):
    """Only the first member of staff is recorded by nobody."""

    code = "staff_needed"


class RoleNeededError(Refusal):
    """A member of staff has a role at least."""

    code = "role_needed"


class OwnRolesError(Refusal):
    """Nobody gives roles to themselves, takes their own, or lets themselves go."""

    code = "own_roles"


class ClashingRolesError(Refusal):
    """One person may not hold both roles."""

    code = "clashing_roles"


class RoleNotHeldError(NotFoundError):
    """They do not have that role."""

    code = "role_not_held"


@act
def add_staff(
    *,
    name: str,
    login_id: str,
    password: str | None,
    roles: Collection[Role],
    at: dt.datetime,
    actor: Actor | None,
) -> User:
    """Record a person who works for the operator, with the roles they begin with.

    The first one of an installation is recorded by nobody, and is an administrator whatever else they are.

    Raises:
        StaffNeededError: there is staff already, and no actor was named.
        PermissionDeniedError: the actor is no administrator.
        RoleNeededError: no role was named.
        ClashingRolesError: one person may not hold two of the roles.
        LoginIdTakenError: somebody has that login ID.
    """
    if actor is not None:
        require(actor.id, Permission.MANAGE_STAFF)
        if not roles:
            message = "A member of staff sits at a desk: name a role at least."
            raise RoleNeededError(message)
    elif User.objects.filter(is_staff=True).exists():
        message = "There is staff already: say with --as who you are."
        raise StaffNeededError(message)
    by = system("setup") if actor is None else actor
    person = record_person(name=name, at=at, actor=by)
    user = register_user(person=person, login_id=login_id, password=password, at=at, is_staff=True, actor=by)
    if actor is None:
        _make_first_administrator(user, at=at)
    for role in sorted(set(roles) - roles_of(user), key=list(Role).index):
        _give(user, role, at=at, given_by=f"staff:{user.login_id}" if actor is None else str(actor))
    _record("people.add_staff", user, sorted(str(role) for role in roles_of(user)), at=at, actor=by)
    return user


@act
def give_role(*, login_id: str, role: Role, at: dt.datetime, actor: Actor) -> None:
    """Give somebody a role; one that they have already stays as it is.

    Raises:
        UnknownStaffError: no active member of staff has that login ID.
        PermissionDeniedError: the actor is no administrator.
        OwnRolesError: the actor gave it to themselves.
        ClashingRolesError: one person may not hold it beside a role that they have.
    """
    user = _other_than_actor(login_id, actor)
    if role not in roles_of(user):
        _give(user, role, at=at, given_by=str(actor))
        _record("people.give_role", user, [str(role)], at=at, actor=actor)


@act
def take_role(*, login_id: str, role: Role, at: dt.datetime, actor: Actor) -> None:
    """Take a role from somebody; that they had it stays on file.

    Raises:
        UnknownStaffError: no active member of staff has that login ID.
        PermissionDeniedError: the actor is no administrator.
        OwnRolesError: the actor took it from themselves.
        RoleNotHeldError: they do not have it.
    """
    user = _other_than_actor(login_id, actor)
    if not _take(user, [role], at=at, taken_by=str(actor)):
        message = f"{user.login_id} does not have the role {role.words}."
        raise RoleNotHeldError(message)
    _record("people.take_role", user, [str(role)], at=at, actor=actor)


@act
def let_staff_go(*, login_id: str, at: dt.datetime, actor: Actor) -> None:
    """Take all roles from somebody who leaves, and their sign-in: every session of theirs ends at once.

    Raises:
        UnknownStaffError: no active member of staff has that login ID.
        PermissionDeniedError: the actor is no administrator.
        OwnRolesError: the actor is the one who leaves.
    """
    user = _other_than_actor(login_id, actor)
    held = sorted(str(role) for role in roles_of(user))
    _take(user, list(Role), at=at, taken_by=str(actor))
    # A session is bound to the password it began with: without one, none of them is recognised any more.
    user.set_unusable_password()
    user.is_active = False
    user.save(update_fields=["password", "is_active"])
    _record("people.let_staff_go", user, held, at=at, actor=actor)


def _other_than_actor(login_id: str, actor: Actor) -> User:
    """Return whom an administrator acts on, locked, so that two administrators do not unmake each other."""
    require(actor.id, Permission.MANAGE_STAFF)
    user = get_staff(login_id)
    if user.login_id == actor.id:
        message = "Nobody changes their own roles; another administrator does."
        raise OwnRolesError(message)
    # In the order of ids, and both of them: what the actor may do is asked again once they wait for nobody.
    list(User.objects.select_for_update().filter(login_id__in=(user.login_id, actor.id)).order_by("id"))
    require(actor.id, Permission.MANAGE_STAFF)
    return get_staff(login_id)


def _make_first_administrator(user: User, *, at: dt.datetime) -> None:
    try:
        with transaction.atomic():
            _give(user, Role.ADMINISTRATOR, at=at, given_by=FIRST_STAFF)
    except IntegrityError as taken:
        message = "There is staff already: say with --as who you are."
        raise StaffNeededError(message) from taken


def _give(user: User, role: Role, *, at: dt.datetime, given_by: str) -> None:
    clashing = clashing_role(role, held=roles_of(user))
    if clashing is not None:
        message = f"One person cannot be {role.words} and {clashing.words}."
        raise ClashingRolesError(message, role=str(role), held=str(clashing))
    StaffRole.objects.create(user=user, role=role, given_by=given_by, given_at=at)


def _take(user: User, roles: Collection[Role], *, at: dt.datetime, taken_by: str) -> int:
    held = StaffRole.objects.filter(user=user, role__in=roles, taken_at__isnull=True)
    return held.update(taken_by=taken_by, taken_at=at)


def _record(name: str, user: User, roles: list[str], *, at: dt.datetime, actor: Actor) -> None:
    audit.record_act(act=name, actor=actor, subject=audit.Subject("user", user.id), at=at, details={"roles": roles})
