"""One's own sign-in: where one is in, which browsers are known, and the proof that some pages ask for anew."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import SignIn
from pointclub.people.passwords import HashesBusyError
from pointclub.people.rules.signing_in import EndedHow
from pointclub.portal import entering, refusals
from pointclub.portal.credential_forms import ChangeLoginIdForm, ChangePasswordForm
from pointclub.portal.forms import ProofForm
from pointclub.portal.held import find_held, firsts_of, holds
from pointclub.portal.members import for_users, with_fresh_proof
from pointclub.portal.ways_on import asked_way, way_on

_STAYS_SHOWN = 30


@for_users
@require_safe
def overview(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Show every sign-in of late, and the browsers that are known (MEM-6)."""
    context = {
        "stay": stay,
        "stays": people_queries.list_sign_ins(stay.user, most=_STAYS_SHOWN),
        "has_fresh_proof": entering.has_fresh_proof(request, at=clock.now()),
        "is_linked": people_queries.has_external_id(stay.user),
        "has_app": people_queries.find_second_factor(stay.user) is not None,
        "codes_left": people_queries.count_recovery_codes(stay.user),
        "passkeys": people_queries.list_passkeys(stay.user),
        "devices": people_queries.list_known_devices(stay.user, at=clock.now()),
    }
    return render(request, "portal/account.html", context)


@for_users
@require_POST
def end_stay(request: HttpRequest, stay: SignIn, sign_in_id: UUID) -> HttpResponse:
    """End another of one's own stays; what is not one's own, or is over, is left as it is."""
    ended = people.end_sign_in(
        user=stay.user, sign_in_id=sign_in_id, how=EndedHow.ENDED_BY_OWNER, stay=stay, at=clock.now()
    )
    if ended:
        messages.success(request, gettext("That sign-in has been ended."))
    return redirect("portal:account")


@for_users
@require_POST
def end_others(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """End all stays but this one."""
    ended = people.end_all_sign_ins(
        user=stay.user,
        how=EndedHow.ENDED_BY_OWNER,
        stay=stay,
        at=clock.now(),
        actor=membership.as_actor(stay.user),
        but=stay.id,
    )
    said = ngettext("%(ended)s other sign-in has been ended.", "%(ended)s other sign-ins have been ended.", ended)
    messages.success(request, said % {"ended": ended})
    return redirect("portal:account")


@for_users
@require_POST
def forget_browser(request: HttpRequest, stay: SignIn, device_id: UUID) -> HttpResponse:
    """Make a browser a stranger again."""
    actor = membership.as_actor(stay.user)
    if people.forget_device(user=stay.user, device_id=device_id, stay=stay, at=clock.now(), actor=actor):
        messages.success(request, gettext("That browser is no longer known, and its sign-ins have been ended."))
    return redirect("portal:account")


@sensitive_post_parameters("password")
@for_users
def prove(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Ask for the password anew, and go on to the page that asked for it."""
    form = ProofForm(request.POST if request.method == "POST" else None)
    now, has_to_wait = clock.now(), None
    if form.is_valid():
        try:
            is_right = entering.try_proof(request, stay.user, password=form.cleaned_data["password"], at=now)
        except (people.TooManyAttemptsError, HashesBusyError) as refusal:
            form.add_error(None, refusals.tell(refusal))
            has_to_wait = refusal
        else:
            if is_right:
                return redirect(way_on(request))
            form.add_error("password", gettext("This password is wrong. Please check it and try again."))
    page = render(request, "portal/prove.html", {"form": form, "next": asked_way(request)})
    return refusals.ask_to_wait(page, has_to_wait, at=now)


@sensitive_post_parameters("password", "again")
@for_users
@with_fresh_proof
@holds()
def change_password(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Take a new password; all other stays end, this one goes on."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, login_id=stay.user.login_id)
    now, has_to_wait = clock.now(), None
    if form.is_valid():
        try:
            membership.change_password(stay=stay, password=form.cleaned_data["password"], at=now)
        except Refusal as refusal:
            form.add_error("password", refusals.tell(refusal))
            has_to_wait = refusal
        else:
            update_session_auth_hash(request, stay.user)
            messages.success(request, gettext("Your password has been changed. All other sign-ins have been ended."))
            return redirect("portal:account")
    return refusals.ask_to_wait(render(request, "portal/change_password.html", {"form": form}), has_to_wait, at=now)


@for_users
@with_fresh_proof
@holds("login_id")
def change_login_id(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Take another login ID."""
    now = clock.now()
    typed = find_held(request, stay, at=now)
    form = ChangeLoginIdForm(request.POST if request.method == "POST" else None, initial=firsts_of(typed))
    if form.is_valid():
        wanted = form.cleaned_data["login_id"]
        try:
            attempt = entering.begin_choice(request, stay.user, at=now)
            membership.change_login_id(stay=stay, login_id=wanted, at=now)
            people.note_success(attempt=attempt, at=now)
        except Refusal as refusal:
            form.add_error("login_id", refusals.tell(refusal))
        else:
            messages.success(request, gettext("Your login ID has been changed."))
            return redirect("portal:account")
    context = {"form": form, "login_id": stay.user.login_id, "is_held": typed is not None}
    return render(request, "portal/change_login_id.html", context)
