"""Kinds of field that several forms have: numbers, days and reasons, typed as Japanese keyboards type them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pointclub.foundation.periods import TOKYO
from pointclub.membership.rules.number import grouped, is_member_number, ungrouped

MOST_POINTS = 1_000_000_000
LONGEST_REASON = 500
# What keyboards give for a hyphen.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−ー"), "-")
_FIRST_DAY, _LAST_DAY = dt.date(2000, 1, 1), dt.date(2199, 12, 31)


class MemberNumberField(forms.CharField):
    """A member number, with or without hyphens, in digits of any width; its check digit is checked."""

    default_error_messages = {
        "required": _("Enter a member number."),
        "invalid_number": _("A member number has twelve digits. Please check this one for a typing error."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Twelve digits; hyphens do not matter."))
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the twelve digits."""
        typed = unicodedata.normalize("NFKC", str(super().clean(value))).translate(_DASHES)
        number = ungrouped("".join(typed.split()))
        if number and not is_member_number(number):
            raise ValidationError(self.error_messages["invalid_number"], code="invalid_number")
        return number

    def prepare_value(self, value: Any) -> Any:
        """Show a number in groups of four, and whatever else was typed as it was."""
        return grouped(value) if isinstance(value, str) and re.fullmatch("[0-9]{12}", value) else value


class PointsField(forms.IntegerField):
    """A whole number of points from 1, in digits of any width, with or without commas."""

    default_error_messages = {
        "required": _("Enter a number of points."),
        "invalid": _("Enter a whole number such as 1,200."),
        "min_value": _("Enter 1 or more."),
        "max_value": _("Enter 1,000,000,000 or less."),
    }

    def __init__(self, *, most: int = MOST_POINTS, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "short"})
        super().__init__(min_value=1, max_value=most, widget=widget, **kwargs)

    def to_python(self, value: Any) -> int | None:
        """Read the digits; a point or an exponent makes no whole number."""
        text = unicodedata.normalize("NFKC", str(value or "")).replace(",", "").strip()
        if text and not re.fullmatch("[0-9]{1,12}", text, re.ASCII):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class DayField(forms.DateField):
    """A day, as the browser's own field gives it."""

    default_error_messages = {
        "required": _("Enter a day."),
        "invalid": _("Enter a day such as 2026-04-30."),
    }

    def __init__(self, *, earliest: dt.date = _FIRST_DAY, **kwargs: Any) -> None:
        self.earliest = earliest
        widget = forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> Any:
        """Refuse years that nobody means."""
        day = super().clean(value)
        if day is not None and not self.earliest <= day <= _LAST_DAY:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class InstantField(forms.DateTimeField):
    """A day and time in Japan, as the browser's own field gives it."""

    default_error_messages = {
        "required": _("Enter a day and time."),
        "invalid": _("Enter a day and time such as 2026-04-30T23:59."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local", "class": "short"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> dt.datetime | None:
        """Read it as the time in Japan."""
        try:
            instant = super().to_python(value)
        except (OverflowError, OSError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if instant is None:
            return None
        if not _FIRST_DAY.year <= instant.year <= _LAST_DAY.year:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return instant if timezone.is_aware(instant) else instant.replace(tzinfo=TOKYO)


class ReasonField(forms.CharField):
    """Why, for the record; words of staff, which are shown to whoever decides and to the auditor."""

    default_error_messages = {
        "required": _("Enter a reason."),
        "max_length": _("A reason has at most 500 characters."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Reason"))
        kwargs.setdefault("help_text", _("This is recorded. Do not enter names, addresses or phone numbers."))
        super().__init__(max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 3}), **kwargs)
