"""Bringing points of the old club over for whoever is a member already (REG-6)."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from pointclub.foundation import actors, clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.people.models import SignIn
from pointclub.people.rules.field_errors import FieldError
from pointclub.portal import refusals
from pointclub.portal.held import find_held, firsts_of, holds
from pointclub.portal.members import for_users, with_fresh_proof
from pointclub.portal.registration.club_fields import ClubFields
from pointclub.portal.registration.fields import in_words as words_of
from pointclub.portal.registration.old_membership import NUMBER, PASSWORD, find_moved, in_words, problem_of, show_pair


class OldPairForm(forms.Form):
    """The number and the password, as the form of registration asks for them."""

    old_number = ClubFields.base_fields[NUMBER]
    old_password = ClubFields.base_fields[PASSWORD]

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Need both: whoever registers may leave them out, but here they are all there is to send."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing."""
        for name, field in self.fields.items():
            if not self.cleaned_data.get(name):
                self.add_error(name, words_of(FieldError("required"), field.label))
        return self.cleaned_data


@sensitive_post_parameters(PASSWORD)
@for_users
@with_fresh_proof
@holds(NUMBER)
def old_points(request: HttpRequest, stay: SignIn) -> HttpResponseBase:
    """Show what came over; or ask for number and password, and bring it over, only after a fresh proof (REG-8)."""
    now = clock.now()
    try:
        member = membership_queries.get_primary_of(stay.user.person_id)
    except membership_queries.UnknownMemberError:
        return redirect("portal:my_page")
    moved = find_moved(stay.user.person_id)
    if moved is not None:
        return render(request, "portal/old_points.html", {"moved": moved})
    if member.membership.ended_at is not None or not membership_queries.knows_old_members():
        return redirect("portal:my_page")
    typed = find_held(request, stay, at=now)
    form = OldPairForm(request.POST if request.method == "POST" else None, initial=firsts_of(typed))
    has_to_wait: Refusal | None = None
    if form.is_valid():
        try:
            _bring_over(request, form, member, stay, at=now)
        except Refusal as refusal:
            form.add_error(NUMBER, in_words(problem_of(refusal)))
            has_to_wait = refusal
        else:
            return redirect("portal:old_points")
    page = render(request, "portal/old_points.html", {"form": form, "is_held": typed is not None})
    return refusals.ask_to_wait(page, has_to_wait, at=now)


def _bring_over(request: HttpRequest, form: OldPairForm, member: Member, stay: SignIn, *, at: dt.datetime) -> None:
    """Do it; where another window was quicker, the page tells what it brought over.

    Raises:
        Refusal: it was not done; `problem_of` says what there is to say.
    """
    typed = form.cleaned_data
    shown = show_pair(request, number=typed[NUMBER], password=typed[PASSWORD], at=at)
    with contextlib.suppress(membership.HasOldPointsError):
        membership.move_old_points(
            member=member,
            old_member_id=shown.old_member_id,
            stay=stay,
            at=at,
            actor=actors.member(member.number),
        )
