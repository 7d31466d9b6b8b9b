"""The two steps in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.people.sign_in_fields import CodeField, LoginIdField, PasswordField


class PasswordForm(forms.Form):
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
        error_messages={"required": _("Enter your password."), "max_length": _("That password is too long.")},
    )


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = CodeField(
        label=_("Sign-in code"),
        help_text=_("Six digits from the authenticator app. Without the app, one of your recovery codes."),
        error_messages={"required": _("Enter the code."), "max_length": _("A code has at most 20 characters.")},
    )


class SetUpForm(forms.Form):
    """The first code, which proves that the app has the secret."""

    code = CodeField(
        label=_("Code that the app shows now"),
        error_messages={"required": _("Enter the code."), "max_length": _("A code has at most 20 characters.")},
    )
