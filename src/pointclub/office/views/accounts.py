"""A member's account: for who looks without a caller, and for who knows that it is the member who calls (BAL-2)."""

from django.http import HttpResponse
from django.shortcuts import render

from pointclub.explain import queries as explain
from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.office import accounts, door
from pointclub.office.pages import Pages
from pointclub.people.rules.permissions import Permission
from pointclub.rewards import queries as rewards

_ORDERS_A_PAGE = 50


@door.needs(Permission.SEE_ACCOUNT, Permission.TELL_BALANCE)
def account(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show what the account holds, lot by lot, and how it came to be."""
    member = _member_to_see(request, number, Permission.SEE_ACCOUNT)
    place = {name: request.GET.get(name, "") for name in ("before", "after")}
    page = accounts.look_into(member.membership.account_id, at=clock.now(), **place)
    return render(request, "office/members/account.html", {"member": member, "page": page})


@door.needs(Permission.SEE_ACCOUNT, Permission.TELL_BALANCE)
def expiry_day(request: door.OfficeRequest, number: str, day: str) -> HttpResponse:
    """Show where the points of one last day came from."""
    member = _member_to_see(request, number, Permission.SEE_ACCOUNT)
    usable_through, lots = accounts.look_into_day(member.membership.account_id, day, at=clock.now())
    context = {"member": member, "usable_through": usable_through, "lots": lots}
    return render(request, "office/members/expiry_day.html", context)


@door.needs(Permission.SEE_ACCOUNT, Permission.TELL_BALANCE)
def receipt(request: door.OfficeRequest, number: str, receipt_number: str) -> HttpResponse:
    """Tell the story of one receipt: the rule, what it gave, and where each point of it went."""
    member = _member_to_see(request, number, Permission.SEE_ACCOUNT)
    told = explain.explain_accrual(member.membership.account_id, receipt_number, on=tokyo_day(clock.now()))
    return render(request, "office/members/receipt.html", {"member": member, "told": told})


@door.needs(Permission.SEE_ORDERS, Permission.TELL_BALANCE)
def orders(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show what the member asked for, the latest first."""
    member = _member_to_see(request, number, Permission.SEE_ORDERS)
    found = list(reversed(rewards.list_orders(member.membership.account_id)))
    context = {
        "member": member,
        "orders": Pages.of(found, request.GET.get("page"), a_page=_ORDERS_A_PAGE),
        "revocation": membership.find_waiting_revocation(member.membership_id),
    }
    return render(request, "office/members/orders.html", context)


@door.needs(Permission.SEE_ORDERS, Permission.TELL_BALANCE)
def order_line(request: door.OfficeRequest, number: str, order_number: str, position: int) -> HttpResponse:
    """Tell where the points of one line came from."""
    member = _member_to_see(request, number, Permission.SEE_ORDERS)
    told = explain.explain_line(member.membership.account_id, order_number, position, on=tokyo_day(clock.now()))
    return render(request, "office/members/line.html", {"member": member, "told": told})


def _member_to_see(request: door.OfficeRequest, number: str, permission: Permission) -> Member:
    """Return the member, if it may be seen; the door leads who has to check the caller first to where that is done."""
    member = membership.get_member(number)
    membership.require_may_see(request.staff.user, permission, member=member, at=clock.now())
    return member
