"""What each form changes when it is sent off, and what is said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, override

from pointclub.membership import services as membership
from pointclub.notices import services as notices
from pointclub.people import services as people
from pointclub.people.models import SignIn, User
from pointclub.people.rules.personal_fields import MAILS
from pointclub.portal.details.forms import AdvertisingForm, DetailForm, DisplayForm, KeywordForm
from pointclub.portal.registration.send_off import link_to_proof
from pointclub.portal.schemes import set_scheme


def save(form: DetailForm, *, stay: SignIn, at: dt.datetime) -> str:
    """Change what the form says, and return what is said of that.

    Raises:
        Refusal: the services say why; nothing was changed.
    """
    special = next((_SPECIAL[kind] for kind in _SPECIAL if isinstance(form, kind)), _save_details)
    return special(form, stay, at)


def answer(form: DetailForm) -> HttpResponseBase:
    """Lead back to the details, in the language and colours that were chosen just now."""
    if not isinstance(form, DisplayForm):
        return redirect("portal:details")
    user = form.standing.user
    with override(user.language):
        response = redirect(reverse("portal:details"))
    set_scheme(response, User.Scheme(user.scheme))
    return response


def _save_details(form: DetailForm, stay: SignIn, at: dt.datetime) -> str:
    values, removed = form.changes()
    changed = membership.change_details(
        stay=stay, values=values, removed=removed, link_to=link_to_proof, at=at, actor=membership.as_actor(stay.user)
    )
    if not changed:
        return gettext("Nothing was changed.")
    if changed & set(MAILS) & set(values):
        return gettext("We have sent a mail to the new address, which takes effect once you open the link in the mail.")
    return gettext("Your details were changed.")


def _save_keyword(form: DetailForm, stay: SignIn, at: dt.datetime) -> str:
    keyword = form.cleaned_data["keyword"]
    membership.change_keyword(stay=stay, keyword=keyword, at=at, actor=membership.as_actor(stay.user))
    return gettext("Your keyword has been changed.")


def _save_advertising(form: DetailForm, stay: SignIn, at: dt.datetime) -> str:
    assert isinstance(form, AdvertisingForm)
    user = stay.user
    membership.choose_advertising(user=user, wanted=form.wanted(), stay=stay, at=at, actor=membership.as_actor(user))
    return gettext("Your choice has been saved.")


def _save_display(form: DetailForm, stay: SignIn, at: dt.datetime) -> str:
    user, chosen = stay.user, form.cleaned_data
    actor = membership.as_actor(user)
    people.choose_display(
        user=user,
        language=User.Language(chosen["language"]),
        scheme=User.Scheme(chosen["scheme"]),
        stay=stay,
        at=at,
        actor=actor,
    )
    if "reminders" in chosen:
        wanted = chosen["reminders"]
        notices.choose_reminders(person_id=user.person_id, wanted=wanted, stay=stay, at=at, actor=actor)
    with override(user.language):
        return gettext("Your choice has been saved.")


_SPECIAL: Mapping[type[DetailForm], Callable[[DetailForm, SignIn, dt.datetime], str]] = {
    KeywordForm: _save_keyword,
    AdvertisingForm: _save_advertising,
    DisplayForm: _save_display,
}
