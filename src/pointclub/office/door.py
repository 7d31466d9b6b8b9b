"""Who is let in, and to which page: every view of the office names the permission it needs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, login
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from pointclub.foundation import actors
from pointclub.foundation.refusals import NotFoundError
from pointclub.membership.queries import IdentityNotCheckedError
from pointclub.office import errors, refusals
from pointclub.people import queries as people
from pointclub.people.models import User
from pointclub.people.queries import PermissionDeniedError
from pointclub.people.rules.permissions import Permission, Role, permissions_of_roles

FACTOR = "second_factor"

_Arguments = ParamSpec("_Arguments")


@dataclass(frozen=True)
class SignedIn:
    """A member of staff who came in by password and second factor, with what they may do at this moment."""

    user: User
    roles: frozenset[Role]
    permissions: frozenset[Permission]

    @property
    def actor(self) -> actors.Actor:
        """Return them as the books name them."""
        return actors.staff(self.user.login_id)

    def may(self, *permissions: Permission) -> bool:
        """Tell whether one of these is theirs."""
        return not self.permissions.isdisjoint(permissions)

    def require(self, permission: Permission) -> None:
        """Go on if the permission is theirs; where it follows from what is asked for, the view asks here.

        Raises:
            RoleNeededError: it is not; the door answers with the page that names the roles.
        """
        if not self.may(permission):
            raise RoleNeededError(permission)


class RoleNeededError(Exception):
    """The view turned out to take another permission than those that led to it."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission)
        self.permission = permission


class OfficeRequest(HttpRequest):
    """A request that has passed the door."""

    staff: SignedIn


@dataclass(frozen=True)
class Entry:
    """What a view says of its own door: one of these permissions, or why it takes none."""

    permissions: frozenset[Permission] = frozenset()
    for_all_staff: str = ""
    for_everybody: str = ""


View = Callable[Concatenate[OfficeRequest, _Arguments], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, _Arguments], HttpResponseBase]


def needs(*permissions: Permission) -> Callable[[View[_Arguments]], Guarded[_Arguments]]:
    """Let in who has one of these permissions."""
    return lambda view: _guarded(view, Entry(frozenset(permissions)))


def for_all_staff(why: str) -> Callable[[View[_Arguments]], Guarded[_Arguments]]:
    """Let in everybody who is signed in."""
    return lambda view: _guarded(view, Entry(for_all_staff=why))


def for_everybody(why: str) -> Callable[[Guarded[_Arguments]], Guarded[_Arguments]]:
    """Leave the door open: signing in is what nobody has done yet who wants to."""

    def mark(view: Guarded[_Arguments]) -> Guarded[_Arguments]:
        kept = never_cache(view)
        cast("Any", kept).entry = Entry(for_everybody=why)
        return kept

    return mark


def find_signed_in(request: HttpRequest) -> SignedIn | None:
    """Return who is in; roles and second factor are asked anew each time, so losing them ends the stay at once."""
    user = request.user
    if not user.is_authenticated:
        return None
    roles = people.roles_of(user)
    factor = people.find_second_factor(user)
    if not roles or factor is None or request.session.get(FACTOR) != factor:
        return None
    return SignedIn(user, roles, permissions_of_roles(roles))


def let_in(request: HttpRequest, user: User) -> None:
    """Begin the stay under a new key, bound to the second factor that was shown."""
    factor = people.find_second_factor(user)
    for key in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY):
        request.session.pop(key, None)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[FACTOR] = factor


def _guarded(view: View[_Arguments], entry: Entry) -> Guarded[_Arguments]:
    @never_cache
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> HttpResponseBase:
        refused = stop_at_door(request, entry)
        if refused is not None:
            return refused
        try:
            return view(cast("OfficeRequest", request), *args, **kwargs)
        except RoleNeededError as needed:
            return errors.role_needed(request, [needed.permission])
        except PermissionDeniedError as denied:
            return errors.role_needed(request, [Permission(denied.details["permission"])])
        except IdentityNotCheckedError as unknown:
            messages.warning(request, refusals.tell(unknown))
            return redirect("office:call", kwargs["number"])
        except NotFoundError as absent:
            raise Http404 from absent

    guarded.entry = entry  # type: ignore[attr-defined]  # The walk through all pages asks for it.
    return cast("Guarded[_Arguments]", guarded)


def stop_at_door(request: HttpRequest, entry: Entry) -> HttpResponse | None:
    """Return the way to the sign-in or the page that names the role needed; nothing for who may go on."""
    signed_in = find_signed_in(request)
    if signed_in is None:
        if not request.session.is_empty():
            request.session.flush()
        came_for = request.get_full_path() if request.method == "GET" else reverse("office:home")
        return redirect_to_login(came_for, login_url=reverse("office:sign_in"))
    cast("OfficeRequest", request).staff = signed_in
    if entry.permissions and not signed_in.may(*entry.permissions):
        return errors.role_needed(request, entry.permissions)
    return None
