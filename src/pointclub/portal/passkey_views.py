"""Passkeys: coming in with one, proving oneself anew with one, adding and removing them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.people import passkeys
from pointclub.people import services as people
from pointclub.people.models import SignIn
from pointclub.people.rules.signing_in import Means
from pointclub.portal import entering, refusals
from pointclub.portal.forms import RememberForm
from pointclub.portal.members import for_users, with_fresh_proof
from pointclub.portal.templatetags.portal import club_name
from pointclub.portal.ways_on import asked_way, in_language_of, way_on

_ASKED = "passkey_asked"


@never_cache
@require_safe
def ask_to_sign_in(request: HttpRequest) -> JsonResponse:
    """Tell the browser what its passkey is to sign, be it to come in or to prove oneself anew."""
    asked, state = passkeys.ask_to_show(place=_place(request))
    request.session[_ASKED] = state
    return JsonResponse(dict(asked))


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let in who shows a passkey; the device has checked its owner, so nothing else is asked for."""
    now = clock.now()
    try:
        user = people.show_passkey(answer=_answer(request), state=_take_state(request), at=now, place=_place(request))
    except passkeys.PasskeyRefusedError as refusal:
        messages.error(request, refusals.tell(refusal))
        return redirect("portal:sign_in")
    if user.stolen_at is not None or not membership_queries.may_sign_in(user):
        messages.error(request, gettext("This passkey cannot be used to sign in."))
        return redirect("portal:sign_in")
    response = redirect(in_language_of(user, way_on(request)))
    remember = RememberForm(request.POST)
    return entering.let_in(
        request,
        response,
        user,
        means=Means.PASSKEY,
        remember=remember.is_valid() and remember.cleaned_data["remember"],
        proved_at=now,
        at=now,
    )


@for_users
@require_POST
def prove(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Take one's own passkey for the proof that a page asks for (REG-8)."""
    now = clock.now()
    try:
        user = people.show_passkey(answer=_answer(request), state=_take_state(request), at=now, place=_place(request))
    except passkeys.PasskeyRefusedError as refusal:
        messages.error(request, refusals.tell(refusal))
        return redirect(reverse("portal:prove", query={"next": asked_way(request)}))
    if user != stay.user:
        messages.error(request, gettext("This passkey belongs to another login ID."))
        return redirect(reverse("portal:prove", query={"next": asked_way(request)}))
    entering.note_proof(request, at=now)
    return redirect(way_on(request))


@for_users
@require_safe
@with_fresh_proof
def ask_to_add(request: HttpRequest, stay: SignIn) -> JsonResponse:
    """Tell the browser what kind of passkey to make."""
    asked, state = passkeys.ask_to_add(stay.user, place=_place(request))
    request.session[_ASKED] = state
    return JsonResponse(dict(asked))


@for_users
@require_POST
@with_fresh_proof
def add(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Keep the passkey that the browser made."""
    try:
        membership.add_passkey(
            stay=stay,
            name=stay.browser,
            answer=_answer(request),
            state=_take_state(request),
            at=clock.now(),
            place=_place(request),
        )
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
    else:
        messages.success(request, gettext("The passkey has been added. From now on you can sign in with it."))
    return redirect("portal:account")


@for_users
@require_POST
@with_fresh_proof
def remove(request: HttpRequest, stay: SignIn, number: int) -> HttpResponse:
    """Forget a passkey."""
    try:
        membership.remove_passkey(stay=stay, number=number, at=clock.now())
    except people.UnknownPasskeyError as absent:
        raise Http404 from absent
    messages.success(request, gettext("The passkey has been removed."))
    return redirect("portal:account")


def _answer(request: HttpRequest) -> str:
    return request.POST.get("answer", "")


def _take_state(request: HttpRequest) -> dict[str, Any]:
    """Return what was asked, once: an answer to it counts no second time."""
    state: dict[str, Any] = request.session.pop(_ASKED, {})
    return state


def _place(request: HttpRequest) -> passkeys.Place:
    """Return the site as its passkeys know it: one, whatever host is named; in development the one at hand."""
    declared = settings.ENVIRONMENT.passkey_site
    if declared is None:
        declared = request.get_host().rsplit(":", 1)[0], f"{request.scheme}://{request.get_host()}"
    host, origin = declared
    return passkeys.Place(host=host, name=club_name(), origin=origin)
