"""The record of acts: who did what, searched and shown a page at a time (STF-3)."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from pointclub.audit import queries as audit
from pointclub.audit.rules.details import Subject
from pointclub.membership import queries as membership
from pointclub.office import door, refusals
from pointclub.office.forms.audit import AuditForm
from pointclub.people.rules.permissions import Permission

_A_PAGE = 50


@door.needs(Permission.SEE_AUDIT)
def search(request: door.OfficeRequest) -> HttpResponse:
    """Show the acts that answer what is asked, the latest first."""
    form = AuditForm(request.GET)
    page = None
    if form.is_valid():
        try:
            page = audit.search_acts(form.wanted(*_subjects(form)), after=_after(request), limit=_A_PAGE)
        except membership.UnknownMemberError as refusal:
            form.add_error("member_number", refusals.tell(refusal))
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    following = urlencode({**asked, "after": str(page.next_after)}) if page and page.next_after else ""
    context = {"form": form, "page": page, "following": following, "is_asked": bool(asked)}
    return render(request, "office/audit.html", context)


def _subjects(form: AuditForm) -> list[Subject]:
    number = form.cleaned_data["member_number"]
    if not number:
        return []
    member = membership.get_member(number)
    belonging = member.membership
    return [
        Subject("membership", belonging.id),
        Subject("account", belonging.account_id),
        Subject("member", member.id),
        Subject("person", member.person_id),
    ]


def _after(request: door.OfficeRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None
