"""Applications that screening held: who waits, why, and the decision (SCR-1)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership
from pointclub.membership import services as membership_services
from pointclub.office import door, refusals
from pointclub.office.forms.applications import ApplicationDecisionForm
from pointclub.people.rules.permissions import Permission


@door.needs(Permission.SEE_APPLICATIONS)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show who waits, the longest first."""
    return render(request, "office/applications/list.html", {"applications": membership.list_held_applications()})


@door.needs(Permission.SEE_APPLICATIONS)
def show(request: door.OfficeRequest, registration_id: UUID) -> HttpResponse:
    """Show one applicant, masked, beside whom he or she may be."""
    return _page(request, registration_id, ApplicationDecisionForm())


@door.needs(Permission.DECIDE_APPLICATION)
@require_POST
def decide(request: door.OfficeRequest, registration_id: UUID) -> HttpResponse:
    """Admit or decline, which is final."""
    form = ApplicationDecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, registration_id, form)
    way = membership_services.admit_application if form.admits else membership_services.decline_application
    reason = form.cleaned_data["reason"]
    try:
        way(registration_id=registration_id, reason=reason, at=clock.now(), actor=request.staff.actor)
    except membership_services.ApplicationDecidedError as refusal:
        # Somebody else was quicker: the form that was sent is not on the page any more.
        messages.error(request, refusals.tell(refusal))
    except Refusal as refusal:
        form.add_error(None, refusals.tell(refusal))
        return _page(request, registration_id, form)
    else:
        messages.success(request, gettext("Admitted.") if form.admits else gettext("Declined."))
    return redirect("office:application", registration_id)


def _page(request: door.OfficeRequest, registration_id: UUID, form: ApplicationDecisionForm) -> HttpResponse:
    application = membership.get_application(registration_id)
    context = {"application": application, "registration": application.registration, "form": form}
    return render(request, "office/applications/application.html", context)
