"""Merchants and their stores (ACC-1)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.merchants import queries as merchant_queries
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant, Store
from pointclub.office import (
    addresses,  # noqa: F401 -- Makes "word" known to addresses.
    door,
    refusals,
)
from pointclub.office.catalogue.columns import column
from pointclub.office.catalogue.site import CatalogueAdmin, staff_of
from pointclub.office.forms.catalogue import MerchantForm, StoreForm
from pointclub.people.rules.permissions import Permission

STATES = {
    "active": _("Gives points"),
    "suspended": _("Suspended"),
    "ended": _("Ended"),
}
_WHICH = {
    "active": Q(ended_on__isnull=True, suspended_at__isnull=True),
    "suspended": Q(ended_on__isnull=True, suspended_at__isnull=False),
    "ended": Q(ended_on__isnull=False),
}
_ACTS = {
    "suspend": (merchants.suspend_merchant, _("The merchant is suspended and gives no points for now.")),
    "resume": (merchants.resume_merchant, _("The merchant gives points again.")),
    "end": (merchants.end_merchant, _("The merchant's participation has ended.")),
}


def state_of(merchant: Merchant) -> str:
    """Return where the merchant stands, in a word."""
    if merchant.ended_on is not None:
        return "ended"
    return "active" if merchant.suspended_at is None else "suspended"


class ByState(admin.SimpleListFilter):
    """Narrows the list to merchants that give points, are suspended, or have left."""

    title = _("Status")
    template = "office/catalogue/filter.html"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states."""
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Merchant]) -> QuerySet[Merchant]:
        """Return the merchants of the state that was chosen."""
        return queryset.filter(_WHICH.get(self.value() or "", Q()))


class MerchantAdmin(CatalogueAdmin[Merchant]):
    """Merchants are admitted, suspended and ended; what they gave stays."""

    changing = Permission.MANAGE_MERCHANTS
    form = MerchantForm
    of_all = _("Merchants")
    about = _("Merchants that give points, since when, and which are suspended or have left.")
    adding = _("Add a merchant")
    added = _("The merchant is admitted. It gives points once it has a rule.")
    ordering = ("number",)
    search_fields = ("number", "name")
    list_filter = (ByState,)
    change_form_template = "office/catalogue/merchant.html"
    columns = (
        column("number", _("Number"), lambda row: row.number),
        column("name", _("Merchant's name"), lambda row: row.name),
        column("admitted_on", _("Admitted on"), lambda row: row.admitted_on),
        column("state", _("Status"), lambda row: STATES[state_of(row)]),
    )
    facts = (
        *columns,
        column("suspended_at", _("Suspended since"), lambda row: row.suspended_at),
        column("ended_on", _("Ended on"), lambda row: row.ended_on),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the buttons of a merchant's page to the pages of any catalogue."""
        act = door.needs(self.changing)(require_POST(self.act))
        return [*super().get_urls(), path("<word:number>/act/", act, name="merchants_merchant_act")]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with today."""
        return {"admitted_on": clock.today()}

    def record(self, typed: dict[str, Any], staff: door.SignedIn) -> Merchant:
        """Admit the merchant."""
        return merchants.admit_merchant(
            number=typed["number"],
            name=typed["name"],
            admitted_on=typed["admitted_on"],
            at=clock.now(),
            actor=staff.actor,
        )

    def more_about(self, request: HttpRequest, row: Merchant) -> dict[str, Any]:
        """Say what can be done about the merchant by who looks."""
        may_act = staff_of(request).may(Permission.MANAGE_MERCHANTS) and row.kind == Merchant.Kind.MERCHANT
        return {"merchant": row, "state": state_of(row), "may_act": may_act}

    def act(self, request: HttpRequest, number: str) -> HttpResponse:
        """Suspend the merchant, let it go on, or end its part in the club."""
        merchant = merchant_queries.get_merchant(number)
        here = self.address_of("change", merchant.id)
        service, said = _ACTS.get(request.POST.get("act", ""), (None, ""))
        if service is None:
            return redirect(here)
        try:
            service(merchant=merchant, at=clock.now(), actor=staff_of(request).actor)
        except Refusal as refusal:
            messages.error(request, refusals.tell(refusal))
        else:
            messages.success(request, str(said))
        return redirect(here)


class StoreAdmin(CatalogueAdmin[Store]):
    """Stores, each under its merchant's own code."""

    changing = Permission.MANAGE_MERCHANTS
    form = StoreForm
    of_all = _("Stores")
    about = _("Where merchants sell, by the codes that their tills send.")
    adding = _("Add a store")
    added = _("The store is recorded.")
    ordering = ("merchant__number", "code")
    search_fields = ("merchant__number", "merchant__name", "code", "name")
    list_select_related = ("merchant",)
    columns = facts = (
        column("code", _("Store code"), lambda row: row.code),
        column("name", _("Store's name"), lambda row: row.name),
        column("merchant", _("Merchant"), lambda row: str(row.merchant)),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the merchant whose page led here."""
        return {"merchant": request.GET.get("merchant", "")}

    def record(self, typed: dict[str, Any], staff: door.SignedIn) -> Store:
        """Record the store."""
        return merchants.open_store(
            merchant=typed["merchant"], code=typed["code"], name=typed["name"], at=clock.now(), actor=staff.actor
        )
