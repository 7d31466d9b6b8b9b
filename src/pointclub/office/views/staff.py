"""Who works here, and what an administrator does for their sign-in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.office import door, refusals
from pointclub.people import queries as people
from pointclub.people import services as people_services
from pointclub.people.rules.permissions import Permission


@door.needs(Permission.SEE_STAFF)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show everybody with their roles, and whether they have a second factor."""
    with_factor = people.login_ids_with_second_factor()
    shown = [(each, each.login_id in with_factor) for each in people.list_staff()]
    return render(request, "office/staff.html", {"staff_members": shown})


@door.needs(Permission.MANAGE_STAFF)
@require_POST
def reset_second_factor(request: door.OfficeRequest, login_id: str) -> HttpResponse:
    """Forget somebody's second factor: their stay ends, and the next sign-in sets up a new one."""
    try:
        people_services.reset_second_factor(login_id=login_id, at=clock.now(), actor=request.staff.actor)
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
    else:
        said = gettext("The second factor of %(login_id)s is reset.") % {"login_id": login_id}
        messages.success(request, said)
    return redirect("office:staff")
