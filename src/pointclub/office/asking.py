"""A form that asks for an act, and the two buttons that decide on it: the same on every page that has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.office import door, once, refusals
from pointclub.office.forms.requests import DecisionForm


class MistypedError(Exception):
    """A field names what does not exist; the form says so already."""


def ask(
    request: door.OfficeRequest,
    form: forms.Form,
    act: Callable[[], str],
    *,
    at: dt.datetime,
    template: str,
    done: str = "",
    about: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Do it once if the form is complete, else show the form with what is wrong; ``act`` returns the page it leads to.

    Whoever is led there is told what was ``done``. What the form is ``about`` goes to its template.
    """
    if form.is_valid():
        try:
            led_to = once.do_once(request, act, at=at)
        except MistypedError:
            pass
        except Refusal as refusal:
            form.add_error(None, refusals.tell(refusal))
        else:
            if done:
                messages.success(request, done)
            return redirect(led_to)
    token = request.POST.get(once.FIELD) or once.new_token()
    return render(request, template, {"form": form, "token": token, **(about or {})})


def decide(
    request: door.OfficeRequest, request_id: UUID, *, approve: Callable[..., Any], reject: Callable[..., Any]
) -> bool:
    """Carry out the button that was pressed, say what came of it, and return whether it was approved."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return False
    try:
        (approve if form.approves else reject)(request_id=request_id, at=clock.now(), actor=request.staff.actor)
    except Refusal as refusal:
        messages.error(request, refusals.tell(refusal))
        return False
    messages.success(request, gettext("Approved.") if form.approves else gettext("Rejected."))
    return form.approves
