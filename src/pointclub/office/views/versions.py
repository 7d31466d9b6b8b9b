"""Versions of the program: asked for by the program manager, decided by accounting (STF-2, TRM-4)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.office import asking, door, words
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
    program_queries.get_version_request(request_id)
    asking.decide(request, request_id, approve=program.approve_version, reject=program.reject_version)
    return redirect("office:version_request", request_id)


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

    done = gettext("Requested. Somebody else decides.")
    return asking.ask(request, form, act, at=now, template="office/versions/ask.html", done=done)
