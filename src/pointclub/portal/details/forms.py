"""One form for each group of details, with the fields, rules and words of registering."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pointclub.people.models import ContactAddress, User
from pointclub.people.rules import narrow_fields, wide_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.portal.details.standing import Standing
from pointclub.portal.held import as_posted
from pointclub.portal.registration.details_form import DetailsForm
from pointclub.portal.registration.drafts import Typed
from pointclub.portal.registration.fields import PartsInput, RuledField, Ticks, in_words

Kind = ContactAddress.Kind
_DIGITS_OF_A_MOBILE = 11
_OF_FORM = {"mail": PersonalField.FIRST_MAIL}
_KANA = ("family_kana", "given_kana")
_BOTH_NAMES = ("family_name", "given_name", *_KANA)


def _field(name: str) -> Any:
    return copy.deepcopy(DetailsForm.base_fields[name])


class DetailForm(forms.Form):
    """A form that stands on what is registered, or on what was typed and is not judged yet."""

    title: ClassVar[Promise]
    needs_proof: ClassVar[bool] = True

    def __init__(self, standing: Standing, *, data: QueryDict | None = None, typed: Typed | None = None) -> None:
        """Judge what was posted; else show what was typed, or what is registered."""
        self.standing = standing
        initial = self.registered() if typed is None else self._shown(typed)
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.adapt()

    def registered(self) -> dict[str, Any]:
        """Return what the fields show at first."""
        return {name: self.standing.text(field) for name, field in self.personal_fields().items()}

    def adapt(self) -> None:
        """Leave out what does not apply."""

    @classmethod
    def personal_fields(cls) -> dict[str, PersonalField]:
        """Return which field of the form is which of the person."""
        known = {each.value: each for each in PersonalField} | _OF_FORM
        return {name: known[name] for name in cls.base_fields if name in known}

    @classmethod
    def input_names(cls) -> list[str]:
        """Return the names of all inputs."""
        names = []
        for name, field in cls.base_fields.items():
            parts = len(field.widget.widgets) if isinstance(field.widget, PartsInput) else 0
            names += [f"{name}_{part}" for part in range(parts)] if parts else [name]
        return names

    def changes(self) -> tuple[dict[PersonalField, str], set[PersonalField]]:
        """Return the values to keep, and the fields that are to have none."""
        said = {field: self.cleaned_data[name] for name, field in self.personal_fields().items() if name in self.fields}
        return {field: text for field, text in said.items() if text}, {
            field for field, text in said.items() if not text
        }

    def check(self, name: str, rule: Callable[[], Any]) -> None:
        """Say of the field what the rule refuses; what is wrong already is not said twice."""
        if name in self.errors:
            return
        try:
            rule()
        except FieldError as wrong:
            self.add_error(name, in_words(wrong, self.fields[name].label))

    def _shown(self, typed: Typed) -> dict[str, Any]:
        data, fields = as_posted(typed), self.base_fields.items()
        return {name: field.widget.value_from_datadict(data, MultiValueDict(), name) for name, field in fields}


class NameForm(DetailForm):
    """The name; of members of the club in two parts as well, and how these are read."""

    title = _("Change the name")
    name = _field("name")
    family_name = _field("family_name")
    given_name = _field("given_name")
    family_kana = _field("family_kana")
    given_kana = _field("given_kana")

    def registered(self) -> dict[str, Any]:
        """Return the parts of the one reading that is kept as well."""
        family, _space, given = self.standing.text(PersonalField.KANA).partition(" ")
        return {**super().registered(), "family_kana": family, "given_kana": given}

    def adapt(self) -> None:
        """Ask for the parts only where they are registered."""
        parts = (PersonalField.FAMILY_NAME, PersonalField.GIVEN_NAME, PersonalField.KANA)
        if not any(self.standing.text(part) for part in parts):
            for name in _BOTH_NAMES:
                del self.fields[name]

    def changes(self) -> tuple[dict[PersonalField, str], set[PersonalField]]:
        """Return both readings as one."""
        values, removed = super().changes()
        if "family_kana" in self.fields:
            family, given = (self.cleaned_data[name] for name in _KANA)
            values[PersonalField.KANA] = wide_fields.whole_reading(family, given)
        return values, removed


class AddressForm(DetailForm):
    """Where letters go."""

    title = _("Change the address")
    postal_code = _field("postal_code")
    prefecture = _field("prefecture")
    town = _field("town")
    street = _field("street")
    building = _field("building")


class PhonesForm(DetailForm):
    """Home and mobile phone, of which there is one at least."""

    title = _("Change the phone numbers")
    land_line = _field("land_line")
    mobile = _field("mobile")

    def registered(self) -> dict[str, Any]:
        """Return the numbers in three parts."""
        return {name: parts_of(text) for name, text in super().registered().items()}

    def clean(self) -> dict[str, Any]:
        """Refuse to have neither."""
        typed = self.cleaned_data
        if "mobile" not in self.errors:
            self.check("land_line", lambda: narrow_fields.phones(typed.get("land_line", ""), typed.get("mobile", "")))
        return typed


class MailsForm(DetailForm):
    """Both e-mail addresses, each typed twice; one that waits for its proof stands for the one that it replaces."""

    title = _("Change the e-mail addresses")
    mail = _field("mail")
    mail_again = _field("mail_again")
    second_mail = _field("second_mail")
    second_mail_again = _field("second_mail_again")

    def registered(self) -> dict[str, Any]:
        """Return what was asked for last."""
        waiting = self.standing.waiting
        first = waiting[Kind.FIRST].value if Kind.FIRST in waiting else self.standing.text(PersonalField.FIRST_MAIL)
        second = waiting[Kind.SECOND].value if Kind.SECOND in waiting else self.standing.text(PersonalField.SECOND_MAIL)
        return {"mail": first, "mail_again": first, "second_mail": second, "second_mail_again": second}

    def clean(self) -> dict[str, Any]:
        """Hold each against its repetition, and the second against the first."""
        typed = self.cleaned_data
        self.check("mail_again", lambda: _same(typed.get("mail"), typed.get("mail_again")))
        self.check("second_mail_again", lambda: _same(typed.get("second_mail"), typed.get("second_mail_again")))
        if typed.get("mail") and typed.get("second_mail"):
            self.check("second_mail", lambda: narrow_fields.second_mail(typed["second_mail"], first=typed["mail"]))
        return typed


class NicknameForm(DetailForm):
    """What the site calls somebody."""

    title = _("Change the nickname")
    needs_proof = False
    nickname = _field("nickname")


class KeywordForm(DetailForm):
    """The identity keyword, which is never shown."""

    title = _("Change the identity keyword")
    keyword: RuledField = _field("keyword")


class AdvertisingForm(DetailForm):
    """Which of the proved addresses receive advertising."""

    title = _("Choose addresses for offers and campaigns")
    needs_proof = False
    advertising = Ticks(
        label=_("Addresses for offers and campaigns"),
        required=False,
        help_text=_("No advertising is sent to an address that is not ticked. Your choice takes effect at once."),
    )

    def registered(self) -> dict[str, Any]:
        """Return what was chosen."""
        return {"advertising": [kind.value for kind in sorted(self.standing.advertising)]}

    def adapt(self) -> None:
        """Offer the addresses that are proved."""
        addresses = self.standing.addresses
        choices = [(kind.value, addresses[kind].value) for kind in sorted(self.standing.proved)]
        field = self.fields["advertising"]
        assert isinstance(field, Ticks)
        field.choices = choices

    def wanted(self) -> set[Kind]:
        """Return what is chosen now; what stood on an address that was not offered stays."""
        chosen = {Kind(each) for each in self.cleaned_data["advertising"]}
        return chosen | (self.standing.advertising - self.standing.proved)


class DisplayForm(DetailForm):
    """Language, colours and reminders."""

    title = _("Change language, colours and reminders")
    needs_proof = False
    SCHEMES: ClassVar = (
        (User.Scheme.SYSTEM, _("Same as the device")),
        (User.Scheme.LIGHT, _("Always light")),
        (User.Scheme.DARK, _("Always dark")),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=User.Language.choices,
        widget=forms.RadioSelect,
        help_text=_("We write to you in it, and this site opens in it after you have signed in."),
        error_messages={"required": _("Please choose."), "invalid_choice": _("Please choose.")},
    )
    scheme = forms.ChoiceField(
        label=_("Colours"),
        choices=SCHEMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose."), "invalid_choice": _("Please choose.")},
    )
    reminders = forms.BooleanField(
        label=_("Tell me by e-mail before points expire"),
        required=False,
        help_text=_("60 and 14 days before."),
    )

    def registered(self) -> dict[str, Any]:
        """Return what was chosen."""
        user = self.standing.user
        return {"language": user.language, "scheme": user.scheme, "reminders": self.standing.has_reminders}

    def adapt(self) -> None:
        """Only members have points that expire."""
        if not self.standing.is_member:
            del self.fields["reminders"]


FORMS: Mapping[str, type[DetailForm]] = {
    "name": NameForm,
    "address": AddressForm,
    "phones": PhonesForm,
    "mails": MailsForm,
    "nickname": NicknameForm,
    "keyword": KeywordForm,
    "advertising": AdvertisingForm,
    "display": DisplayForm,
}
# All inputs but that of the keyword, which nothing keeps.
NAMES_HELD = {name for form in FORMS.values() for name in form.input_names()} - {"keyword"}


def parts_of(number: str) -> Sequence[str]:
    """Return a number in the parts that the form has; where its area code ends is a guess, which no rule asks."""
    if len(number) == _DIGITS_OF_A_MOBILE:
        return number[:3], number[3:7], number[7:]
    head = 2 if number.startswith(("03", "06")) else 3
    return (number[:head], number[head:-4], number[-4:]) if number else ()


def _same(typed: str | None, again: str | None) -> None:
    """Two fields of which one is wrong by itself are not compared."""
    if typed is not None and again is not None:
        narrow_fields.refuse_unequal(typed, again)
