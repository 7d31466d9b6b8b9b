"""Members: finding one, and what the office shows of them to whom."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from pointclub.explain import queries as explain
from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.membership import queries as membership
from pointclub.office import accounts, door, words
from pointclub.office.forms.members import NumberForm
from pointclub.people.rules.permissions import Permission
from pointclub.rewards import queries as rewards

_ANY = (Permission.SEARCH_MEMBERS, Permission.SEE_ACCOUNT, Permission.SEE_ORDERS)


@door.needs(*_ANY)
def search(request: door.OfficeRequest) -> HttpResponse:
    """Find a member by number."""
    form = NumberForm(request.POST or None)
    if form.is_valid():
        try:
            found = membership.get_member(form.cleaned_data["member_number"])
        except membership.UnknownMemberError as refusal:
            form.add_error("member_number", words.for_refusal(refusal))
        else:
            return redirect("office:member", found.number)
    return render(request, "office/members/search.html", {"form": form})


@door.needs(*_ANY)
def show(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show who it is, as far as this member of staff may know."""
    member = membership.get_member(number)
    family = membership.list_family(member.membership_id)
    return render(request, "office/members/member.html", {"member": member, "family": family})


@door.needs(Permission.SEE_ACCOUNT)
def account(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show what the account holds, lot by lot with its origins, and how it came to be."""
    member = membership.get_member(number)
    page = accounts.look_into(member.membership.account_id, at=clock.now(), page=request.GET.get("page"))
    return render(request, "office/members/account.html", {"member": member, "page": page})


@door.needs(Permission.SEE_ACCOUNT)
def receipt(request: door.OfficeRequest, number: str, receipt_number: str) -> HttpResponse:
    """Tell the story of one receipt: the rule, what it gave, and where each point of it went."""
    member = membership.get_member(number)
    told = explain.explain_accrual(member.membership.account_id, receipt_number, on=tokyo_day(clock.now()))
    return render(request, "office/members/receipt.html", {"member": member, "told": told})


@door.needs(Permission.SEE_ORDERS)
def orders(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show what the member asked for, the latest first."""
    member = membership.get_member(number)
    found = list(reversed(rewards.list_orders(member.membership.account_id)))
    return render(request, "office/members/orders.html", {"member": member, "orders": found})


@door.needs(Permission.SEE_ORDERS)
def order_line(request: door.OfficeRequest, number: str, order_number: str, position: int) -> HttpResponse:
    """Tell where the points of one line came from."""
    member = membership.get_member(number)
    told = explain.explain_line(member.membership.account_id, order_number, position, on=tokyo_day(clock.now()))
    return render(request, "office/members/line.html", {"member": member, "told": told})
