"""Terminal keys: what one is issued for, and why one is revoked (ACC-1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.merchants.models import Store
from pointclub.merchants.rules.keys import DEFAULT_PER_MINUTE, MOST_PER_MINUTE, KeyAct
from pointclub.office import words
from pointclub.office.forms.fields import PointsField, ReasonField

_LIMIT = _("Enter a whole number from 1 to 1,000,000.")


class KeyForm(forms.Form):
    """For which store, which till and which acts a key is, and how many calls a minute."""

    name = forms.CharField(
        label=_("Name of the key"),
        max_length=80,
        help_text=_("By which the merchant and you tell its keys apart, such as Till 3."),
        error_messages={"required": _("Enter a name."), "max_length": _("This is too long.")},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    store = forms.ChoiceField(
        label=_("Store"),
        required=False,
        error_messages={"invalid_choice": _("The merchant has no store of this code.")},
    )
    terminal = forms.CharField(
        label=_("Terminal code"),
        max_length=20,
        required=False,
        help_text=_("If left empty, any terminal."),
        error_messages={"max_length": _("This is too long.")},
        widget=forms.TextInput({"autocomplete": "off", "class": "short"}),
    )
    acts = forms.MultipleChoiceField(
        label=_("What it is for"),
        choices=[(str(act), words.KEY_ACTS[act]) for act in KeyAct],
        initial=list(KeyAct),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what is needed."), "invalid_choice": _("Choose what is needed.")},
    )
    per_minute = PointsField(
        label=_("Most calls in a minute"),
        most=MOST_PER_MINUTE,
        initial=DEFAULT_PER_MINUTE,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _LIMIT),
    )

    def __init__(self, *args: Any, stores: Sequence[Store] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(store.code, f"{store.name} ({store.code})") for store in stores]
        self.fields["store"].choices = [("", _("All stores")), *offered]  # type: ignore[attr-defined]  # It is a choice.


class RevokeKeyForm(forms.Form):
    """Why a key is revoked."""

    reason = ReasonField()
