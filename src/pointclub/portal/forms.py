"""What members type, checked by the server alone."""

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pointclub.membership import queries as membership
from pointclub.people.models import User

LONGEST_PASSWORD = 256


class SignInForm(forms.Form):
    """Login ID and password of a primary member; after a successful check, `user` is who signs in."""

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

    user: User

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_login_id(self) -> str:
        """Take full-width letters and capitals for what they stand for, as phones type them."""
        return unicodedata.normalize("NFKC", self.cleaned_data["login_id"]).casefold()

    def clean(self) -> dict[str, Any]:
        """Check both together; unknown, wrong and no primary member, such as staff, are one answer."""
        typed = self.cleaned_data
        if self.errors:
            return typed
        user = authenticate(self.request, username=typed["login_id"], password=typed["password"])
        if user is None or not _is_primary_member(user):
            raise ValidationError(
                _("The login ID or the password is wrong. Please check both and try again."), code="wrong"
            )
        self.user = user
        return typed


def _is_primary_member(user: User) -> bool:
    try:
        membership.get_primary_of(user.person_id)
    except membership.UnknownMemberError:
        return False
    return True
