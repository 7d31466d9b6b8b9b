"""Coming in with an external ID, linking and unlinking one (REG-9). allauth speaks with the provider; we act."""

from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.people import external_ids
from pointclub.people import queries as people
from pointclub.people import services as people_services
from pointclub.people.models import SignIn, User
from pointclub.people.provider_calls import GuardedSession
from pointclub.people.rules.signing_in import Means, SecondStep
from pointclub.portal import entering, refusals
from pointclub.portal.members import find_stay, for_users, with_fresh_proof
from pointclub.portal.ways_on import in_language_of, way_on

# What a provider's library raises where its answer is missing, late, or not what it should be.
_PROVIDER_FAILED = (requests.RequestException, ValueError, KeyError, TypeError)


class ExternalIdAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # It brings no types.
    """Answers each call back from the provider by an act of ours, so that nobody is signed up or in by the library."""

    def list_apps(
        self,
        request: HttpRequest,  # noqa: ARG002 -- The provider is the same for everybody.
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """Return the provider that the settings name."""
        app = external_ids.configured_app()
        if app is None or provider not in {None, app.provider, app.provider_id}:
            return []
        return [app] if client_id in {None, app.client_id} else []

    def get_requests_session(self) -> requests.Session:
        """Call the provider in time, and nobody else."""
        return GuardedSession()

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Take over from the library: the provider has said who it is."""
        is_linking = sociallogin.state.get("process") == AuthProcess.CONNECT
        subject = str(sociallogin.account.uid)
        raise ImmediateHttpResponse(_link(request, subject) if is_linking else _let_in(request, sociallogin, subject))

    def on_authentication_error(self, request: HttpRequest, *_provider: Any, **_more: Any) -> None:
        """Lead back to where everything else still works."""
        raise ImmediateHttpResponse(_failed(request))


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider, to come in."""
    return _go(request, AuthProcess.LOGIN, next_url=way_on(request))


@never_cache
def called_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the provider says; whatever is missing or odd in it leads back to where everything else works."""
    try:
        response: HttpResponse = openid_connect.callback(request, provider_id)
    except _PROVIDER_FAILED:
        return _failed(request)
    return response


@for_users
@require_POST
@with_fresh_proof
def link(request: HttpRequest, _stay: SignIn) -> HttpResponse:
    """Send somebody who is in to the provider, to link what they have there."""
    return _go(request, AuthProcess.CONNECT, next_url="")


@for_users
@require_POST
@with_fresh_proof
def unlink(request: HttpRequest, stay: SignIn) -> HttpResponse:
    """Let the external ID lead nowhere any more."""
    try:
        membership.unlink_external_id(stay=stay, at=clock.now())
    except Refusal as refusal:
        messages.warning(request, refusals.tell(refusal))
    else:
        messages.success(request, gettext("The external ID has been unlinked."))
    return redirect("portal:account")


def _go(request: HttpRequest, process: str, *, next_url: str) -> HttpResponse:
    app = external_ids.configured_app()
    if app is None:
        raise Http404
    try:
        entering.begin_leaving(request, at=clock.now())
    except people_services.TooManyAttemptsError as refusal:
        messages.error(request, refusals.tell(refusal))
        return _back(request)
    try:
        leading = app.get_provider(request).redirect(request, process, next_url=next_url)
    except _PROVIDER_FAILED:
        return _failed(request)
    # No redirect: a form on our pages may lead nowhere but here, as our content policy says.
    return render(request, "portal/leaving.html", {"address": leading["Location"], "name": app.name})


def _failed(request: HttpRequest) -> HttpResponse:
    messages.error(
        request,
        gettext(
            "The provider of the external ID cannot be reached, or did not let you through. You can use your login ID "
            "and password as usual."
        ),
    )
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect("portal:account" if find_stay(request) is not None else "portal:sign_in")


def _link(request: HttpRequest, subject: str) -> HttpResponse:
    stay = find_stay(request)
    now = clock.now()
    if stay is None or not entering.has_fresh_proof(request, at=now):
        messages.error(request, gettext("That took too long. Nothing was linked; please try again."))
        return redirect("portal:account")
    try:
        membership.link_external_id(stay=stay, subject=subject, at=now)
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
    else:
        messages.success(request, gettext("The external ID has been linked. From now on you can sign in with it."))
    return redirect("portal:account")


def _let_in(request: HttpRequest, sociallogin: SocialLogin, subject: str) -> HttpResponse:
    user = people.find_owner_of_external_id(subject)
    if user is None or user.stolen_at is not None or not membership_queries.may_sign_in(user):
        messages.error(
            request,
            gettext(
                "This external ID is not linked to a login ID of ours. Please sign in with login ID and password "
                "first, and link it under “Sign-in and security”."
            ),
        )
        return redirect("portal:sign_in")
    return _enter(request, user, next_url=sociallogin.state.get("next") or "")


def _enter(request: HttpRequest, user: User, *, next_url: str) -> HttpResponse:
    now = clock.now()
    target = in_language_of(user, next_url or "/")
    if entering.step_after_password(request, user, at=now) is SecondStep.APP_CODE:
        entering.begin_half(request, user, SecondStep.APP_CODE, way_on=target, at=now, by_external_id=True)
        return redirect("portal:sign_in_code")
    return entering.let_in(
        request, redirect(target), user, means=Means.EXTERNAL_ID, remember=False, proved_at=None, at=now
    )
