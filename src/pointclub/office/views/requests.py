"""Adjustments, transfers, other last days, revocations: one person asks, another decides (STF-2)."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.membership import queries as membership
from pointclub.membership import services as membership_services
from pointclub.membership.models import Member, RevocationRequest
from pointclub.office import asking, door, doorbell, pending, refusals
from pointclub.office.forms.requests import (
    AdjustmentForm,
    ExtensionForm,
    RevocationForm,
    TransferForm,
)
from pointclub.office.pages import Pages
from pointclub.people.rules.permissions import Permission
from pointclub.points import services as points
from pointclub.revocation import services as revocation

_A_PAGE = 50
# Who approves and who rejects what is not about points alone.
_SERVICES: Mapping[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "revoke": (revocation.approve_revocation, membership_services.reject_revocation),
}


@door.needs(Permission.SEE_REQUESTS)
def show_all(request: door.OfficeRequest) -> HttpResponse:
    """Show what waits, and below it what was decided."""
    found = pending.list_all()
    waiting = [each for each in found if each.state == "requested"]
    decided = [each for each in found if each.state != "requested"]
    pages = Pages.of(decided, request.GET.get("page"), a_page=_A_PAGE)
    context = {
        "waiting": pending.tell(waiting, request.staff),
        "decided": pending.tell(pages.shown, request.staff),
        "pages": pages,
    }
    return render(request, "office/requests/list.html", context)


@door.needs(Permission.SEE_REQUESTS)
def show(request: door.OfficeRequest, request_id: UUID) -> HttpResponse:
    """Show one request, and to who may decide on it the two buttons."""
    (told,) = pending.tell([pending.get(request_id)], request.staff)
    return render(request, "office/requests/request.html", {"told": told})


@door.needs(*pending.DECIDING.values())
@require_POST
def decide(request: door.OfficeRequest, request_id: UUID) -> HttpResponse:
    """Approve a request, which carries it out, or turn it down."""
    kind = pending.kind_of(pending.get(request_id))
    request.staff.require(pending.DECIDING[kind])
    approve, reject = _SERVICES.get(kind, (points.approve_change, points.reject_change))
    if asking.decide(request, request_id, approve=approve, reject=reject) and kind == "extend":
        doorbell.ring(doorbell.EXTENSIONS)
    return redirect("office:request", request_id)


@door.needs(Permission.REQUEST_ADJUSTMENT)
def ask_for_adjustment(request: door.OfficeRequest) -> HttpResponse:
    """Ask for points to be added or taken."""
    form = AdjustmentForm(request.POST or None, initial={"member_number": request.GET.get("member", "")})

    def ask() -> str:
        typed = form.cleaned_data
        made = points.request_adjustment(
            account_id=_account_of(form, "member_number"),
            points=form.points_up_or_down,
            usable_through=typed["usable_through"],
            reason=typed["reason"],
            at=now,
            actor=request.staff.actor,
        )
        return reverse("office:request", args=[made.id])

    now = clock.now()
    return _asked(request, form, ask, "office/requests/adjustment.html", at=now)


@door.needs(Permission.REQUEST_TRANSFER)
def ask_for_transfer(request: door.OfficeRequest) -> HttpResponse:
    """Ask for points to be moved to another account, by way of exception."""
    form = TransferForm(request.POST or None, initial={"from_number": request.GET.get("member", "")})

    def ask() -> str:
        made = points.request_transfer(
            from_account_id=_account_of(form, "from_number"),
            to_account_id=_account_of(form, "to_number"),
            points=form.cleaned_data["points"],
            reason=form.cleaned_data["reason"],
            at=now,
            actor=request.staff.actor,
        )
        return reverse("office:request", args=[made.id])

    now = clock.now()
    return _asked(request, form, ask, "office/requests/transfer.html", at=now)


@door.needs(Permission.REQUEST_EXTENSION)
def ask_for_extension(request: door.OfficeRequest) -> HttpResponse:
    """Ask for another last day for points already issued."""
    form = ExtensionForm(request.POST or None, initial={"member_number": request.GET.get("member", "")})

    def ask() -> str:
        typed = form.cleaned_data
        account_id = _account_of(form, "member_number") if typed["member_number"] else None
        made = points.request_extension(
            selection=points.LotSelection(
                typed["lots_usable_from"], typed["lots_usable_through"], account_id, typed["includes_lapsed"]
            ),
            usable_through=typed["usable_through"],
            reason=typed["reason"],
            at=now,
            actor=request.staff.actor,
        )
        return reverse("office:request", args=[made.id])

    now = clock.now()
    return _asked(request, form, ask, "office/requests/extension.html", at=now)


@door.needs(Permission.REQUEST_REVOCATION)
def ask_for_revocation(request: door.OfficeRequest) -> HttpResponse:
    """Ask for a membership to be revoked, which freezes it at once."""
    form = RevocationForm(request.POST or None, initial={"member_number": request.GET.get("member", "")})

    def ask() -> str:
        made = membership_services.request_revocation(
            member=_member_of(form, "member_number"),
            ground=RevocationRequest.Ground(form.cleaned_data["ground"]),
            reason=form.cleaned_data["reason"],
            at=now,
            actor=request.staff.actor,
        )
        return reverse("office:request", args=[made.id])

    now = clock.now()
    return _asked(request, form, ask, "office/requests/revocation.html", at=now)


def _account_of(form: forms.Form, field: str) -> UUID:
    return _member_of(form, field).membership.account_id


def _member_of(form: forms.Form, field: str) -> Member:
    try:
        return membership.get_member(form.cleaned_data[field])
    except membership.UnknownMemberError as refusal:
        form.add_error(field, refusals.tell(refusal))
        raise asking.MistypedError from refusal


def _asked(
    request: door.OfficeRequest, form: forms.Form, act: Callable[[], str], template: str, *, at: dt.datetime
) -> HttpResponse:
    return asking.ask(request, form, act, at=at, template=template, done=gettext("Requested. Somebody else decides."))
