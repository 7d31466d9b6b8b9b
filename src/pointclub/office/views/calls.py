"""Acting for a caller: knowing that it is the member, telling, redeeming, blocking (BAL-2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership
from pointclub.membership import services as membership_services
from pointclub.membership.models import Member, RedemptionBlock
from pointclub.office import door, once, refusals
from pointclub.office.forms.calls import LINES, BlockForm, IdentityForm, LiftForm, LineForm
from pointclub.people import queries as people_queries
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points
from pointclub.rewards import services as rewards

_Lines = formset_factory(LineForm, extra=LINES, max_num=LINES, absolute_max=LINES)
_PREFIX = "lines"
_WAYS_BACK = {
    membership_services.WayBack.LINK: gettext_lazy("All sign-ins have been ended. The member got a link by e-mail."),
    membership_services.WayBack.NO_ADDRESS: gettext_lazy(
        "All sign-ins have been ended. There is no e-mail address to which a link could go."
    ),
    membership_services.WayBack.ADDRESS_TOO_NEW: gettext_lazy(
        "All sign-ins have been ended. The e-mail address was changed within the last 72 hours, so no link was sent."
    ),
}


@door.needs(Permission.CHECK_IDENTITY)
@sensitive_post_parameters()
def call(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Ask the caller, and once it is known to be the member, tell what the account holds."""
    now = clock.now()
    member = membership.get_member(number)
    if request.method == "POST":
        return _check(request, member, at=now)
    return _call_page(request, member, IdentityForm(), at=now)


@door.needs(Permission.REDEEM_FOR_MEMBER)
def redeem(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Take the member's points for rewards: what is asked for, a look at it, and then for good (RED-7)."""
    now = clock.now()
    member = membership.get_member(number)
    membership.require_identity_checked(member=member, actor=request.staff.actor, at=now)
    context = {
        "member": member,
        "token": request.POST.get(once.FIELD) or once.new_token(),
        "usable": points.get_balance(member.membership.account_id, on=tokyo_day(now)).usable,
    }
    lines = _Lines(request.POST if request.method == "POST" else None, prefix=_PREFIX)
    if request.method != "POST" or not lines.is_valid():
        return render(request, "office/members/redeem.html", {**context, "lines": lines})
    asked = [line for line in (form.line() for form in lines.forms) if line is not None]
    context |= {"lines": lines, "asked": asked, "sum": sum(line.points for line in asked)}
    if not asked:
        return render(request, "office/members/redeem.html", {**context, "is_empty": True})
    if "confirmed" not in request.POST:
        template = "redeem.html" if "mend" in request.POST else "redeem_check.html"
        return render(request, f"office/members/{template}", context)
    try:
        order = rewards.apply_for_rewards(
            member=member, lines=asked, key=f"office:{context['token']}", at=now, actor=request.staff.actor
        )
    except Refusal as refusal:
        return render(request, "office/members/redeem.html", {**context, "refused": refusals.tell(refusal)})
    said = gettext("Accepted under the number %(number)s. It cannot be cancelled.") % {"number": order.number}
    messages.success(request, said)
    return redirect("office:call", member.number)


@door.needs(Permission.BLOCK_REDEMPTION, Permission.LIFT_BLOCK)
def blocks(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show whether redemption is blocked, and what was."""
    return _blocks_page(request, membership.get_member(number))


@door.needs(Permission.BLOCK_REDEMPTION)
@require_POST
def block(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Block redemption: at once, and for anybody's word."""
    member = membership.get_member(number)
    form = BlockForm(request.POST)
    if form.is_valid():
        try:
            membership_services.block_redemption(
                member=member,
                kind=RedemptionBlock.Kind(form.cleaned_data["kind"]),
                reason=form.cleaned_data["reason"],
                at=clock.now(),
                actor=request.staff.actor,
            )
        except (membership_services.AlreadyBlockedError, membership_services.NotBlockedError) as refusal:
            # Somebody else was quicker: the form that was sent is not on the page any more.
            messages.error(request, refusals.tell(refusal))
            return redirect("office:blocks", member.number)
        except Refusal as refusal:
            form.add_error(None, refusals.tell(refusal))
        else:
            messages.success(request, gettext("Redemption is blocked."))
            return redirect("office:blocks", member.number)
    return _blocks_page(request, member, block_form=form)


@door.needs(Permission.BLOCK_REDEMPTION)
@require_POST
def theft(request: door.OfficeRequest, number: str) -> HttpResponse:
    """End all sign-ins of a member whose login ID somebody else uses: at once, and for anybody's word (MEM-6)."""
    member = membership.get_member(number)
    user = people_queries.find_user(member.person_id)
    if user is None:
        messages.error(request, gettext("This member has no login ID."))
        return redirect("office:blocks", member.number)
    way_back = membership_services.report_theft(user=user, at=clock.now(), actor=request.staff.actor)
    tell = messages.success if way_back is membership_services.WayBack.LINK else messages.warning
    tell(request, _WAYS_BACK[way_back])
    return redirect("office:blocks", member.number)


@door.needs(Permission.LIFT_BLOCK)
@require_POST
def lift(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Let the membership redeem again: after a check of who calls, or by another person than who suspected."""
    member = membership.get_member(number)
    form = LiftForm(request.POST)
    if form.is_valid():
        try:
            membership_services.lift_block(
                member=member, reason=form.cleaned_data["reason"], at=clock.now(), actor=request.staff.actor
            )
        except (membership_services.AlreadyBlockedError, membership_services.NotBlockedError) as refusal:
            # Somebody else was quicker: the form that was sent is not on the page any more.
            messages.error(request, refusals.tell(refusal))
            return redirect("office:blocks", member.number)
        except Refusal as refusal:
            form.add_error(None, refusals.tell(refusal))
        else:
            messages.success(request, gettext("The block is lifted."))
            return redirect("office:blocks", member.number)
    return _blocks_page(request, member, lift_form=form)


def _check(request: door.OfficeRequest, member: Member, *, at: dt.datetime) -> HttpResponse:
    form = IdentityForm(request.POST)
    if form.is_valid():
        try:
            outcome = membership_services.check_identity(
                member=member, answers=form.answers(), at=at, actor=request.staff.actor
            )
        except Refusal as refusal:
            form.add_error(None, refusals.tell(refusal))
        else:
            if outcome.is_passed:
                return redirect("office:call", member.number)
            left = {"left": outcome.failures_left}
            form.add_error(None, gettext("This is not enough. Tell the caller nothing. Tries left: %(left)s") % left)
    return _call_page(request, member, form, at=at)


def _call_page(request: door.OfficeRequest, member: Member, form: IdentityForm, *, at: dt.datetime) -> HttpResponse:
    until = membership.identity_checked_until(member=member, actor=request.staff.actor, at=at)
    context: dict[str, Any] = {"member": member, "form": form, "until": until, "at": at}
    if until is not None and request.staff.may(Permission.TELL_BALANCE):
        balance = points.get_balance(member.membership.account_id, on=tokyo_day(at))
        context |= {
            "balance": balance,
            "lapsing": [lot for lot in balance.lots if lot.is_usable][:3],
            "is_blocked": membership.find_block(member.membership_id) is not None
            or membership.find_waiting_revocation(member.membership_id) is not None,
        }
    return render(request, "office/members/call.html", context)


def _blocks_page(
    request: door.OfficeRequest,
    member: Member,
    *,
    block_form: BlockForm | None = None,
    lift_form: LiftForm | None = None,
) -> HttpResponse:
    context = {
        "member": member,
        "current": membership.find_block(member.membership_id),
        "revocation": membership.find_waiting_revocation(member.membership_id),
        "blocks": membership.list_blocks(member.membership_id),
        "block_form": block_form or BlockForm(initial={"kind": RedemptionBlock.Kind.REPORTED}),
        "lift_form": lift_form or LiftForm(),
        "form": block_form or lift_form,
    }
    return render(request, "office/members/blocks.html", context)
