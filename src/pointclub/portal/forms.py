"""What members type to come in, checked by the server alone."""

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_PASSWORD = 256


class SignInForm(forms.Form):
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
        help_text=_("Upper and lower case letters count as different."),
        error_messages={"required": _("Enter your password."), "max_length": _("That password is too long.")},
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def clean_login_id(self) -> str:
        """Take full-width letters and capitals for what they stand for, as phones type them."""
        return unicodedata.normalize("NFKC", self.cleaned_data["login_id"]).casefold()


class ProofForm(forms.Form):
    """The password once more, of somebody who is in."""

    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=_("Upper and lower case letters count as different."),
        error_messages={"required": _("Enter your password."), "max_length": _("That password is too long.")},
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class _Code(forms.CharField):
    def to_python(self, value: str | None) -> str:
        """Take full-width digits for digits, and leave out the spaces between them."""
        return "".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split())


class AppForm(forms.Form):
    """The first code of an authenticator app, which proves that it has the secret."""

    code = _Code(
        label=_("Code that the app shows now"),
        max_length=20,
        error_messages={"required": _("Enter the code."), "max_length": _("A code has at most 20 characters.")},
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    """The code of the second step, and whether this browser is to be remembered."""

    code = _Code(
        label=_("Code"),
        max_length=20,
        error_messages={"required": _("Enter the code."), "max_length": _("A code has at most 20 characters.")},
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )
    remember = forms.BooleanField(
        label=_("Remember this browser, and ask for no code here next time"),
        help_text=_("Please leave this out on a device that others use as well."),
        required=False,
    )
