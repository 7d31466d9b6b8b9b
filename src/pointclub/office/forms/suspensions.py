"""Pauses of points management (SUS-1)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.office import words
from pointclub.office.forms.fields import DayField, InstantField

LONGEST_TEXT = 1_000
_CHOICES = list(words.ACTIVITIES.items())


class _TextField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": _("Enter the text."), "max_length": _("A text has at most 1,000 characters.")}
        widget = forms.Textarea({"rows": 3})
        super().__init__(max_length=LONGEST_TEXT, widget=widget, error_messages=messages, **kwargs)

    def clean(self, value: Any) -> str:
        """Take it as one line: that is how it is shown everywhere."""
        return " ".join(str(super().clean(value)).split())


class SuspensionForm(forms.Form):
    """What is paused, from when until when, and what members and merchants read."""

    activity = forms.ChoiceField(
        label=_("What to suspend"),
        choices=_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    starts_at = InstantField(label=_("Starts"), required=False, help_text=_("If left empty, at once (Japan time)."))
    ends_before = InstantField(
        label=_("Ends"), required=False, help_text=_("If left empty, until the service is resumed (Japan time).")
    )
    text_ja = _TextField(label=_("Text in Japanese"), help_text=_("Shown to members and merchants."))
    text_en = _TextField(label=_("Text in English"))

    def clean(self) -> dict[str, Any]:
        """Keep the instants in order."""
        typed = self.cleaned_data
        starts_at, ends_before = typed.get("starts_at"), typed.get("ends_before")
        if starts_at and ends_before and ends_before <= starts_at:
            self.add_error("ends_before", _("The end comes after the beginning."))
        return typed


class ResumeForm(forms.Form):
    """Which pause is ended."""

    activity = forms.ChoiceField(choices=_CHOICES)


class PauseDaysForm(forms.Form):
    """The days of a pause of redemption, to see what lapsed in it."""

    first = DayField(label=_("First day of the suspension"))
    last = DayField(label=_("Last day of the suspension"))

    def clean(self) -> dict[str, Any]:
        """Keep the days in order."""
        typed = self.cleaned_data
        if typed.get("first") and typed.get("last") and typed["first"] > typed["last"]:
            self.add_error("last", _("This day is before the first one."))
        return typed
