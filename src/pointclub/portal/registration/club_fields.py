"""What is asked of everybody who joins the club, on registering or later."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pointclub.membership.queries import knows_old_members
from pointclub.people.rules import narrow_fields, wide_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.portal.registration import old_membership
from pointclub.portal.registration.drafts import Draft, Typed
from pointclub.portal.registration.fields import RuledChoice, RuledField, Tick, in_words, is_any, text_input
from pointclub.portal.templatetags.portal import club_name

SEXES = (
    (wide_fields.Sex.FEMALE, _("Female")),
    (wide_fields.Sex.MALE, _("Male")),
    (wide_fields.Sex.DECLINED, _("I would rather not say")),
)
# What is asked of those alone who join the club.
OF_THE_CLUB = (
    "family_name",
    "given_name",
    "family_kana",
    "given_kana",
    "birth_date",
    "sex",
    "old_number",
    "old_password",
    "membership_terms",
    "point_rules",
)
DECLARATION = ("is_no_part", "does_no_harm")


class DraftForm(forms.Form):
    """A form that stands on what was typed so far, with its errors once it has been tried."""

    def __init__(self, draft: Draft, *, on: dt.date) -> None:
        """Show what was typed, whether it fits or not; nothing where the page is opened for the first time."""
        data = _as_posted(draft.typed)
        initial = {name: _typed(field, data, name) for name, field in self.base_fields.items()} if data else {}
        super().__init__(data if draft.was_tried else None, initial=initial, use_required_attribute=False)
        self.draft, self.on = draft, on


class ClubFields(DraftForm):
    """Names with their readings, date of birth, sex, and the club's terms."""

    family_name = RuledField(
        wide_fields.family_name,
        label=_("Family name"),
        help_text=_("In full-width characters. Example: 見本"),
        widget=text_input(autocomplete="family-name"),
    )
    given_name = RuledField(
        wide_fields.given_name,
        label=_("Given name"),
        help_text=_("In full-width characters. Example: 花子"),
        widget=text_input(autocomplete="given-name"),
    )
    family_kana = RuledField(
        wide_fields.reading,
        label=_("Family name in katakana"),
        help_text=_("In full-width katakana. Example: ミホン"),
        widget=text_input(autocomplete="off"),
    )
    given_kana = RuledField(
        wide_fields.reading,
        label=_("Given name in katakana"),
        help_text=_("In full-width katakana. Example: ハナコ"),
        widget=text_input(autocomplete="off"),
    )
    birth_date = RuledField(
        is_any,
        label=_("Date of birth"),
        help_text=_("Year, month and day. Example: 1980-04-01"),
        widget=text_input(autocomplete="bday", inputmode="numeric"),
    )
    sex = RuledChoice(wide_fields.sex, label=_("Sex"), choices=SEXES, widget=forms.RadioSelect)
    old_number = RuledField(
        is_any,
        label=_("Old member number"),
        required=False,
        help_text=_("On your old membership card. Hyphens may be left out."),
        widget=text_input(autocomplete="off", autocapitalize="characters", spellcheck="false"),
    )
    old_password = RuledField(
        is_any,
        label=_("Password of the old membership"),
        required=False,
        help_text=_("It is not kept; we only check it."),
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    membership_terms = Tick()
    point_rules = Tick(label=_("I accept the point rules"))

    def __init__(self, draft: Draft, *, on: dt.date) -> None:
        """Name the club, and ask for an old membership where there was an old club and none was found yet."""
        super().__init__(draft, on=on)
        if draft.old_membership is not None or not knows_old_members():
            for name in (old_membership.NUMBER, old_membership.PASSWORD):
                del self.fields[name]
        self.fields["membership_terms"].label = gettext("I accept the membership terms of %(club)s") % {
            "club": club_name()
        }

    def clean(self) -> dict[str, Any]:
        """Say what is wrong with the old member's number and password, which were looked at when they came."""
        if self.draft.old_problem and old_membership.NUMBER in self.fields:
            self.add_error(old_membership.NUMBER, old_membership.in_words(self.draft.old_problem))
        return self.cleaned_data

    def clean_birth_date(self) -> str:
        """Return the day; it lies before the day on which the form is sent."""
        text = self.cleaned_data["birth_date"]
        if not text and not self.fields["birth_date"].required:
            return ""
        try:
            return narrow_fields.birth_date(text, on=self.on)
        except FieldError as wrong:
            raise in_words(wrong, self.fields["birth_date"].label) from None


class DeclarationFields(DraftForm):
    """The two statements about anti-social forces (TRM-5)."""

    is_no_part = Tick(label=_("I declare and warrant that I do not belong to anti-social forces, now or in the future"))
    does_no_harm = Tick(label=_("I warrant not to act as anti-social forces do, in person or through others"))


def _typed(field: forms.Field, data: QueryDict, name: str) -> Any:
    return field.widget.value_from_datadict(data, MultiValueDict(), name)


def _as_posted(typed: Typed) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, texts in typed.items():
        data.setlist(name, texts)
    return data
