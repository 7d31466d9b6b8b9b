"""Members: finding one, and what the office shows of them to whom."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.office import door, finding, refusals
from pointclub.office.forms.members import NumberForm, SearchForm, UnmaskForm
from pointclub.people import services as people
from pointclub.people.queries import PersonalData
from pointclub.people.rules.permissions import Permission
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.terms import queries as terms

SEEING = (Permission.SEARCH_MEMBERS, Permission.SEE_ACCOUNT, Permission.SEE_ORDERS)


@door.needs(*SEEING)
@sensitive_post_parameters()
def search(request: door.OfficeRequest) -> HttpResponse:
    """Find a member: by number who may see accounts only, by anything who may search."""
    if not request.staff.may(Permission.SEARCH_MEMBERS):
        return _open_by_number(request)
    if request.method == "POST":
        return _search(request)
    looked_for = finding.last(request.session)
    form = SearchForm(initial={"by": looked_for[0], "term": looked_for[1]} if looked_for else None)
    found = membership.search_members(**{looked_for[0]: looked_for[1]}) if looked_for else None
    return render(request, "office/members/search.html", {"form": form, "found": found})


@door.needs(*SEEING)
def show(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show who it is, as far as this member of staff may know."""
    return _member_page(request, membership.get_member(number))


@door.needs(Permission.UNMASK)
@require_POST
@sensitive_post_parameters()
def unmask(request: door.OfficeRequest, number: str) -> HttpResponse:
    """Show what was asked for in the clear, this once; who looked, at what and why is on record."""
    member = membership.get_member(number)
    form = UnmaskForm(request.POST)
    shown: PersonalData | None = None
    if form.is_valid():
        try:
            shown = people.unmask(
                person_id=member.person_id,
                fields=[PersonalField(field) for field in form.cleaned_data["fields_needed"]],
                reason=form.cleaned_data["reason"],
                actor=request.staff.actor,
                at=clock.now(),
            )
        except people.TooManyUnmaskedError as refusal:
            form.add_error(None, refusals.tell(refusal))
    return _member_page(request, member, form=form, shown=shown)


def _search(request: door.OfficeRequest) -> HttpResponse:
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "office/members/search.html", {"form": form})
    if form.member_number is not None:
        try:
            membership.get_member(form.member_number)
        except membership.UnknownMemberError as refusal:
            form.add_error("term", refusals.tell(refusal))
            return render(request, "office/members/search.html", {"form": form})
        finding.forget(request.session)
        return redirect("office:member", form.member_number)
    finding.keep(request.session, by=form.cleaned_data["by"], term=form.cleaned_data["term"])
    return redirect("office:members")


def _open_by_number(request: door.OfficeRequest) -> HttpResponse:
    form = NumberForm(request.POST or None)
    if form.is_valid():
        try:
            found = membership.get_member(form.cleaned_data["member_number"])
        except Refusal as refusal:
            form.add_error("member_number", refusals.tell(refusal))
        else:
            return redirect("office:member", found.number)
    return render(request, "office/members/number.html", {"form": form})


def _member_page(
    request: door.OfficeRequest, member: Member, *, form: UnmaskForm | None = None, shown: PersonalData | None = None
) -> HttpResponse:
    revocation = membership.find_waiting_revocation(member.membership_id)
    context: dict[str, Any] = {
        "member": member,
        "revocation": revocation,
        "old_points": membership.find_old_points(member.membership_id),
        "accepted": terms.record_of(member.person_id),
        "can_be_revoked": not revocation and member.role == Member.Role.PRIMARY and member.membership.ended_at is None,
    }
    if request.staff.may(Permission.SEARCH_MEMBERS):
        masked = membership.list_masked_family(member.membership_id)
        this = next(each for each in masked if each.member_id == member.id)
        context |= {
            "family": masked,
            "data": [(field, this.data.get(field), shown and shown.get(field)) for field in PersonalField],
            "is_shown": shown is not None,
        }
    else:
        context["family"] = membership.list_family(member.membership_id)
    if request.staff.may(Permission.UNMASK):
        context["form"] = form or UnmaskForm()
    return render(request, "office/members/member.html", context)
