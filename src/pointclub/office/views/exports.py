"""Lists of people's data: asked for, decided on where they are of many, and fetched by who asked."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.exports import queries as exports_queries
from pointclub.exports import services as exports
from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.notices import queries as notices_queries
from pointclub.office import asking, door, refusals, words
from pointclub.office.forms.exports import ExportForm, PutBackForm
from pointclub.people.rules.permissions import Permission


@dataclass(frozen=True)
class Told:
    """An export as it is shown to one member of staff."""

    request: Any
    is_own: bool
    may_decide: bool
    is_over: bool
    is_put_back: bool

    @property
    def state(self) -> Any:
        """Return words, icon and tint."""
        return words.EXPORT_STATES[self.request.state]

    @property
    def may_fetch(self) -> bool:
        """Tell whether it can be fetched, by who asked for it alone."""
        return (
            self.is_own and not self.is_over and not self.is_put_back and self.request.state in {"recorded", "approved"}
        )


def tell(requests: list[Any], staff: door.SignedIn) -> list[Told]:
    """Return the exports as they are shown to this member of staff."""
    own, today = str(staff.actor), clock.today()
    put_back = notices_queries.which_were_put_back([each.id for each in requests])
    return [
        Told(
            request=each,
            is_own=each.requested_by == own,
            may_decide=each.state == "requested" and each.requested_by != own and staff.may(Permission.DECIDE_EXPORT),
            is_over=each.kept_through < today,
            is_put_back=each.id in put_back,
        )
        for each in requests
    ]


@door.needs(Permission.SEE_EXPORTS)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show what was asked for."""
    told = tell(exports_queries.list_exports(), request.staff)
    return render(request, "office/exports/list.html", {"exports": told})


@door.needs(Permission.SEE_EXPORTS)
def show(request: door.OfficeRequest, request_id: UUID) -> HttpResponse:
    """Show one export, who fetched it, and what this member of staff may do."""
    return _page(request, exports_queries.get_export(request_id), PutBackForm())


@door.needs(Permission.REQUEST_EXPORT)
def ask(request: door.OfficeRequest) -> HttpResponse:
    """Ask for a list; of few people it can be fetched at once."""
    now = clock.now()
    form = ExportForm(request.POST or None)
    if not request.staff.may(Permission.PRINT_LETTERS):
        form.offer_no_letters()

    def act() -> str:
        made = exports.request_export(
            wanted=form.wanted(),
            purpose=" ".join(form.cleaned_data["purpose"].split()),
            kept_days=form.cleaned_data["kept_days"],
            at=now,
            actor=request.staff.actor,
        )
        return reverse("office:export", args=[made.id])

    return asking.ask(request, form, act, at=now, template="office/exports/ask.html")


@door.needs(Permission.DECIDE_EXPORT)
@require_POST
def decide(request: door.OfficeRequest, request_id: UUID) -> HttpResponse:
    """Let the file out to who asked for it, or turn it down."""
    exports_queries.get_export(request_id)
    asking.decide(request, request_id, approve=exports.approve_export, reject=exports.reject_export)
    return redirect("office:export", request_id)


@door.needs(Permission.REQUEST_EXPORT)
@require_POST
def fetch(request: door.OfficeRequest, request_id: UUID) -> HttpResponse:
    """Hand the file to who asked for it; each time is on record, so a link alone does not do it."""
    exports_queries.get_export(request_id)
    try:
        file = exports.fetch_export(request_id=request_id, at=clock.now(), actor=request.staff.actor)
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
        return redirect("office:export", request_id)
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@door.needs(Permission.PRINT_LETTERS, Permission.DECIDE_EXPORT)
@require_POST
def put_back(request: door.OfficeRequest, request_id: UUID) -> HttpResponse:
    """Let letters wait once more whose file was lost; the file that is kept here is deleted with that."""
    export = exports_queries.get_export(request_id)
    form = PutBackForm(request.POST)
    if not form.is_valid():
        return _page(request, export, form)
    try:
        exports.put_letters_back(
            batch_id=request_id, reason=form.cleaned_data["reason"], at=clock.now(), actor=request.staff.actor
        )
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
    else:
        messages.success(request, gettext("The letters wait again, to be printed with the next ones."))
    return redirect("office:export", request_id)


def _page(request: door.OfficeRequest, export: Any, form: PutBackForm) -> HttpResponse:
    (told,) = tell([export], request.staff)
    batch = notices_queries.find_letter_batch(export.id)
    may = request.staff.may(Permission.PRINT_LETTERS, Permission.DECIDE_EXPORT)
    context = {
        "told": told,
        "downloads": exports_queries.list_downloads(export.id),
        "batch": batch,
        "form": form,
        "offers_putting_back": batch is not None and batch.put_back_at is None and may,
        "takes_another": batch is not None and batch.takes_another_than(str(request.staff.actor)),
    }
    return render(request, "office/exports/export.html", context)
