"""My details: looking at them, and changing each group in place (MEM-7)."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.people import queries as people
from pointclub.people.models import SignIn, User
from pointclub.portal import entering, refusals
from pointclub.portal.details import saving
from pointclub.portal.details.forms import FORMS, NAMES_HELD, DetailForm, DisplayForm
from pointclub.portal.details.overview import groups_of
from pointclub.portal.details.standing import Standing, standing_of
from pointclub.portal.held import find_held, holds
from pointclub.portal.members import for_users, with_fresh_proof
from pointclub.portal.registration import buttons
from pointclub.portal.registration import messages as registration_messages
from pointclub.portal.registration.drafts import Draft, Typed


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A request for one form, by whoever is in."""

    request: HttpRequest
    stay: SignIn
    group: str
    standing: Standing

    @property
    def form(self) -> type[DetailForm]:
        """Return the form that is asked for."""
        return FORMS[self.group]


@require_safe
@for_users
def overview(request: HttpRequest, stay: SignIn) -> HttpResponseBase:
    """Show all that is registered of whoever is in, what waits for a proof, and what stood before."""
    standing = standing_of(stay.user)
    context = {
        "standing": standing,
        "groups": groups_of(standing),
        "keyword_set_at": people.keyword_set_at(stay.user.person_id),
        "wanted": [standing.addresses[kind].value for kind in sorted(standing.advertising & standing.proved)],
        "colours": dict(DisplayForm.SCHEMES)[User.Scheme(stay.user.scheme)],
    }
    return render(request, "portal/details/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@for_users
@holds(*NAMES_HELD)
def change(request: HttpRequest, stay: SignIn, group: str) -> HttpResponseBase:
    """Show the form of a group and take in what was typed; a proof that has run out costs nothing of it (REG-8)."""
    if group not in FORMS:
        raise Http404
    view = with_fresh_proof(_change) if FORMS[group].needs_proof else _change
    return view(request, stay, group)


@holds(*NAMES_HELD)
def _change(request: HttpRequest, stay: SignIn, group: str) -> HttpResponseBase:
    now = clock.now()
    asked = Asked(request, stay, group, standing_of(stay.user))
    if request.method == "POST":
        return _take_in(asked, at=now)
    typed = find_held(request, stay, at=now)
    return _show(asked, asked.form(asked.standing, typed=typed), is_held=typed is not None)


def _take_in(asked: Asked, *, at: dt.datetime) -> HttpResponseBase:
    request = asked.request
    then, _colon, which = request.POST.get("then", "").partition(":")
    if then in {buttons.FIND_TOWN, buttons.TAKE_TOWN, buttons.TRY}:
        return _press(asked, then, which, at=at)
    form = asked.form(asked.standing, data=request.POST)
    if not form.is_valid():
        return _show(asked, form)
    try:
        said = saving.save(form, stay=asked.stay, at=at)
    except Refusal as refusal:
        form.add_error(None, refusals.tell(refusal))
        return refusals.ask_to_wait(_show(asked, form), refusal, at=at)
    messages.success(request, said)
    return saving.answer(form)


def _press(asked: Asked, then: str, which: str, *, at: dt.datetime) -> HttpResponseBase:
    """Do what another button than the last says, as on the form of registration, and show what was typed."""
    draft = Draft(once=asked.stay.id, typed=_typed_in(asked))
    if then == buttons.TRY:
        if which not in buttons.MAILS:
            return redirect(asked.request.path)
        draft = buttons.send_trial(
            draft,
            which,
            network=entering.network_of(asked.request),
            language=get_language() or "ja",
            at=at,
            actor=membership.as_actor(asked.stay.user),
        )
    else:
        draft = buttons.find_town(draft) if then == buttons.FIND_TOWN else buttons.take_town(draft, which)
    return _show(asked, asked.form(asked.standing, typed=draft.typed), draft=draft)


def _show(asked: Asked, form: DetailForm, *, draft: Draft | None = None, is_held: bool = False) -> HttpResponse:
    said = {} if draft is None else draft.said
    place = said.get("place", "")
    context = {
        "form": form,
        "group": asked.group,
        "standing": asked.standing,
        "is_held": is_held,
        "towns": buttons.towns_of(draft) if draft is not None and said.get("code") == "several_towns" else [],
        "said": {place: registration_messages.in_words(said)} if place else {},
        "is_good": said.get("code") in registration_messages.GOOD_NEWS,
    }
    return render(asked.request, "portal/details/change.html", context)


def _typed_in(asked: Asked) -> Typed:
    posted = asked.request.POST
    return {name: posted.getlist(name) for name in asked.form.input_names() if name in posted}
