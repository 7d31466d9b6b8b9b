"""The nights, the runs that staff ask for, and what came of them."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.office import door, doorbell, refusals, words
from pointclub.office.forms.runs import RunForm
from pointclub.people.rules.permissions import Permission
from pointclub.program import queries as program
from pointclub.runs import queries as runs_queries
from pointclub.runs import services as runs
from pointclub.runs.models import Run

_RUNS, _NIGHTS = 50, 30

ASKING: Mapping[Run.Kind, Permission] = {
    Run.Kind.UPDATE: Permission.RUN_JOBS,
    Run.Kind.LAPSE: Permission.RUN_JOBS,
    Run.Kind.VERIFY: Permission.VERIFY_BOOKS,
    Run.Kind.REPLAY: Permission.VERIFY_BOOKS,
}


@door.needs(Permission.SEE_RUNS)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show what was run by night and by hand, and offer what this member of staff may ask for."""
    context = {
        "offered": [(kind, words.RUN_KINDS[kind]) for kind, needed in ASKING.items() if request.staff.may(needed)],
        "runs": runs_queries.list_runs(limit=_RUNS),
        "nights": program.list_nights(limit=_NIGHTS),
    }
    return render(request, "office/runs/list.html", context)


@door.needs(Permission.SEE_RUNS)
def show(request: door.OfficeRequest, run_id: UUID) -> HttpResponse:
    """Show how far a run is, or what it found."""
    return render(request, "office/runs/run.html", {"run": runs_queries.get_run(run_id)})


@door.needs(*sorted(set(ASKING.values())))
@require_POST
def ask(request: door.OfficeRequest) -> HttpResponse:
    """Ask for a run, and lead to its page; the worker carries it out."""
    form = RunForm(request.POST)
    if not form.is_valid():
        return redirect("office:runs")
    kind = Run.Kind(form.cleaned_data["kind"])
    request.staff.require(ASKING[kind])
    try:
        run = runs.ask_for_run(kind=kind, at=clock.now(), actor=request.staff.actor)
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
        return redirect("office:runs")
    doorbell.ring(doorbell.RUNS)
    messages.success(request, gettext("Requested. It runs in the background."))
    return redirect("office:run", run.id)
