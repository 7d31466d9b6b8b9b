"""A new version of the program (TRM-4)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.office import words
from pointclub.office.forms.fields import DayField, ReasonField
from pointclub.program.services import ProgramFigures

_MOST_MONTHS = 1_200
_MOST_DAYS = 3_650
_MOST_POINTS = 1_000


class _Whole(forms.IntegerField):
    def __init__(self, figure: str, *, least: int, most: int) -> None:
        messages = {
            "required": _("Enter a whole number."),
            "invalid": _("Enter a whole number."),
            "min_value": _("This is too little."),
            "max_value": _("This is too much."),
        }
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "short"})
        label = words.VERSION_FIGURES[figure]
        super().__init__(label=label, min_value=least, max_value=most, error_messages=messages, widget=widget)


class VersionForm(forms.Form):
    """What the version fixes, from which day on, and why."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        error_messages={"required": _("Enter a code."), "max_length": _("A code has at most 32 characters.")},
        widget=forms.TextInput({"autocomplete": "off", "class": "short"}),
    )
    effective_from = DayField(label=_("First day"))
    validity_months = _Whole("validity_months", least=1, most=_MOST_MONTHS)
    return_validity_months = _Whole("return_validity_months", least=1, most=_MOST_MONTHS)
    correction_window_days = _Whole("correction_window_days", least=0, most=_MOST_DAYS)
    electricity_points_per_1000_yen = _Whole("electricity_points_per_1000_yen", least=0, most=_MOST_POINTS)
    gas_points_per_1000_yen = _Whole("gas_points_per_1000_yen", least=0, most=_MOST_POINTS)
    special_expiry_allowed = forms.BooleanField(label=words.VERSION_FIGURES["special_expiry_allowed"], required=False)
    bill_payment_allowed = forms.BooleanField(label=words.VERSION_FIGURES["bill_payment_allowed"], required=False)
    bill_points_need_viewing = forms.BooleanField(
        label=words.VERSION_FIGURES["bill_points_need_viewing"], required=False
    )
    reason = ReasonField()

    def figures(self) -> ProgramFigures:
        """Return what was typed as the version's figures."""
        return ProgramFigures(**{name: self.cleaned_data[name] for name in words.VERSION_FIGURES})
