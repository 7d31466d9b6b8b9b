"""Applications that screening held: who waits, why, and the decision (SCR-1)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership
from pointclub.membership import services as membership_services
from pointclub.office import door, refusals
from pointclub.office.forms.applications import ApplicationDecisionForm
from pointclub.office.forms.members import UnmaskForm
from pointclub.people import services as people
from pointclub.people.queries import PersonalData
from pointclub.people.rules.permissions import Permission
from pointclub.people.rules.personal_fields import ADDRESS_PARTS, PersonalField

# Two forms of the page have a reason, and ids are given out once.
_UNMASK_IDS = "unmask_%s"


@door.needs(Permission.SEE_APPLICATIONS)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show who waits, the longest first."""
    return render(request, "office/applications/list.html", {"applications": membership.list_held_applications()})


@door.needs(Permission.SEE_APPLICATIONS)
def show(request: door.OfficeRequest, registration_id: UUID) -> HttpResponse:
    """Show one applicant, masked, beside whom he or she may be."""
    return _page(request, registration_id, ApplicationDecisionForm())


@door.needs(Permission.UNMASK)
@require_POST
@sensitive_post_parameters()
def unmask(request: door.OfficeRequest, registration_id: UUID) -> HttpResponse:
    """Show what was asked for of the applicant in the clear, this once; who looked, at what and why is on record."""
    application = membership.get_application(registration_id)
    form = UnmaskForm(request.POST, auto_id=_UNMASK_IDS)
    shown: PersonalData | None = None
    if form.is_valid():
        try:
            shown = people.unmask(
                person_id=application.registration.user.person_id,
                fields=[PersonalField(field) for field in form.cleaned_data["fields_needed"]],
                reason=form.cleaned_data["reason"],
                actor=request.staff.actor,
                at=clock.now(),
            )
        except people.TooManyUnmaskedError as refusal:
            form.add_error(None, refusals.tell(refusal))
    return _page(request, registration_id, ApplicationDecisionForm(), unmask_form=form, shown=shown)


@door.needs(Permission.SCREEN_APPLICATIONS)
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


def _page(
    request: door.OfficeRequest,
    registration_id: UUID,
    form: ApplicationDecisionForm,
    *,
    unmask_form: UnmaskForm | None = None,
    shown: PersonalData | None = None,
) -> HttpResponse:
    application = membership.get_application(registration_id)
    context = {
        "application": application,
        "registration": application.registration,
        "form": form,
        "data": [(field, application.data[field], shown and shown.get(field)) for field in _fields_of(application)],
        "is_shown": shown is not None,
    }
    if request.staff.may(Permission.UNMASK):
        context["unmask_form"] = unmask_form or UnmaskForm(auto_id=_UNMASK_IDS)
    return render(request, "office/applications/application.html", context)


def _fields_of(application: membership.HeldApplication) -> list[PersonalField]:
    """Return what there is, in the order of all fields; of an address the line says as much as its parts."""
    return [field for field in PersonalField if field in application.data and field not in ADDRESS_PARTS]
