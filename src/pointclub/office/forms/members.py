"""Finding a member, and seeing more of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.membership.rules.number import is_member_number
from pointclub.office import words
from pointclub.office.forms.fields import MemberNumberField, ReasonField
from pointclub.people.rules.personal_fields import PersonalField

LONGEST_TERM = 254


class NumberForm(forms.Form):
    """Whose number it is."""

    member_number = MemberNumberField(label=_("Member number"))


class SearchForm(forms.Form):
    """Exactly one thing that the caller or a letter says."""

    by = forms.ChoiceField(
        label=_("Search by"),
        choices=[
            ("number", _("Member number")),
            ("name", _("Name")),
            ("kana", _("Name in kana")),
            ("phone", _("Phone number")),
            ("mail", _("E-mail")),
        ],
        initial="number",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    term = forms.CharField(
        label=_("Search for"),
        max_length=LONGEST_TERM,
        help_text=_("Enter it in full, exactly as on file. Character width, spaces and hyphens do not matter."),
        error_messages={
            "required": _("Enter what to look for."),
            "max_length": _("This is too long."),
        },
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Tell a slip in a number from a number that nobody has."""
        typed = self.cleaned_data
        if typed.get("by") == "number" and typed.get("term"):
            try:
                typed["term"] = MemberNumberField().clean(typed["term"])
            except forms.ValidationError as wrong:
                self.add_error("term", wrong)
        return typed

    @property
    def member_number(self) -> str | None:
        """Return the number where one was looked for."""
        term: str = self.cleaned_data["term"]
        return term if self.cleaned_data["by"] == "number" and is_member_number(term) else None


class UnmaskForm(forms.Form):
    """Which fields are needed, and why."""

    fields_needed = forms.MultipleChoiceField(
        label=_("What is needed"),
        choices=[(str(field), words.PERSONAL_FIELDS[field]) for field in PersonalField],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose what is needed."),
            "invalid_choice": _("Choose what is needed."),
        },
    )
    reason = ReasonField()

    def clean_reason(self) -> str:
        """Take it as one line."""
        return " ".join(str(self.cleaned_data["reason"]).split())
