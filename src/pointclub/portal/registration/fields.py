"""Fields whose rules are the business's own: what was typed is converted by them, and refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import ChoiceWidget
from django.utils.translation import gettext_lazy as _

from pointclub.people.rules.field_errors import FieldError

# In every one `field` is the label, so that the summary of errors can be read by itself.
WORDS = {
    "required": _("%(field)s: please fill this in."),
    "nothing_chosen": _("%(field)s: please choose."),
    "unknown_choice": _("%(field)s: please choose."),
    "unknown_prefecture": _("%(field)s: please choose."),
    "not_ticked": _("To go on, please tick “%(field)s”."),
    "too_long": _("%(field)s: at most %(longest)s characters, please."),
    "wrong_length": _("%(field)s: %(shortest)s to %(longest)s characters, please."),
    "cannot_be_used": _("%(field)s: these characters cannot be used here: %(characters)s"),
    "unwritable": _("%(field)s: this contains a character that cannot be used. Please type it again."),
    "not_full_width": _("%(field)s: there is no full-width form of these characters: %(characters)s"),
    "not_katakana": _("%(field)s: in katakana, please."),
    "letters_and_digits_only": _("%(field)s: half-width letters and digits only, please."),
    "letter_needed": _("%(field)s: one letter at least, please. Digits alone cannot be registered."),
    "letter_and_digit_needed": _("%(field)s: at least one letter and one digit, please."),
    "same_as_login_id": _("%(field)s: please choose something other than the login ID."),
    "too_common": _("%(field)s: this one is used by many people and easily guessed. Please choose another."),
    "not_postal_code": _("%(field)s: seven digits, please, such as 5300005."),
    "not_land_line": _("%(field)s: ten digits with the area code, please, such as 06-1234-5678."),
    "not_mobile": _("%(field)s: eleven digits, please, such as 090-1234-5678."),
    "phone_needed": _("Phone: please enter your home phone or your mobile phone."),
    "not_mail": _("%(field)s: please enter an address such as hanako@example.com."),
    "same_as_first": _("%(field)s: please enter an address other than the first one."),
    "not_the_same": _("%(field)s: this is not what you typed above. Please type both again."),
    "not_birth_date": _("%(field)s: year, month and day, please, such as 1980-04-01."),
    "contradiction": _("%(field)s: please tick either your answers or that you would rather not answer."),
    "not_customer_number": _("%(field)s: 14 digits, please."),
    "not_supply_point_number": _("%(field)s: 22 digits for electricity or 17 for gas, please."),
    "taken": _("%(field)s: this one is in use already. Please choose another."),
}


def in_words(wrong: FieldError, label: Any) -> ValidationError:
    """Return the rule's answer as a form says it."""
    code = wrong.code
    if code == "cannot_be_used" and not wrong.values.get("characters"):
        code = "unwritable"
    return ValidationError(WORDS[code], code=code, params={"field": label, **wrong.values})


def is_any(text: str) -> str:
    """Return it as it is: the form's own rules come later."""
    return text


def text_input(**attributes: str) -> forms.TextInput:
    """Return an input of one line."""
    return forms.TextInput(attributes)


class RuledField(forms.CharField):
    """Text with a rule of its own; what the rule returns is the value."""

    def __init__(self, rule: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.rule = rule

    def clean(self, value: Any) -> str:
        """Return what the rule makes of it."""
        text = value if isinstance(value, str) else ""
        if not self.required and not text.strip():
            return ""
        try:
            return self.rule(text)
        except FieldError as wrong:
            raise in_words(wrong, self.label) from None


class RuledChoice(RuledField):
    """One of a list, or of a few to tick; the rule knows which there are."""

    def __init__(self, rule: Callable[[str], str], *, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(rule, **kwargs)
        assert isinstance(self.widget, ChoiceWidget)
        self.widget.choices = choices

    def clean(self, value: Any) -> str:
        """Return the choice."""
        if not value and self.required:
            raise in_words(FieldError("nothing_chosen"), self.label)
        return super().clean(value)


class PartsInput(forms.MultiWidget):
    """Three short inputs for one number; who pastes all of it into the first is understood."""

    def __init__(self, attrs: Sequence[Mapping[str, Any]]) -> None:
        super().__init__([forms.TextInput({"inputmode": "tel", **each}) for each in attrs])

    def id_for_label(self, id_: str) -> str:
        """Name the first input, where whoever comes to the number begins."""
        return f"{id_}_0"

    def decompress(self, value: Any) -> list[str]:
        """Return the parts, which are what is kept."""
        return list(value or [])


class PhoneField(RuledField):
    """A phone number in three parts; whether one of two is needed is the form's matter."""

    def __init__(self, rule: Callable[..., str], *, parts: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(rule, required=False, widget=PartsInput(parts), **kwargs)
        self.of_parts = rule

    def clean(self, value: Any) -> str:
        """Return the digits."""
        try:
            return self.of_parts(*(part for part in value or [] if part))
        except FieldError as wrong:
            raise in_words(wrong, self.label) from None


class Tick(forms.BooleanField):
    """A box that must be ticked, where it is required."""

    def validate(self, value: Any) -> None:
        """Say which box it is."""
        if self.required and not value:
            raise in_words(FieldError("not_ticked"), self.label)


class Ticks(forms.MultipleChoiceField):
    """Any of a few; the words for nothing are the form's."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: Any) -> None:
        """Refuse nothing where something is asked for, and what was never offered."""
        if (self.required and not value) or not all(self.valid_value(each) for each in value):
            raise in_words(FieldError("nothing_chosen"), self.label)
