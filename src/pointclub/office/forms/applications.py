"""Deciding on an application that waits."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.office.forms.fields import ReasonField


class ApplicationDecisionForm(forms.Form):
    """One of two buttons, and why."""

    decision = forms.ChoiceField(
        choices=[("admit", _("Admit the applicant")), ("decline", _("Decline the application"))],
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    reason = ReasonField()

    @property
    def admits(self) -> bool:
        """Tell which button was pressed."""
        return bool(self.cleaned_data["decision"] == "admit")
