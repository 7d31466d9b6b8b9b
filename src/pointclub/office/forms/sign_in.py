"""The two steps in."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_PASSWORD = 256


class PasswordForm(forms.Form):
    """Login ID and password; whether they fit is asked by the view, which knows where the request comes from."""

    login_id = forms.CharField(
        label=_("Login ID"),
        max_length=32,
        error_messages={
            "required": _("Enter your login ID."),
            "max_length": _("A login ID has at most 32 characters."),
        },
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": _("Enter your password."), "max_length": _("That password is too long.")},
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def clean_login_id(self) -> str:
        """Take full-width letters and capitals for what they stand for."""
        return unicodedata.normalize("NFKC", self.cleaned_data["login_id"]).casefold()


class _Code(forms.CharField):
    def to_python(self, value: str | None) -> str:
        """Take full-width digits for digits, and leave out the spaces that apps show."""
        return "".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split())


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = _Code(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits from the authenticator app. Without the app, one of your recovery codes."),
        error_messages={"required": _("Enter the code."), "max_length": _("A code has at most 20 characters.")},
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class SetUpForm(forms.Form):
    """The first code, which proves that the app has the secret."""

    code = _Code(
        label=_("Code that the app shows now"),
        max_length=20,
        error_messages={"required": _("Enter the code."), "max_length": _("A code has at most 20 characters.")},
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )
