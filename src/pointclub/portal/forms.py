"""What members type to come in, checked by the server alone."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.people.sign_in_fields import CodeField, LoginIdField, PasswordField


class SignInForm(forms.Form):
    """Login ID and password; whether they fit is asked by the view, which knows where the request comes from."""

    login_id = LoginIdField(
        label=_("Login ID"),
        error_messages={
            "required": _("Enter your login ID."),
            "max_length": _("A login ID has at most 32 characters."),
        },
    )
    password = PasswordField(
        label=_("Password"),
        help_text=_("Upper and lower case letters count as different."),
        error_messages={"required": _("Enter your password."), "max_length": _("That password is too long.")},
    )


class ProofForm(forms.Form):
    """The password once more, of somebody who is in."""

    password = PasswordField(
        label=_("Password"),
        help_text=_("Upper and lower case letters count as different."),
        error_messages={"required": _("Enter your password."), "max_length": _("That password is too long.")},
    )


class AppForm(forms.Form):
    """The first code of an authenticator app, which proves that it has the secret."""

    code = CodeField(
        label=_("Code that the app shows now"),
        error_messages={"required": _("Enter the code."), "max_length": _("A code has at most 20 characters.")},
    )


class RememberForm(forms.Form):
    """Whether this browser is to be remembered, so that the password is enough in it."""

    remember = forms.BooleanField(
        label=_("Remember this browser, and ask for no code here next time"),
        help_text=_("Please leave this unticked on a device that others use as well."),
        required=False,
    )


class CodeForm(RememberForm):
    """The code of the second step, and whether this browser is to be remembered."""

    code = CodeField(
        label=_("Sign-in code"),
        error_messages={"required": _("Enter the code."), "max_length": _("A code has at most 20 characters.")},
    )
    field_order = ("code", "remember")
