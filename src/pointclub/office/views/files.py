"""Files that came in: handing one in, what became of its rows, and those that were refused."""

import itertools
from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.files.rules.feeds import FEEDS, OPENING_BALANCES, PURCHASES
from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.office import door, doorbell, refusals
from pointclub.office.forms.files import UploadForm
from pointclub.people.rules.permissions import Permission

_UPLOADS, _IMPORTS, _ROW_ERRORS = 50, 50, 200

HANDING_IN: Mapping[str, Permission] = {
    PURCHASES.name: Permission.IMPORT_FILES,
    OPENING_BALANCES.name: Permission.BRING_OVER_BALANCES,
}
_SEEING = (*HANDING_IN.values(), Permission.SEE_RUNS)


@door.needs(*_SEEING)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show what came in, and take another file."""
    feeds = [feed for feed, needed in HANDING_IN.items() if request.staff.may(needed)]
    form = UploadForm(request.POST or None, request.FILES or None, feeds=feeds)
    if request.method == "POST" and form.is_valid():
        request.staff.require(HANDING_IN[form.cleaned_data["feed"]])
        try:
            led_to = _hand_in(request, form)
        except Refusal as refusal:
            form.add_error("file", refusals.tell(refusal))
        else:
            messages.success(request, gettext("The file holds together. The worker takes it in."))
            return redirect(led_to)
    context = {
        "form": form if feeds else None,
        "uploads": files_queries.list_uploads(limit=_UPLOADS),
        "imports": files_queries.list_imports(limit=_IMPORTS),
    }
    return render(request, "office/files/list.html", context)


@door.needs(*_SEEING)
def show_upload(request: door.OfficeRequest, upload_id: UUID) -> HttpResponse:
    """Show how far a file is that was handed in, or how it ended."""
    upload = files_queries.get_upload(upload_id)
    context = {
        "upload": upload,
        "state": files_queries.get_import(upload.file_id) if upload.file_id else None,
        "has_errors": files_queries.has_error_file(upload_id),
    }
    return render(request, "office/files/upload.html", context)


@door.needs(*_SEEING)
def show_import(request: door.OfficeRequest, file_id: UUID) -> HttpResponse:
    """Show what became of a file's rows, and why some were refused."""
    state = files_queries.find_import(file_id)
    errors = list(itertools.islice(files_queries.row_errors(file_id), _ROW_ERRORS))
    return render(request, "office/files/import.html", {"state": state, "errors": errors})


@door.needs(*HANDING_IN.values())
def error_file(request: door.OfficeRequest, upload_id: UUID) -> HttpResponse:
    """Give the rows that were refused as a file, to be mended and sent again."""
    upload = files_queries.get_upload(upload_id)
    request.staff.require(HANDING_IN[upload.feed])
    response = HttpResponse(files_queries.read_error_file(upload_id), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="errors-{upload_id}.csv"'
    return response


def _hand_in(request: door.OfficeRequest, form: UploadForm) -> str:
    typed = form.cleaned_data
    upload = files.keep_upload(
        content=typed["file"].read(),
        name=typed["file"].name,
        feed=next(feed for feed in FEEDS if feed.name == typed["feed"]),
        accepts_gap=typed["accepts_gap"],
        at=clock.now(),
        actor=request.staff.actor,
    )
    doorbell.ring(doorbell.UPLOADS)
    return reverse("office:upload", args=[upload.id])
