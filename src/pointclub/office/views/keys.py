"""Terminal keys of a merchant: which there are, a new one whose secret is shown once, and revoking (ACC-1)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from pointclub.foundation import clock
from pointclub.merchants import queries as merchant_queries
from pointclub.merchants import services as merchants
from pointclub.office import asking, door
from pointclub.office.forms.keys import KeyForm, RevokeKeyForm
from pointclub.office.pages import Pages
from pointclub.people.rules.permissions import Permission

_A_PAGE = 25


@door.needs(Permission.SEE_CATALOGUE)
def show_all(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show the keys of the merchant, the latest first."""
    merchant = merchant_queries.get_merchant(number)
    pages = Pages.of(merchant_queries.list_keys(merchant.id), request.GET.get("page"), a_page=_A_PAGE)
    may_issue = merchant.has_terminals and request.staff.may(Permission.MANAGE_MERCHANTS)
    return render(request, "office/keys/list.html", {"merchant": merchant, "pages": pages, "may_issue": may_issue})


@door.needs(Permission.MANAGE_MERCHANTS)
def issue(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Issue a key, and show its secret in the answer to the form: nowhere else, and to nobody who sends it again."""
    now = clock.now()
    merchant = merchant_queries.get_merchant(number)
    form = KeyForm(request.POST or None, stores=merchant_queries.list_stores(merchant.id))
    issued: dict[str, merchants.IssuedKey] = {}

    def act() -> str:
        typed = form.cleaned_data
        made = merchants.issue_key(
            merchant=merchant,
            name=typed["name"],
            store_code=typed["store"],
            terminal_code=typed["terminal"],
            acts=typed["acts"],
            per_minute=typed["per_minute"],
            at=now,
            actor=request.staff.actor,
        )
        led_to = f"{reverse('office:keys', args=[number])}#key-{made.key.id}"
        issued[led_to] = made
        return led_to

    answer = asking.ask(request, form, act, at=now, template="office/keys/issue.html", about={"merchant": merchant})
    if not isinstance(answer, HttpResponseRedirect):
        return answer
    made = issued.get(answer.url)
    if made is not None:
        return render(request, "office/keys/issued.html", {"merchant": merchant, "issued": made})
    messages.warning(
        request,
        gettext(
            "This form was sent before, and its key was issued then. The secret cannot be shown again: "
            "if nobody kept it, revoke the key and issue another."
        ),
    )
    return answer


@door.needs(Permission.MANAGE_MERCHANTS)
def revoke(request: door.OfficeRequest, key_id: UUID) -> HttpResponse:
    """Ask why, and revoke the key."""
    now = clock.now()
    key = merchant_queries.get_key(key_id)
    keys = reverse("office:keys", args=[key.merchant.number])
    if key.revoked_at is not None:
        return redirect(keys)
    form = RevokeKeyForm(request.POST or None)

    def act() -> str:
        merchants.revoke_key(key_id=key_id, at=now, actor=request.staff.actor, reason=form.cleaned_data["reason"])
        return keys

    done = gettext("The key has been revoked and no longer works.")
    return asking.ask(request, form, act, at=now, template="office/keys/revoke.html", done=done, about={"key": key})
