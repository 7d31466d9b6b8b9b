"""Pausing accrual, redemption or enquiry, now or planned, and going on (SUS-1)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership
from pointclub.office import asking, door, refusals, words
from pointclub.office.forms.suspensions import PauseDaysForm, ResumeForm, SuspensionForm
from pointclub.office.pages import Pages
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points
from pointclub.program import queries as program_queries
from pointclub.program import services as program

_A_PAGE = 25
_MOST_LAPSES = 500


@dataclass(frozen=True)
class _Shown:
    """A pause and where it stands at this instant."""

    suspension: Any
    state: tuple[Any, str, str]
    is_on: bool


@door.needs(Permission.SUSPEND_POINTS, Permission.REQUEST_EXTENSION)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show what is paused now, what is planned, and what was."""
    now = clock.now()
    shown = [_described(each, now) for each in program_queries.list_suspensions()]
    paused = {each.suspension.activity for each in shown if each.is_on}
    context = {
        "activities": [(code, name, code in paused) for code, name in words.ACTIVITIES.items()],
        "pages": Pages.of(shown, request.GET.get("page"), a_page=_A_PAGE),
    }
    return render(request, "office/suspensions/list.html", context)


@door.needs(Permission.SUSPEND_POINTS)
def suspend(request: door.OfficeRequest) -> HttpResponse:
    """Pause something, with the text that members and merchants read."""
    now = clock.now()
    form = SuspensionForm(request.POST or None, initial={"activity": request.GET.get("activity", "")})

    def act() -> str:
        typed = form.cleaned_data
        program.suspend(
            activity=program_queries.Activity(typed["activity"]),
            starts_at=typed["starts_at"] or now,
            ends_before=typed["ends_before"],
            text_ja=typed["text_ja"],
            text_en=typed["text_en"],
            at=now,
            actor=request.staff.actor,
        )
        return reverse("office:suspensions")

    done = gettext("The suspension has been recorded.")
    return asking.ask(request, form, act, at=now, template="office/suspensions/suspend.html", done=done)


@door.needs(Permission.SUSPEND_POINTS)
@require_POST
def resume(request: door.OfficeRequest) -> HttpResponse:
    """End every pause of the activity that is on."""
    form = ResumeForm(request.POST)
    if form.is_valid():
        try:
            activity = program_queries.Activity(form.cleaned_data["activity"])
            program.resume(activity=activity, at=clock.now(), actor=request.staff.actor)
        except Refusal as refusal:
            messages.error(request, refusals.tell(refusal))
        else:
            messages.success(request, gettext("The service has resumed."))
    return redirect("office:suspensions")


@door.needs(Permission.REQUEST_EXTENSION)
def lapses(request: door.OfficeRequest) -> HttpResponse:
    """Show what lapsed, or will, while redemption was paused: the base of a request for another last day (EXP-4)."""
    form = PauseDaysForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = points.list_lapses_between(first=form.cleaned_data["first"], last=form.cleaned_data["last"])
        numbers = membership.primary_numbers(each.account_id for each in found[:_MOST_LAPSES])
        context |= {
            "found": [(numbers.get(each.account_id, ""), each) for each in found[:_MOST_LAPSES]],
            "left_out": max(0, len(found) - _MOST_LAPSES),
            "accounts": len({each.account_id for each in found}),
            "points": sum(each.points for each in found),
        }
    return render(request, "office/suspensions/lapses.html", context)


def _described(suspension: Any, now: dt.datetime) -> _Shown:
    if suspension.starts_at > now:
        return _Shown(suspension, (gettext("Planned"), "clock", "wait"), is_on=False)
    if suspension.ends_before is None or suspension.ends_before > now:
        return _Shown(suspension, (gettext("Suspended now"), "pause", "no"), is_on=True)
    return _Shown(suspension, (gettext("Over"), "check", ""), is_on=False)
