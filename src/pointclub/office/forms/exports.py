"""Lists of people's data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.exports.models import ExportRequest
from pointclub.exports.services import Wanted
from pointclub.office import words
from pointclub.office.forms.fields import DayField, ReasonField
from pointclub.people.rules.personal_fields import PersonalField

_MOST_DAYS = 30


class ExportForm(forms.Form):
    """Whose data, what of it, what for, and how long it may be kept; of letters nothing is chosen."""

    kind = forms.ChoiceField(
        label=_("Type of list"),
        choices=list(words.EXPORT_KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the type of list."), "invalid_choice": _("Choose the type of list.")},
    )
    columns = forms.MultipleChoiceField(
        label=_("Personal data included"),
        choices=[(str(field), words.PERSONAL_FIELDS[field]) for field in PersonalField],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only with a list of members, and only what is needed."),
        error_messages={"invalid_choice": _("Choose what is needed.")},
    )
    joined_from = DayField(label=_("Joined from"), required=False, help_text=_("If left empty, from the beginning."))
    joined_through = DayField(label=_("Joined through"), required=False, help_text=_("If left empty, until today."))
    includes_former = forms.BooleanField(label=_("Include former members"), required=False)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("This is recorded in the file and in the audit log. Do not enter names or member numbers."),
        error_messages={"required": _("Enter the purpose."), "max_length": _("This is too long.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    kept_days = forms.IntegerField(
        label=_("Days to be kept"),
        min_value=0,
        max_value=_MOST_DAYS,
        initial=7,
        error_messages={
            "required": _("Enter 0 to 30 days."),
            "invalid": _("Enter 0 to 30 days."),
            "min_value": _("Enter 0 to 30 days."),
            "max_value": _("Enter 0 to 30 days."),
        },
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )

    def offer_no_letters(self) -> None:
        """Leave out what is not for this member of staff to print."""
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [each for each in words.EXPORT_KINDS.items() if each[0] != ExportRequest.Kind.LETTERS]

    def clean(self) -> dict[str, Any]:
        """Keep the days in order, and personal data out of lists of points."""
        typed = self.cleaned_data
        first, last = typed.get("joined_from"), typed.get("joined_through")
        if first and last and first > last:
            self.add_error("joined_through", _("This day is before the first one."))
        if typed.get("kind") == ExportRequest.Kind.POINTS and typed.get("columns"):
            self.add_error("columns", _("A list of points holds no personal data."))
        if typed.get("kind") == ExportRequest.Kind.LETTERS:
            for name in ("columns", "joined_from", "joined_through", "includes_former"):
                if typed.get(name):
                    self.add_error(name, _("Leave this empty: letters are printed as they wait."))
        return typed

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        typed = self.cleaned_data
        begins = {"joined_from": typed["joined_from"]} if typed["joined_from"] else {}
        return Wanted(
            kind=ExportRequest.Kind(typed["kind"]),
            columns=frozenset(PersonalField(name) for name in typed["columns"]),
            joined_through=typed["joined_through"],
            includes_former=typed["includes_former"],
            **begins,
        )


class PutBackForm(forms.Form):
    """Why letters are printed once more."""

    reason = ReasonField()
