"""Versions of the program: asked for by the program manager, decided by accounting (STF-2, TRM-4)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.office import door, once, refusals, words
from pointclub.office.forms.requests import DecisionForm
from pointclub.office.forms.versions import VersionForm
from pointclub.people.rules.permissions import Permission
from pointclub.program import queries as program_queries
from pointclub.program import services as program


@dataclass(frozen=True)
class Told:
    """A request for a version as it is shown to one member of staff."""

    request: Any
    is_own: bool
    may_decide: bool

    @property
    def state(self) -> Any:
        """Return words, icon and tint."""
        return words.EXPORT_STATES[self.request.state]

    @property
    def figures(self) -> list[tuple[str, Any]]:
        """Return the figures in the order of the form."""
        return [(name, self.request.figures[name]) for name in words.VERSION_FIGURES]


def tell(requests: list[Any], staff: door.SignedIn) -> list[Told]:
    """Return the requests as they are shown to this member of staff."""
    own = str(staff.actor)
    return [
        Told(
            request=each,
            is_own=each.requested_by == own,
            may_decide=each.decided_at is None
            and each.requested_by != own
            and staff.may(Permission.DECIDE_PROGRAM_VERSION),
        )
        for each in requests
    ]


@door.needs(Permission.SEE_REQUESTS)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show the versions, and what was asked for."""
    context = {
        "versions": list(reversed(program_queries.list_versions())),
        "requests": tell(program_queries.list_version_requests(), request.staff),
    }
    return render(request, "office/versions/list.html", context)


@door.needs(Permission.SEE_REQUESTS)
def show(request: door.OfficeRequest, request_id: UUID) -> HttpResponse:
    """Show one request with its figures beside those in force, and to who may decide the two buttons."""
    (told,) = tell([program_queries.get_version_request(request_id)], request.staff)
    in_force = program_queries.get_version(on=clock.today())
    figures = [(name, getattr(in_force, name), wanted) for name, wanted in told.figures]
    return render(request, "office/versions/request.html", {"told": told, "figures": figures, "in_force": in_force})


@door.needs(Permission.DECIDE_PROGRAM_VERSION)
@require_POST
def decide(request: door.OfficeRequest, request_id: UUID) -> HttpResponse:
    """Approve a version, which records it, or turn it down."""
    here = reverse("office:version_request", args=[request_id])
    program_queries.get_version_request(request_id)
    form = DecisionForm(request.POST)
    if form.is_valid():
        service = program.approve_version if form.approves else program.reject_version
        try:
            service(request_id=request_id, at=clock.now(), actor=request.staff.actor)
        except Refusal as refusal:
            messages.error(request, refusals.tell(refusal))
        else:
            messages.success(request, gettext("Approved.") if form.approves else gettext("Rejected."))
    return redirect(here)


@door.needs(Permission.REQUEST_PROGRAM_VERSION)
def ask(request: door.OfficeRequest) -> HttpResponse:
    """Ask for a version; the form begins with the figures in force."""
    now = clock.now()
    in_force = program_queries.get_version(on=clock.today())
    initial = {name: getattr(in_force, name) for name in words.VERSION_FIGURES}
    form = VersionForm(request.POST or None, initial=initial)

    def act() -> str:
        made = program.request_version(
            code=form.cleaned_data["code"],
            effective_from=form.cleaned_data["effective_from"],
            figures=form.figures(),
            reason=form.cleaned_data["reason"],
            at=now,
            actor=request.staff.actor,
        )
        return reverse("office:version_request", args=[made.id])

    if form.is_valid():
        try:
            led_to = once.do_once(request, act, at=now)
        except Refusal as refusal:
            form.add_error(None, refusals.tell(refusal))
        else:
            messages.success(request, gettext("Requested. Somebody else decides."))
            return redirect(led_to)
    token = request.POST.get(once.FIELD) or once.new_token()
    return render(request, "office/versions/ask.html", {"form": form, "token": token})
