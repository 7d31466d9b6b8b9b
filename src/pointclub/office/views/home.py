"""The first page: what waits for somebody."""

from django.http import HttpResponse
from django.shortcuts import render

from pointclub.office import door, pending
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points


@door.for_all_staff("Everybody has a first page; what stands on it follows from their roles.")
def home(request: door.OfficeRequest) -> HttpResponse:
    """Show what waits: for this member of staff first, then for others."""
    told = []
    if request.staff.may(Permission.SEE_REQUESTS):
        waiting = [each for each in points.list_requests() if each.state == "requested"]
        told = pending.tell(waiting, request.staff)
    context = {
        "to_decide": [each for each in told if each.may_decide],
        "for_others": [each for each in told if not each.may_decide],
        "sees_requests": request.staff.may(Permission.SEE_REQUESTS),
    }
    return render(request, "office/home.html", context)
