"""The form, the page on which it is checked, and the page after it (REG-2 to REG-4)."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pointclub.foundation import actors, clock
from pointclub.foundation.periods import tokyo_day
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.passwords import HashesBusyError
from pointclub.people.postal_codes import find_towns
from pointclub.portal import entering, refusals
from pointclub.portal.registration import buttons, check_page, messages, old_membership
from pointclub.portal.registration.details_fields import PASSWORDS
from pointclub.portal.registration.details_form import DetailsForm
from pointclub.portal.registration.documents import as_shown, versions_in_force, without_superseded
from pointclub.portal.registration.doors import for_newcomers
from pointclub.portal.registration.drafts import Draft, find_draft, keep_draft, keep_draft_at_once
from pointclub.portal.registration.send_off import find_outcome, find_outcome_of, send_off
from pointclub.terms.rules.documents import Document

ADDRESS, OLD_MEMBERSHIP = "#address", "#old-membership"
NEWCOMER = actors.system("registration")


@for_newcomers
@sensitive_post_parameters(*PASSWORDS, old_membership.PASSWORD)
def details(request: HttpRequest) -> HttpResponse:
    """Show the form as far as it has been filled in, and take in what was typed, whichever button sent it."""
    now = clock.now()
    draft = find_draft(request, at=now)
    if request.method == "POST":
        return _take_in(request, draft, at=now)
    if draft is None or not draft.has_door:
        return redirect("portal:register_done" if find_outcome(request) else "portal:register")
    draft = without_superseded(draft, on=tokyo_day(now))
    return _show(request, draft, at=now)


@for_newcomers
def check(request: HttpRequest) -> HttpResponse:
    """Show all of it as it will be kept, and register when told so, once."""
    now = clock.now()
    draft = find_draft(request, at=now)
    if draft is None or not draft.has_door:
        outcome = find_outcome(request) or find_outcome_of(request, request.POST.get("once", ""))
        return redirect("portal:register_done" if outcome else "portal:register")
    current = without_superseded(draft, on=tokyo_day(now))
    form = DetailsForm(dataclasses.replace(current, was_tried=True), on=tokyo_day(now))
    # Who may look up no more login IDs is not to learn by this way either whether one is taken.
    if not form.is_valid() or current.free != form.cleaned_data["login_id"]:
        keep_draft(request, dataclasses.replace(current, was_tried=True), at=now)
        return redirect("portal:register_details")
    seen, has_to_wait = check_page.digest_of(draft), None
    if request.method == "POST":
        said = {"place": "check", "code": "changed_elsewhere"}
        if request.POST.get("seen") == seen:
            try:
                return send_off(request, form, draft, at=now)
            except HashesBusyError as refused:
                has_to_wait, said["code"] = refused, refused.code
        draft = dataclasses.replace(draft, said=said)
    context = {
        "rows": check_page.rows_of(form),
        "contract": draft.contract,
        "old": draft.old_membership if form.cleaned_data["wants_club"] else None,
        "seen": seen,
        "once": draft.once,
        "said": messages.in_words(draft.said) if draft.said.get("place") == "check" else "",
    }
    return refusals.ask_to_wait(render(request, "portal/registration/check.html", context), has_to_wait, at=now)


def towns(_request: HttpRequest, code: str) -> JsonResponse:
    """Tell the page's script which towns a postal code stands for."""
    found = [{"prefecture": town.prefecture, "town": town.town} for town in find_towns(code)]
    return JsonResponse({"towns": found, "said": messages.in_words({"code": "town_found"})})


@never_cache
def done(request: HttpRequest) -> HttpResponse:
    """Ask to open the link in the mail; who is held is told so, and not why (SCR-1)."""
    outcome = find_outcome(request)
    if outcome is None:
        return redirect("portal:register")
    user = request.user
    moved = old_membership.find_moved(user.person_id) if user.is_authenticated else None
    return render(request, "portal/registration/done.html", {"outcome": outcome, "moved": moved})


def _take_in(request: HttpRequest, draft: Draft | None, *, at: dt.datetime) -> HttpResponse:
    """Keep what was typed before anything else, then do what the button says."""
    if draft is None and find_outcome(request):
        return redirect("portal:register_done")
    on = tokyo_day(at)
    taken_in = without_superseded(buttons.take_in(draft or Draft(), request.POST, at=at), on=on)
    if not taken_in.has_door:
        keep_draft(request, dataclasses.replace(taken_in, said={"place": "doors", "code": "expired"}), at=at)
        return redirect("portal:register")
    if taken_in.typed.get("wants_club"):
        try:
            taken_in = old_membership.take_in(request, taken_in, at=at)
        except HashesBusyError as refused:
            busy = dataclasses.replace(taken_in, old_problem=old_membership.problem_of(refused))
            keep_draft_at_once(request, busy, at=at)
            return refusals.ask_to_wait(_show(request, busy, at=at), refused, at=at)
    then, _, which = request.POST.get("then", "").partition(":")
    if then == buttons.READ and which in set(Document):
        keep_draft(request, taken_in, at=at)
        return redirect("portal:document", which)
    return _press(request, taken_in, then, which, at=at) or _go_on(request, taken_in, at=at)


def _press(request: HttpRequest, draft: Draft, then: str, which: str, *, at: dt.datetime) -> HttpResponse | None:
    """Do what a button says that leads back to the form; the last one does not."""
    if then == old_membership.LEAVE_OUT:
        return _back_to(request, draft, OLD_MEMBERSHIP, at=at)
    if then in {buttons.FIND_TOWN, buttons.TAKE_TOWN}:
        changed = buttons.find_town(draft) if then == buttons.FIND_TOWN else buttons.take_town(draft, which)
        return _back_to(request, changed, ADDRESS, at=at)
    if then == buttons.TRY and which in buttons.MAILS:
        network, language = entering.network_of(request), get_language() or "ja"
        tried = buttons.send_trial(draft, which, network=network, language=language, at=at, actor=NEWCOMER)
        return _back_to(request, tried, f"#{which}", at=at)
    return None


def _go_on(request: HttpRequest, draft: Draft, *, at: dt.datetime) -> HttpResponse:
    tried = dataclasses.replace(draft, was_tried=True)
    form = DetailsForm(tried, on=tokyo_day(at))
    login_id = None if "login_id" in form.errors else form.cleaned_data["login_id"]
    if login_id is not None:
        tried = _with_login_id_looked_up(request, tried, login_id, at=at)
    keep_draft(request, tried, at=at)
    fits = form.is_valid() and tried.free == login_id
    return redirect("portal:register_check" if fits else "portal:register_details")


def _with_login_id_looked_up(request: HttpRequest, draft: Draft, login_id: str, *, at: dt.datetime) -> Draft:
    """Note whether somebody has the login ID; who asks too often for some that are taken has to wait."""
    if login_id in {draft.taken, draft.free}:
        return draft
    try:
        attempt = people.begin_attempt(
            step="login_id", login_id=login_id, network=entering.network_of(request), device="", at=at
        )
    except people.TooManyAttemptsError as refused:
        said = {"place": "login_id", "code": refused.code, "retry_at": refused.retry_at.isoformat()}
        return dataclasses.replace(draft, said=said)
    if not people_queries.is_login_id_free(login_id):
        return dataclasses.replace(draft, taken=login_id, free="")
    people.note_success(attempt=attempt, at=at)
    return dataclasses.replace(draft, taken="", free=login_id)


def _back_to(request: HttpRequest, draft: Draft, place: str, *, at: dt.datetime) -> HttpResponse:
    keep_draft(request, draft, at=at)
    return redirect(reverse("portal:register_details") + place)


def _show(request: HttpRequest, draft: Draft, *, at: dt.datetime) -> HttpResponse:
    versions = versions_in_force(on=tokyo_day(at))
    place, language = draft.said.get("place", ""), get_language() or "ja"
    context = {
        "form": DetailsForm(draft, on=tokyo_day(at)),
        "contract": draft.contract,
        "old": draft.old_membership,
        "old_said": old_membership.in_words(draft.old_problem) if draft.old_problem and not draft.was_tried else "",
        "has_password": bool(draft.password),
        "shown": as_shown(versions),
        "documents": {each.name.lower(): (each, version.title[language]) for each, version in versions.items()},
        "towns": buttons.towns_of(draft) if draft.said.get("code") == "several_towns" else [],
        "said": {place: messages.in_words(draft.said)} if place else {},
        "sender_domain": settings.ENVIRONMENT.mail_sender.rpartition("@")[2],
        "is_good": draft.said.get("code") in messages.GOOD_NEWS,
    }
    return render(request, "portal/registration/details.html", context)
