"""What is typed to get back in, and to change login ID and password."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pointclub.people.passwords import password_policy, refuse_unfit_password
from pointclub.people.rules import narrow_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.people.rules.passwords import LENGTHS, Policy
from pointclub.people.sign_in_fields import LONGEST_PASSWORD

_LONGEST_TYPED = 254
_PASSWORD_PROBLEMS = {
    "required": _("Enter a password."),
    "wrong_length": _("A password has %(shortest)s to %(longest)s characters."),
    "letters_and_digits_only": _("Use half-width letters and digits only."),
    "letter_and_digit_needed": _("Use at least one letter and at least one digit."),
    "same_as_login_id": _("The password must not be the same as the login ID."),
    "too_common": _("This password is used by many people and easy to guess. Please choose another."),
}
_LOGIN_ID_PROBLEMS = {
    "required": _("Enter a login ID."),
    "wrong_length": _("A login ID has %(shortest)s to %(longest)s characters."),
    "letters_and_digits_only": _("Use half-width letters and digits only."),
    "letter_needed": _("Use at least one letter."),
}


class RecoverForm(forms.Form):
    """What somebody forgot, and what proves who they are: the e-mail address on file and the identity keyword."""

    wanted = forms.ChoiceField(
        label=_("What did you forget?"),
        choices=[("login_id", _("Login ID")), ("password", _("Password"))],
        initial="password",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    mail = forms.CharField(
        label=_("E-mail address"),
        max_length=_LONGEST_TYPED,
        help_text=_("The address that is registered with us."),
        error_messages={"required": _("Enter your e-mail address."), "max_length": _("That address is too long.")},
        widget=forms.TextInput({"autocomplete": "email", "inputmode": "email", "autocapitalize": "none"}),
    )
    keyword = forms.CharField(
        label=_("Identity keyword"),
        max_length=_LONGEST_TYPED,
        help_text=_(
            "The keyword that you chose when you registered. Full or half width, hiragana or katakana make no "
            "difference."
        ),
        error_messages={"required": _("Enter your identity keyword."), "max_length": _("That keyword is too long.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean_mail(self) -> str:
        """Take full-width signs for what they stand for."""
        return unicodedata.normalize("NFKC", self.cleaned_data["mail"]).strip()


class _NewPassword(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": _("Enter a password."), "max_length": _("That password is too long.")},
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password, once more"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={
            "required": _("Enter the password once more."),
            "max_length": _("That password is too long."),
        },
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, login_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_login_id = login_id
        self.fields["password"].help_text = describe_password_rule()

    def clean(self) -> dict[str, Any]:
        """Hold the password against the rule in force, and the two against one another."""
        typed = self.cleaned_data
        if "password" in typed:
            try:
                refuse_unfit_password(typed["password"], login_id=typed.get("login_id") or self.kept_login_id)
            except FieldError as unfit:
                self.add_error("password", worded(_PASSWORD_PROBLEMS, unfit))
        if "password" in typed and "again" in typed and typed["password"] != typed["again"]:
            self.add_error("again", gettext("The two passwords are not the same."))
        return typed


class ChangePasswordForm(_NewPassword):
    """A new password, typed twice."""


class RenewForm(_NewPassword):
    """A new password from whoever opened the mailed link."""


class _LoginId(forms.CharField):
    def clean(self, value: Any) -> str:
        """Return it as it is kept."""
        try:
            return narrow_fields.login_id(str(value or ""))
        except FieldError as unfit:
            raise ValidationError(worded(_LOGIN_ID_PROBLEMS, unfit)) from None


def login_id_field() -> forms.CharField:
    """Return the field of a new login ID, with the rule of the documents."""
    return _LoginId(
        label=_("New login ID"),
        help_text=_("6 to 8 half-width letters and digits, at least one of them a letter. Capitals count as small."),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class RenewAfterTheftForm(_NewPassword):
    """A new login ID and a new password, both of which a theft makes necessary."""

    login_id = login_id_field()
    field_order = ("login_id", "password", "again")


class ChangeLoginIdForm(forms.Form):
    """Another login ID."""

    login_id = login_id_field()


def describe_password_rule() -> str:
    """Say what a password may be, before anybody types one."""
    shortest, longest = LENGTHS[password_policy()]
    if password_policy() is Policy.STRICT:
        words = gettext("%(shortest)s to %(longest)s characters of any kind; nothing that many people use.")
    else:
        words = gettext(
            "%(shortest)s to %(longest)s half-width letters and digits, at least one of each. "
            "Upper and lower case letters count as different."
        )
    return words % {"shortest": shortest, "longest": longest}


def worded(problems: dict[str, Any], unfit: FieldError) -> str:
    """Return what is wrong with a field, in the language of the page."""
    return str(problems[unfit.code]) % unfit.values
