"""The registration form: its fields held against each other, on what has been typed so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pointclub.people.passwords import password_policy, refuse_unfit_password
from pointclub.people.rules import narrow_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.passwords import LENGTHS, Policy
from pointclub.portal.registration import old_membership
from pointclub.portal.registration.club_fields import OF_THE_CLUB
from pointclub.portal.registration.details_fields import PASSWORDS, SECOND, DetailsFields
from pointclub.portal.registration.drafts import Draft
from pointclub.portal.registration.fields import PartsInput, in_words
from pointclub.portal.registration.questionnaire import refuse_contradiction
from pointclub.portal.templatetags.portal import club_name, portal_name


class DetailsForm(DetailsFields):
    """All that is asked on one page; the cleaned values are as they will be kept."""

    def __init__(self, draft: Draft, *, on: dt.date) -> None:
        """Stand on the draft; passwords are no data of the form."""
        super().__init__(draft, on=on)
        self._put_in_names()
        self._speak_of_password()
        if draft.typed and not draft.typed.get("wants_club"):
            for name in self._of_the_club:
                self.fields[name].required = False

    def _put_in_names(self) -> None:
        names = {"club": club_name(), "portal": portal_name()}
        self.fields["wants_club"].label = gettext("Join %(club)s as well (free of charge, no annual fee)") % names
        self.fields["wants_club"].help_text = (
            gettext("If you are a member of %(club)s already, please remove the tick.") % names
        )
        self.fields["portal_terms"].label = gettext("I accept the terms of use of %(portal)s") % names

    def _speak_of_password(self) -> None:
        """Say the rule in force; what was typed before and fits need not be typed again."""
        shortest, longest = LENGTHS[password_policy()]
        rule = (
            gettext(
                "%(shortest)s to %(longest)s half-width letters and digits, with at least one letter and one digit; "
                "not the login ID. Upper and lower case letters count as different. Example: haru25kaze"
            )
            if password_policy() is Policy.DOCUMENTED
            else gettext(
                "%(shortest)s to %(longest)s characters; not the login ID, and nothing that many people use. "
                "Several words in a row are easy to remember and hard to guess."
            )
        ) % {"shortest": shortest, "longest": longest}
        self.fields["password"].help_text = rule
        if self.draft.password:
            for name in PASSWORDS:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Hold the fields against each other."""
        typed = self.cleaned_data
        if typed["wants_club"]:
            super().clean()
        else:
            for name in self._of_the_club:
                self.errors.pop(name, None)
                typed[name] = ""
        self._check_password()
        self._check("land_line", lambda: self._check_phones(typed))
        self._check("mail_again", lambda: _same(typed.get("mail"), typed.get("mail_again")))
        self._check("second_mail_again", lambda: _same(typed.get("second_mail"), typed.get("second_mail_again")))
        if typed.get("second_mail") and typed.get("mail"):
            self._check("second_mail", lambda: narrow_fields.second_mail(typed["second_mail"], first=typed["mail"]))
        if typed.get("login_id") and typed["login_id"] == self.draft.taken:
            self._check("login_id", lambda: _refuse("taken"))
        if typed.get("questionnaire"):
            self._check("questionnaire", lambda: refuse_contradiction(typed["questionnaire"]))
        if SECOND in typed.get("advertising", []) and not self["second_mail"].value():
            self.add_error(
                "advertising", ValidationError(_("To have offers sent to the second e-mail address, please enter one."))
            )
        return typed

    @property
    def _of_the_club(self) -> list[str]:
        return [name for name in OF_THE_CLUB if name in self.fields]

    @property
    def lacks_phone(self) -> bool:
        """Tell whether neither number is there, which is said of both together."""
        return self.has_error("land_line", code="phone_needed")

    def _check(self, name: str, check: Callable[[], Any]) -> None:
        """Say of the field what the check refuses; what is wrong already is not said twice."""
        if name in self.errors:
            return
        try:
            check()
        except FieldError as wrong:
            self.add_error(name, in_words(wrong, self.fields[name].label))

    def _check_password(self) -> None:
        """Judge what is kept; what did not fit when it was typed was not kept."""
        self.cleaned_data["password"] = self.draft.password
        problem = self.draft.password_problem
        if problem:
            field = problem["field"]
            self.add_error(field, in_words(FieldError(problem["code"], **problem["values"]), self.fields[field].label))
            return
        login_id = self.cleaned_data.get("login_id", "")
        self._check("password", lambda: refuse_unfit_password(self.draft.password, login_id=login_id))

    def _check_phones(self, typed: Mapping[str, Any]) -> None:
        if "mobile" not in self.errors:
            narrow_fields.phones(typed.get("land_line", ""), typed.get("mobile", ""))


def judge_passwords(typed: str, again: str) -> tuple[str, dict[str, Any]]:
    """Return the password where it was typed twice alike and may be one, else what is wrong with which field."""
    try:
        refuse_unfit_password(typed, login_id="")
    except FieldError as wrong:
        return "", {"field": "password", "code": wrong.code, "values": wrong.values}
    try:
        narrow_fields.refuse_unequal(typed, again)
    except FieldError as wrong:
        return "", {"field": "password_again", "code": wrong.code, "values": wrong.values}
    return typed, {}


def input_names() -> list[str]:
    """Return the names of all inputs but the passwords, which are kept apart."""
    names = []
    for name, field in DetailsForm.base_fields.items():
        parts = len(field.widget.widgets) if isinstance(field.widget, PartsInput) else 0
        names += [f"{name}_{part}" for part in range(parts)] if parts else [name]
    return [name for name in names if name not in {*PASSWORDS, old_membership.PASSWORD}]


def _same(typed: str | None, again: str | None) -> None:
    """Two fields of which one is wrong by itself are not compared."""
    if typed is not None and again is not None:
        narrow_fields.refuse_unequal(typed, again)


def _refuse(code: str) -> None:
    raise FieldError(code)
