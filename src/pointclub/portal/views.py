"""Signing in and out, the menu, and help."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pointclub.foundation import clock
from pointclub.membership.models import Member
from pointclub.portal.forms import SignInForm
from pointclub.portal.help_page import get_help_page
from pointclub.portal.members import for_members


@for_members
def menu(request: HttpRequest, _member: Member) -> HttpResponse:
    """List all pages, for phones, whose bar has room for a few."""
    return render(request, "portal/menu.html")


@never_cache
def help_and_contact(request: HttpRequest) -> HttpResponse:
    """Show everybody how to reach the club, and answers."""
    context = {
        "page": get_help_page(at=clock.now()),
        "phone": settings.ENVIRONMENT.call_centre_phone,
        "is_sample": settings.ENVIRONMENT.has_sample_phone,
        "is_signed_in": request.user.is_authenticated,
    }
    return render(request, "portal/help.html", context)


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a member in, and on to the page that was asked for."""
    if request.user.is_authenticated:
        return redirect(_way_on(request))
    form = SignInForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        login(request, form.user)
        return redirect(_way_on(request))
    return render(
        request, "portal/sign_in.html", {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    )


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, only when posted: a link on another site must not be able to."""
    if request.method == "POST":
        logout(request)
        messages.success(request, gettext("You have signed out."))
    return redirect("portal:sign_in")


def _way_on(request: HttpRequest) -> str:
    """Return the page asked for where it lies on this site, else my page; a bare word is the address of no page."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    within = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if within and asked.startswith("/"):
        return asked
    return resolve_url("portal:my_page")
