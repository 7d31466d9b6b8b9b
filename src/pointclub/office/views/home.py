"""The first page: what waits for somebody."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from pointclub.exports import queries as exports
from pointclub.foundation import clock
from pointclub.office import door, pending, texts
from pointclub.office.views import exports as exports_view
from pointclub.office.views import versions as versions_view
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission
from pointclub.program import queries as program

_ALARM_SHOWN = dt.timedelta(days=1)


@door.for_all_staff("Everybody has a first page; what stands on it follows from their roles.")
def home(request: door.OfficeRequest) -> HttpResponse:
    """Show what waits: for this member of staff first, then for others."""
    told: list[Any] = []
    versions: list[Any] = []
    lists: list[Any] = []
    written: list[Any] = []
    if request.staff.may(Permission.SEE_REQUESTS):
        told = [*pending.tell([each for each in pending.list_all() if each.state == "requested"], request.staff)]
        asked = [each for each in program.list_version_requests() if each.decided_at is None]
        versions = [*versions_view.tell(asked, request.staff)]
    if request.staff.may(Permission.SEE_EXPORTS):
        asked_for = [each for each in exports.list_exports() if each.state == "requested"]
        lists = [*exports_view.tell(asked_for, request.staff)]
    if request.staff.may(Permission.SEE_ANNOUNCEMENTS):
        written = [*texts.list_waiting(request.staff)]
    context = {
        "alarm": people.find_latest_alarm(since=clock.now() - _ALARM_SHOWN),
        "to_decide": _those(told, may_decide=True),
        "versions_to_decide": _those(versions, may_decide=True),
        "exports_to_decide": _those(lists, may_decide=True),
        "texts_to_decide": _those(written, may_decide=True),
        "texts_for_others": _those(written, may_decide=False),
        "for_others": _those(told, may_decide=False),
        "versions_for_others": _those(versions, may_decide=False),
        "exports_for_others": _those(lists, may_decide=False),
    }
    return render(request, "office/home.html", context)


def _those(told: list[Any], *, may_decide: bool) -> list[Any]:
    return [each for each in told if each.may_decide is may_decide]
