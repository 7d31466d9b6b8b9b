"""The registration form: every field of REG-2 in the order of the source's form, with its rule and its example."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pointclub.people.passwords import password_policy, refuse_unfit_password
from pointclub.people.rules import narrow_fields, wide_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.passwords import LENGTHS, Policy
from pointclub.people.rules.prefectures import PREFECTURES
from pointclub.portal.history_form import NamesSelect
from pointclub.portal.registration.drafts import Draft, Typed
from pointclub.portal.registration.fields import PartsInput, PhoneField, RuledChoice, RuledField, Tick, Ticks, in_words
from pointclub.portal.registration.questionnaire import ANSWERS, refuse_contradiction
from pointclub.portal.templatetags.portal import club_name, portal_name

PASSWORDS = ("password", "password_again")
SEXES = (
    (wide_fields.Sex.FEMALE, _("Female")),
    (wide_fields.Sex.MALE, _("Male")),
    (wide_fields.Sex.DECLINED, _("I would rather not say")),
)
FIRST, SECOND = "first", "second"
ADDRESSES = ((FIRST, _("The first e-mail address")), (SECOND, _("The second e-mail address")))
# What is asked of those alone who join the club.
OF_THE_CLUB = (
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "birth_date",
    "sex",
    "membership_terms",
    "point_rules",
)
_IN_ASCII = {"autocapitalize": "none", "spellcheck": "false"}
_TWICE = _("Please type it once more; this guards against slips.")


def _is_any(text: str) -> str:
    return text


def _text(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attributes)


def _mail(autocomplete: str) -> forms.EmailInput:
    return forms.EmailInput({"autocomplete": autocomplete, **_IN_ASCII})


def _secret() -> forms.PasswordInput:
    return forms.PasswordInput({"autocomplete": "new-password"})


def _parts(section: str) -> tuple[dict[str, Any], ...]:
    names = (_("first part"), _("second part"), _("third part"))
    tokens = ("tel-area-code", "tel-local-prefix", "tel-local-suffix")
    return tuple(
        {"autocomplete": f"{section} {token}", "part": name} for token, name in zip(tokens, names, strict=True)
    )


class DetailsForm(forms.Form):
    """All that is asked on one page; the cleaned values are as they will be kept."""

    name = RuledField(
        wide_fields.full_name,
        label=_("Name"),
        help_text=_("Up to 20 full-width characters: letters, digits, kana and kanji. Example: 見本 花子"),
        widget=_text(autocomplete="name"),
    )
    login_id = RuledField(
        narrow_fields.login_id,
        label=_("Login ID"),
        help_text=_("6 to 8 half-width letters and digits, with one letter at least. Example: abcd1234"),
        widget=_text(autocomplete="username", **_IN_ASCII),
    )
    password = RuledField(_is_any, label=_("Password"), widget=_secret())
    password_again = RuledField(_is_any, label=_("Password again"), help_text=_TWICE, widget=_secret())
    postal_code = RuledField(
        narrow_fields.postal_code,
        label=_("Postal code"),
        help_text=_("Seven half-width digits. Example: 5300005"),
        widget=_text(autocomplete="postal-code", inputmode="numeric"),
    )
    prefecture = RuledChoice(
        wide_fields.prefecture,
        label=_("Prefecture"),
        choices=[("", _("Please choose")), *((each, each) for each in PREFECTURES)],
        widget=NamesSelect({"autocomplete": "address-level1"}),
    )
    town = RuledField(
        wide_fields.town,
        label=_("City, ward, town"),
        help_text=_("In full-width characters. Example: 大阪市北区中之島"),
        widget=_text(autocomplete="address-level2"),
    )
    street = RuledField(
        wide_fields.street,
        label=_("Street number"),
        help_text=_("What follows the town, in full-width characters. Example: １－２－２２"),
        widget=_text(autocomplete="address-line1"),
    )
    building = RuledField(
        wide_fields.building,
        label=_("Building and room"),
        required=False,
        help_text=_("Please give the full name of the building, so that letters arrive. Example: 見本ビル３０１号"),
        widget=_text(autocomplete="address-line2"),
    )
    land_line = PhoneField(
        narrow_fields.land_line,
        label=_("Home phone"),
        help_text=_("Half-width digits. Example: 06-1234-5678"),
        parts=_parts("home"),
    )
    mobile = PhoneField(
        narrow_fields.mobile,
        label=_("Mobile phone"),
        help_text=_("Half-width digits. Example: 090-1234-5678"),
        parts=_parts("mobile"),
    )
    mail = RuledField(
        narrow_fields.mail,
        label=_("First e-mail address"),
        help_text=_("Up to 50 half-width characters. Example: hanako@example.com"),
        widget=_mail("email"),
    )
    mail_again = RuledField(
        narrow_fields.mail, label=_("First e-mail address again"), help_text=_TWICE, widget=_mail("email")
    )
    second_mail = RuledField(
        narrow_fields.mail,
        label=_("Second e-mail address"),
        required=False,
        help_text=_("Up to 50 half-width characters. Example: taro@example.com"),
        widget=_mail("off"),
    )
    second_mail_again = RuledField(
        narrow_fields.mail,
        label=_("Second e-mail address again"),
        required=False,
        help_text=_TWICE,
        widget=_mail("off"),
    )
    advertising = Ticks(
        label=_("Addresses for offers and campaigns"),
        required=False,
        choices=ADDRESSES,
        help_text=_("No advertising is sent to an address that is not ticked. You can change this at any time."),
    )
    nickname = RuledField(
        wide_fields.nickname,
        label=_("Nickname"),
        required=False,
        help_text=_(
            "Up to 20 full-width characters. The site calls you by it; you can change it at any time. "
            "Example: ひだまり花子"
        ),
        widget=_text(autocomplete="nickname"),
    )
    keyword = RuledField(
        wide_fields.identity_keyword,
        label=_("Identity keyword"),
        help_text=_(
            "Up to 10 full-width characters that only you know. We ask for them when you have forgotten your login ID "
            "or password, so please remember them. Example: みけのたま"
        ),
        widget=_text(autocomplete="off"),
    )
    wants_club = forms.BooleanField(required=False, initial=True)
    family_name = RuledField(
        wide_fields.family_name,
        label=_("Family name"),
        help_text=_("In full-width characters. Example: 見本"),
        widget=_text(autocomplete="family-name"),
    )
    given_name = RuledField(
        wide_fields.given_name,
        label=_("Given name"),
        help_text=_("In full-width characters. Example: 花子"),
        widget=_text(autocomplete="given-name"),
    )
    family_kana = RuledField(
        wide_fields.reading,
        label=_("Family name in katakana"),
        help_text=_("In full-width katakana. Example: ミホン"),
        widget=_text(autocomplete="off"),
    )
    given_kana = RuledField(
        wide_fields.reading,
        label=_("Given name in katakana"),
        help_text=_("In full-width katakana. Example: ハナコ"),
        widget=_text(autocomplete="off"),
    )
    birth_date = RuledField(
        _is_any,
        label=_("Date of birth"),
        help_text=_("Year, month and day. Example: 1980-04-01"),
        widget=_text(autocomplete="bday", inputmode="numeric"),
    )
    sex = RuledChoice(wide_fields.sex, label=_("Sex"), choices=SEXES, widget=forms.RadioSelect)
    membership_terms = Tick()
    point_rules = Tick(label=_("I accept the point rules"))
    questionnaire = Ticks(
        label=_("How you heard of us"),
        choices=list(ANSWERS.items()),
        help_text=_("You can tick several."),
    )
    is_no_part = Tick(label=_("I declare and warrant that I do not belong to anti-social forces, now or in future"))
    does_no_harm = Tick(label=_("I warrant not to act as anti-social forces do, in person or through others"))
    portal_terms = Tick()
    privacy_notice = Tick(label=_("I have read the privacy notice and agree with it"))

    def __init__(self, draft: Draft, *, on: dt.date) -> None:
        """Stand on the draft, with its errors once it has been tried; passwords are no data of the form."""
        data = _as_posted(draft.typed)
        super().__init__(data if draft.was_tried else None, initial=self._typed(data), use_required_attribute=False)
        self._draft, self._on = draft, on
        self._put_in_names()
        self._speak_of_password()
        if draft.typed and not data.get("wants_club"):
            for name in OF_THE_CLUB:
                self.fields[name].required = False

    def _typed(self, data: QueryDict) -> dict[str, Any]:
        """Return what the fields show without being judged; nothing where the page is opened for the first time."""
        if not data:
            return {}
        fields = self.base_fields.items()
        return {name: field.widget.value_from_datadict(data, MultiValueDict(), name) for name, field in fields}

    def _put_in_names(self) -> None:
        names = {"club": club_name(), "portal": portal_name()}
        self.fields["wants_club"].label = gettext("Join %(club)s as well (free of charge, no annual fee)") % names
        self.fields["wants_club"].help_text = (
            gettext("If you are a member of %(club)s already, please take the tick out.") % names
        )
        self.fields["membership_terms"].label = gettext("I accept the membership terms of %(club)s") % names
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
        if self._draft.password:
            for name in PASSWORDS:
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Hold the fields against each other."""
        typed = self.cleaned_data
        if not typed["wants_club"]:
            for name in OF_THE_CLUB:
                self.errors.pop(name, None)
                typed[name] = ""
        self._check_password()
        self._check("land_line", lambda: self._check_phones(typed))
        self._check("mail_again", lambda: _same(typed.get("mail"), typed.get("mail_again")))
        self._check("second_mail_again", lambda: _same(typed.get("second_mail"), typed.get("second_mail_again")))
        if typed.get("second_mail") and typed.get("mail"):
            self._check("second_mail", lambda: narrow_fields.second_mail(typed["second_mail"], first=typed["mail"]))
        if typed.get("login_id") and typed["login_id"] == self._draft.taken:
            self._check("login_id", lambda: _refuse("taken"))
        if typed.get("questionnaire"):
            self._check("questionnaire", lambda: refuse_contradiction(typed["questionnaire"]))
        if SECOND in typed.get("advertising", []) and not self["second_mail"].value():
            self.add_error(
                "advertising", ValidationError(_("To have offers sent to the second e-mail address, please enter one."))
            )
        return typed

    def clean_birth_date(self) -> str:
        """Return the day; it lies before the day of the registration."""
        text = self.cleaned_data["birth_date"]
        if not text and not self.fields["birth_date"].required:
            return ""
        try:
            return narrow_fields.birth_date(text, on=self._on)
        except FieldError as wrong:
            raise in_words(wrong, self.fields["birth_date"].label) from None

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
        self.cleaned_data["password"] = self._draft.password
        problem = self._draft.password_problem
        if problem:
            field = problem["field"]
            self.add_error(field, in_words(FieldError(problem["code"], **problem["values"]), self.fields[field].label))
            return
        login_id = self.cleaned_data.get("login_id", "")
        self._check("password", lambda: refuse_unfit_password(self._draft.password, login_id=login_id))

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
    return [name for name in names if name not in PASSWORDS]


def _as_posted(typed: Typed) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, texts in typed.items():
        data.setlist(name, texts)
    return data


def _same(typed: str | None, again: str | None) -> None:
    """Two fields of which one is wrong by itself are not compared."""
    if typed is not None and again is not None:
        narrow_fields.refuse_unequal(typed, again)


def _refuse(code: str) -> None:
    raise FieldError(code)
