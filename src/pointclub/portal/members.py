"""Who may see a member's pages, and how he or she is found."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from pointclub.foundation import clock
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.people import queries as people
from pointclub.people.models import SignIn, User
from pointclub.people.services import StayEndedError
from pointclub.portal import entering, held
from pointclub.portal.ways_on import way_on

Rest = ParamSpec("Rest")


def find_stay(request: HttpRequest) -> SignIn | None:
    """Return the stay that this request belongs to; it is asked anew each time, so one that was ended is over."""
    user = request.user
    if not user.is_authenticated:
        return None
    return people.find_sign_in(request.session.get(entering.SIGN_IN), user=user)


def for_users(
    view: Callable[Concatenate[HttpRequest, SignIn, Rest], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let the view see the stay of whoever is signed in, member of the club or not; no cache keeps what it shows.

    Whose data is shown follows from the session alone: no address names a person, a member or an account.
    """

    @functools.wraps(view)
    def found(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        stay = find_stay(request)
        if stay is None:
            return _ask_to_sign_in(request, view)
        if request.method == "POST" and held.has_form(view):
            held.let_go(request)
        try:
            return view(request, stay, *args, **kwargs)
        except StayEndedError:
            return _ask_to_sign_in(request, view)

    return never_cache(found)


def _ask_to_sign_in(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> HttpResponseBase:
    """Lead back to the page afterwards; what was typed on it waits."""
    if request.user.is_authenticated:
        with held.outliving(request):
            logout(request)
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    if not held.has_form(view):
        return redirect_to_login(way_on(request))
    if held.hold(request, view, stay=None, at=clock.now()):
        said = gettext(
            "Your sign-in had ended, and nothing was changed. What you typed is kept for 15 minutes: "
            "please sign in again, and you will find it in the form."
        )
        messages.warning(request, said)
    return redirect_to_login(request.get_full_path())


def for_members(
    view: Callable[Concatenate[HttpRequest, Member, Rest], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]:
    """Let the view see the primary member who is signed in, and nobody else."""

    @functools.wraps(view)
    def found(request: HttpRequest, stay: SignIn, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        try:
            member = membership.get_primary_of(cast("User", request.user).person_id)
        except membership.UnknownMemberError:
            return _not_a_member(request, stay)
        return view(request, member, *args, **kwargs)

    return for_users(found)


def _not_a_member(request: HttpRequest, stay: SignIn) -> HttpResponseBase:
    """Tell who registered how things stand, on my page; every other page of members is closed to them."""
    registration = membership.find_registration_of(stay.user.person_id)
    if registration is None:
        return render(request, "portal/not_a_member.html", status=403)
    if request.path != reverse("portal:my_page"):
        return redirect("portal:my_page")
    context = {"registration": registration, "owes_proof": membership.owes_address_proof(stay.user.person_id)}
    return render(request, "portal/registered.html", context)


def with_fresh_proof(
    view: Callable[Concatenate[HttpRequest, SignIn, Rest], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, SignIn, Rest], HttpResponseBase]:
    """Ask for the password or a passkey first, unless it was shown within the last five minutes (REG-8).

    A form is there again afterwards, with what was typed; a button has to be looked for on *sign-in and security*.
    """

    @functools.wraps(view)
    def proved(request: HttpRequest, stay: SignIn, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        now = clock.now()
        if entering.has_fresh_proof(request, at=now):
            return view(request, stay, *args, **kwargs)
        came_for = request.get_full_path()
        if request.method == "POST" and held.has_form(view):
            held.hold(request, view, stay=stay, at=now)
        elif request.method == "POST":
            came_for = reverse("portal:account")
        return redirect_to_login(came_for, login_url=reverse("portal:prove"))

    return proved


def lead_back_to_form(request: HttpRequest) -> HttpResponseBase | None:
    """Show a form of an earlier stay again, with what was typed, to whoever it was shown to and is in once more.

    Only our own page knows the word that says whom it was shown to, so no other site can have sent it.
    """
    stay, page = find_stay(request), request.resolver_match
    if stay is None or page is None or not held.has_form(page.func) or not held.was_shown_to(request, stay):
        return None
    held.hold(request, page.func, stay=stay, at=clock.now())
    return redirect(request.get_full_path())
