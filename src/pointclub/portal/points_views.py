"""The pages on points. Each view asks once and renders the answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from pointclub.foundation import clock
from pointclub.membership.models import Member
from pointclub.portal.members import for_members
from pointclub.portal.my_page import get_figures
from pointclub.portal.overview import get_overview
from pointclub.portal.visits import Visit, begin_visit


@for_members
def my_page(request: HttpRequest, member: Member) -> HttpResponse:
    """Show balance, pending points, what lapses, and recent history."""
    visit = _begin(member)
    return render(
        request, "portal/my_page.html", {"visit": visit, "figures": None if visit.pause else get_figures(visit)}
    )


@for_members
def overview(request: HttpRequest, member: Member) -> HttpResponse:
    """Show what can be used, what waits, and what lapses month by month."""
    visit = _begin(member)
    return render(
        request, "portal/overview.html", {"visit": visit, "figures": None if visit.pause else get_overview(visit)}
    )


def _begin(member: Member) -> Visit:
    return begin_visit(member, at=clock.now(), language=get_language())
