"""Where registering begins: with a contract of ours or without (REG-1), and the numbers that show it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from pointclub.energy import services as energy
from pointclub.energy.rules.numbers import grouped_customer_number
from pointclub.foundation import clock
from pointclub.people import services as people
from pointclub.portal import entering, refusals
from pointclub.portal.registration import messages
from pointclub.portal.registration.contract_form import ContractForm
from pointclub.portal.registration.drafts import KEPT_FOR, Contract, Draft, find_draft, keep_draft
from pointclub.portal.registration.send_off import find_outcome

_TOO_MANY = 429
_NO_MATCH = _("We cannot find a contract with these two numbers. Please check both against your bill.")
Rest = ParamSpec("Rest")


def for_newcomers(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Send whoever is signed in to their own page, or to what came of registering; no cache keeps what others see."""

    @functools.wraps(view)
    def found(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("portal:register_done" if find_outcome(request) else "portal:my_page")
        return view(request, *args, **kwargs)

    return never_cache(found)


@for_newcomers
def doors(request: HttpRequest) -> HttpResponse:
    """Say what registering takes and what it costs, and open one of the two doors."""
    now = clock.now()
    draft = find_draft(request, at=now)
    if request.method == "POST" and request.POST.get("door") == "open":
        changed = dataclasses.replace(draft or Draft(), has_door=True, contract=None, said={})
        keep_draft(request, changed, at=now)
        return redirect("portal:register_details")
    said = {} if draft is None else draft.said
    context = {"said": messages.in_words(said), "hours": KEPT_FOR // dt.timedelta(hours=1)}
    return render(request, "portal/registration/doors.html", context)


@for_newcomers
def contract(request: HttpRequest) -> HttpResponse:
    """Take the two numbers; where they fit no contract together, nothing tells which of them is wrong."""
    now = clock.now()
    draft = find_draft(request, at=now) or Draft()
    form = ContractForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            contract_id = energy.try_contract(**form.cleaned_data, network=entering.network_of(request), at=now)
        except people.TooManyAttemptsError as refusal:
            form.add_error(None, refusals.tell(refusal))
            status = _TOO_MANY
        else:
            if contract_id is not None:
                found = Contract(contract_id, grouped_customer_number(form.cleaned_data["customer_number"]))
                changed = dataclasses.replace(draft, has_door=True, contract=found, said={})
                keep_draft(request, changed, at=now)
                return redirect("portal:register_details")
            form.add_error(None, _NO_MATCH)
    context = {"form": form, "said": messages.in_words(draft.said), "known": draft.contract}
    return render(request, "portal/registration/contract.html", context, status=status)
