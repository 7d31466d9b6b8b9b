"""The pages on points. Each view asks once and renders the answer."""

import datetime as dt
import itertools
import math

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from pointclub.foundation import clock
from pointclub.foundation.refusals import NotFoundError
from pointclub.membership.models import Member
from pointclub.people import queries as people
from pointclub.portal.history import get_history_view, read_history
from pointclub.portal.history_csv import write_history
from pointclub.portal.members import for_members
from pointclub.portal.my_page import get_figures
from pointclub.portal.overview import get_overview
from pointclub.portal.stories import get_expiry_day, get_receipt, get_reward
from pointclub.portal.visits import Visit, begin_visit


@require_safe
@for_members
def my_page(request: HttpRequest, member: Member) -> HttpResponse:
    """Show balance, pending points, what lapses, and recent history."""
    visit = _begin(member)
    context = {
        "visit": visit,
        "figures": None if visit.pause else get_figures(visit),
        "bounced": people.list_bounced(member.person_id),
    }
    return render(request, "portal/my_page.html", context)


@require_safe
@for_members
def overview(request: HttpRequest, member: Member) -> HttpResponse:
    """Show what can be used, what waits, and what lapses month by month."""
    visit = _begin(member)
    return render(
        request, "portal/overview.html", {"visit": visit, "figures": None if visit.pause else get_overview(visit)}
    )


@require_safe
@for_members
def history(request: HttpRequest, member: Member) -> HttpResponse:
    """Show what has happened to the balance, page by page and as far as it is wanted."""
    visit = _begin(member)
    return render(
        request,
        "portal/history.html",
        {"visit": visit, "view": None if visit.pause else get_history_view(visit, request.GET)},
    )


@require_safe
@for_members
def history_csv(request: HttpRequest, member: Member) -> HttpResponseBase:
    """Send the same as a file, piece by piece; what fails at once is answered by a page, not by half a file."""
    visit = _begin(member)
    if visit.pause:
        response = render(request, "portal/history.html", {"visit": visit}, status=503)
        if visit.pause.until:
            response["Retry-After"] = str(math.ceil((visit.pause.until - visit.as_of).total_seconds()))
        return response
    pieces = write_history(read_history(visit, request.GET), language=get_language())
    begun = list(itertools.islice(pieces, 2))
    return StreamingHttpResponse(
        itertools.chain(begun, pieces),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="points-{visit.on}.csv"'},
    )


@require_safe
@for_members
def expiry_day(request: HttpRequest, member: Member, day: dt.date) -> HttpResponse:
    """Show which purchases the points of one last day come from."""
    visit = _begin(member)
    told = None if visit.pause else get_expiry_day(visit, day)
    if told is None and not visit.pause:
        raise Http404
    return render(request, "portal/expiry_day.html", {"visit": visit, "told": told})


@require_safe
@for_members
def receipt(request: HttpRequest, member: Member, number: str) -> HttpResponse:
    """Show a receipt of the member's own family, and where its points went."""
    visit = _begin(member)
    try:
        story = None if visit.pause else get_receipt(visit, number)
    except NotFoundError as error:
        raise Http404 from error
    return render(request, "portal/receipt.html", {"visit": visit, "story": story})


@require_safe
@for_members
def reward(request: HttpRequest, member: Member, number: str, position: int) -> HttpResponse:
    """Show one reward of the member's own, and from where its points came."""
    visit = _begin(member)
    try:
        story = None if visit.pause else get_reward(visit, number, position)
    except NotFoundError as error:
        raise Http404 from error
    return render(request, "portal/reward.html", {"visit": visit, "story": story})


def _begin(member: Member) -> Visit:
    return begin_visit(member, at=clock.now(), language=get_language())
