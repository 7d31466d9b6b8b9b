"""What is typed to come in, on whichever page: how it is taken. Labels and messages are the page's."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

LONGEST_LOGIN_ID = 32
LONGEST_PASSWORD = 256
LONGEST_CODE = 20


class LoginIdField(forms.CharField):
    """A login ID; full-width letters and capitals count for what they stand for, as phones type them."""

    def __init__(self, **more: Any) -> None:
        """Take up to 32 characters."""
        widget = forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
        super().__init__(max_length=LONGEST_LOGIN_ID, widget=widget, **more)

    def clean(self, value: Any) -> str:
        """Return it as it is kept."""
        return unicodedata.normalize("NFKC", super().clean(value)).casefold()


class PasswordField(forms.CharField):
    """A password that there is, as it was typed."""

    def __init__(self, **more: Any) -> None:
        """Take whatever is typed, up to a length."""
        widget = forms.PasswordInput({"autocomplete": "current-password"})
        super().__init__(max_length=LONGEST_PASSWORD, strip=False, widget=widget, **more)


class CodeField(forms.CharField):
    """A code of the second step; full-width digits are digits, and the spaces that apps show are left out."""

    def __init__(self, **more: Any) -> None:
        """Take up to 20 characters."""
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        super().__init__(max_length=LONGEST_CODE, widget=forms.TextInput(attributes), **more)

    def to_python(self, value: str | None) -> str:
        """Return the digits or letters alone."""
        return "".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split())
