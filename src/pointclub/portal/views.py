"""The menu, and help."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from pointclub.foundation import clock
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.portal.help_page import get_help_page
from pointclub.portal.members import for_members


@for_members
def menu(request: HttpRequest, _member: Member) -> HttpResponse:
    """List all pages, for phones, whose bar has room for a few."""
    return render(request, "portal/menu.html", {"has_old_club": membership.knows_old_members()})


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
