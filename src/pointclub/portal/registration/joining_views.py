"""Joining the club later: the form, the page on which it is checked, and the page after it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters

from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import Registration
from pointclub.membership.rules.number import grouped
from pointclub.people.models import SignIn
from pointclub.people.passwords import HashesBusyError
from pointclub.portal import entering, refusals
from pointclub.portal.held import as_posted, find_held, holds
from pointclub.portal.members import for_users
from pointclub.portal.registration import buttons, check_page, messages, old_membership
from pointclub.portal.registration.application import enrolment_of
from pointclub.portal.registration.documents import TO_JOIN, as_shown, versions_in_force, without_superseded
from pointclub.portal.registration.drafts import (
    ENROLMENT,
    KEPT_FOR,
    Draft,
    drop_draft,
    find_draft,
    keep_draft,
    keep_draft_at_once,
)
from pointclub.portal.registration.joining_form import JoiningForm
from pointclub.terms.rules.documents import Document
from pointclub.terms.services import DocumentSupersededError

_NAMES = [name for name in JoiningForm.base_fields if name != old_membership.PASSWORD]
View = Callable[[HttpRequest, SignIn], HttpResponseBase]


def _for_applicants(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Show the page to whoever can join; others learn on their own page, or the last one, how things stand."""

    @functools.wraps(view)
    def found(request: HttpRequest, stay: SignIn) -> HttpResponseBase:
        if not membership_queries.can_join_later(stay.user.person_id):
            return redirect("portal:join_done")
        return view(request, stay)

    return for_users(found)


@sensitive_post_parameters(old_membership.PASSWORD)
@_for_applicants
@holds(*_NAMES, "shown")
def enter(request: HttpRequest, stay: SignIn) -> HttpResponseBase:
    """Show the form as far as it has been filled in, and take in what was typed, whichever button sent it."""
    now = clock.now()
    draft = find_draft(request, at=now, of=ENROLMENT) or Draft()
    if request.method != "POST":
        typed = find_held(request, stay, at=now)
        if typed is not None:
            draft = buttons.take_in_typed(draft, as_posted(typed), names=_NAMES)
        return _show(request, without_superseded(draft, on=tokyo_day(now)), at=now, is_held=typed is not None)
    draft = without_superseded(buttons.take_in_typed(draft, request.POST, names=_NAMES), on=tokyo_day(now))
    try:
        draft = old_membership.take_in(request, draft, at=now)
    except HashesBusyError as refused:
        busy = dataclasses.replace(draft, old_problem=old_membership.problem_of(refused))
        keep_draft_at_once(request, busy, at=now, of=ENROLMENT)
        return refusals.ask_to_wait(_show(request, busy, at=now), refused, at=now)
    then, _, which = request.POST.get("then", "").partition(":")
    if then == buttons.READ and which in set(Document):
        keep_draft(request, draft, at=now, of=ENROLMENT)
        return redirect("portal:document", which)
    if then == old_membership.LEAVE_OUT:
        keep_draft(request, draft, at=now, of=ENROLMENT)
        return redirect(reverse("portal:join") + "#old-membership")
    tried = dataclasses.replace(draft, was_tried=True)
    keep_draft(request, tried, at=now, of=ENROLMENT)
    fits = JoiningForm(tried, on=tokyo_day(now)).is_valid()
    return redirect("portal:join_check" if fits else "portal:join")


@_for_applicants
@holds()
def check(request: HttpRequest, stay: SignIn) -> HttpResponseBase:
    """Show all of it as it will be kept, and let them join when told so, once; only after a fresh proof (REG-8)."""
    now = clock.now()
    draft = find_draft(request, at=now, of=ENROLMENT)
    if draft is None:
        return redirect("portal:join")
    if not entering.has_fresh_proof(request, at=now):
        return redirect_to_login(request.get_full_path(), login_url=reverse("portal:prove"))
    current = dataclasses.replace(without_superseded(draft, on=tokyo_day(now)), was_tried=True)
    form = JoiningForm(current, on=tokyo_day(now))
    if not form.is_valid():
        keep_draft(request, current, at=now, of=ENROLMENT)
        return redirect("portal:join")
    seen = check_page.digest_of(draft)
    if request.method == "POST":
        if request.POST.get("seen") == seen:
            return _send_off(request, stay, form, draft, at=now)
        draft = dataclasses.replace(draft, said={"place": "check", "code": "changed_elsewhere"})
    context = {
        "rows": check_page.rows_of(form),
        "old": draft.old_membership,
        "seen": seen,
        "said": messages.in_words(draft.said) if draft.said.get("place") == "check" else "",
    }
    return render(request, "portal/joining/check.html", context)


@for_users
def done(request: HttpRequest, stay: SignIn) -> HttpResponseBase:
    """Welcome who was admitted, and tell who is held so, and not why (SCR-1); everybody else has a page of their own.

    Any other page of joining leads here once the form was sent off, by the back button and by a second press alike.
    """
    registration = membership_queries.find_registration_of(stay.user.person_id)
    if registration is None or registration.door != Registration.Door.ACCOUNT:
        return redirect("portal:my_page")
    if registration.member is not None and registration.member.ended_at is not None:
        return redirect("portal:my_page")
    context = {
        "registration": registration,
        "number": "" if registration.member is None else grouped(registration.member.number),
        "moved": old_membership.find_moved(stay.user.person_id),
    }
    return render(request, "portal/joining/done.html", context)


def _send_off(
    request: HttpRequest, stay: SignIn, form: JoiningForm, draft: Draft, *, at: dt.datetime
) -> HttpResponseBase:
    """Join; or go back to the form, with all of it still there."""
    try:
        membership.enrol(
            stay=stay,
            form=enrolment_of(form, draft),
            once=draft.once,
            at=at,
            actor=membership.as_actor(stay.user),
        )
    except (membership.RegistrationChangedError, membership.CannotEnrolError):
        # Another window sent it off before: what it sent counts, and the last page tells of it.
        pass
    except DocumentSupersededError:
        return _back(request, without_superseded(draft, on=tokyo_day(at)), at=at)
    except membership.OldPointsMovedError:
        return _back(request, dataclasses.replace(draft, **old_membership.WITHOUT_MOVED), at=at)
    except Refusal as refused:
        said = {"place": "form", "code": "refused", "why": refused.code}
        return _back(request, dataclasses.replace(draft, said=said), at=at)
    drop_draft(request, of=ENROLMENT)
    return redirect("portal:join_done")


def _back(request: HttpRequest, draft: Draft, *, at: dt.datetime) -> HttpResponseBase:
    keep_draft(request, dataclasses.replace(draft, was_tried=True), at=at, of=ENROLMENT)
    return redirect("portal:join")


def _show(request: HttpRequest, draft: Draft, *, at: dt.datetime, is_held: bool = False) -> HttpResponse:
    versions = {each: version for each, version in versions_in_force(on=tokyo_day(at)).items() if each in TO_JOIN}
    place, language = draft.said.get("place", ""), get_language() or "ja"
    context = {
        "form": JoiningForm(draft, on=tokyo_day(at)),
        "shown": as_shown(versions),
        "documents": {each.name.lower(): (each, version.title[language]) for each, version in versions.items()},
        "said": {place: messages.in_words(draft.said)} if place else {},
        "is_held": is_held,
        "old": draft.old_membership,
        "old_said": old_membership.in_words(draft.old_problem) if draft.old_problem and not draft.was_tried else "",
        "hours": KEPT_FOR // dt.timedelta(hours=1),
    }
    return render(request, "portal/joining/enter.html", context)
