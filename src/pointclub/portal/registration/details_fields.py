"""The fields of the registration form (REG-2), in the order of the source's form, with their rules and examples."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.people.rules import narrow_fields, wide_fields
from pointclub.people.rules.prefectures import PREFECTURES
from pointclub.portal.history_form import NamesSelect
from pointclub.portal.registration.club_fields import DECLARATION, OF_THE_CLUB, ClubFields, DeclarationFields
from pointclub.portal.registration.fields import PhoneField, RuledChoice, RuledField, Tick, Ticks, is_any, text_input
from pointclub.portal.registration.questionnaire import ANSWERS

PASSWORDS = ("password", "password_again")
FIRST, SECOND = "first", "second"
ADDRESSES = ((FIRST, _("The first e-mail address")), (SECOND, _("The second e-mail address")))
_IN_ASCII = {"autocapitalize": "none", "spellcheck": "false"}
_TWICE = _("Please type it once more, to guard against mistakes.")


_FIRST = (
    "name",
    "login_id",
    *PASSWORDS,
    "postal_code",
    "prefecture",
    "town",
    "street",
    "building",
    "land_line",
    "mobile",
    "mail",
    "mail_again",
    "second_mail",
    "second_mail_again",
    "advertising",
    "nickname",
    "keyword",
)


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


class DetailsFields(ClubFields, DeclarationFields):
    """What is asked, field by field; what whoever joins later is asked for as well stands apart."""

    field_order = (*_FIRST, "wants_club", *OF_THE_CLUB, "questionnaire", "portal_terms", "privacy_notice", *DECLARATION)

    name = RuledField(
        wide_fields.full_name,
        label=_("Name"),
        help_text=_("Up to 20 full-width characters: letters, digits, kana and kanji. Example: 見本 花子"),
        widget=text_input(autocomplete="name"),
    )
    login_id = RuledField(
        narrow_fields.login_id,
        label=_("Login ID"),
        help_text=_("6 to 8 half-width letters and digits, with one letter at least. Example: abcd1234"),
        widget=text_input(autocomplete="username", **_IN_ASCII),
    )
    password = RuledField(is_any, label=_("Password"), widget=_secret())
    password_again = RuledField(is_any, label=_("Password again"), help_text=_TWICE, widget=_secret())
    postal_code = RuledField(
        narrow_fields.postal_code,
        label=_("Postal code"),
        help_text=_("Seven half-width digits. Example: 5300005"),
        widget=text_input(autocomplete="postal-code", inputmode="numeric"),
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
        widget=text_input(autocomplete="address-level2"),
    )
    street = RuledField(
        wide_fields.street,
        label=_("Street number"),
        help_text=_("What follows the town, in full-width characters. Example: １－２－２２"),
        widget=text_input(autocomplete="address-line1"),
    )
    building = RuledField(
        wide_fields.building,
        label=_("Building and room"),
        required=False,
        help_text=_("Please give the full name of the building, so that letters arrive. Example: 見本ビル３０１号"),
        widget=text_input(autocomplete="address-line2"),
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
        widget=text_input(autocomplete="nickname"),
    )
    keyword = RuledField(
        wide_fields.identity_keyword,
        label=_("Identity keyword"),
        help_text=_(
            "Up to 10 full-width characters that only you know. We ask for them when you have forgotten your login ID "
            "or password, so please remember them. Example: みけのたま"
        ),
        widget=text_input(autocomplete="off"),
    )
    wants_club = forms.BooleanField(required=False, initial=True)
    questionnaire = Ticks(
        label=_("How you heard of us"),
        choices=list(ANSWERS.items()),
        help_text=_("You can tick several."),
    )
    portal_terms = Tick()
    privacy_notice = Tick(label=_("I have read the privacy notice and agree to it"))
