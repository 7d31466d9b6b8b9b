"""What is asked of a caller, and done for one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.membership.models import RedemptionBlock
from pointclub.membership.rules.identity import IdentityQuestion
from pointclub.office import words
from pointclub.office.forms.fields import DayField, PointsField, ReasonField
from pointclub.rewards.models import RedemptionLine
from pointclub.rewards.services import RequestedLine

LINES = 3
_LONGEST_LABEL = 120


class _Answer(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
        messages = {"max_length": _("This is too long.")}
        super().__init__(required=False, max_length=254, widget=widget, error_messages=messages, **kwargs)


class IdentityForm(forms.Form):
    """What the caller says; two right answers are enough."""

    birth_date = DayField(label=_("Date of birth"), required=False, earliest=dt.date(1880, 1, 1))
    postal_code = _Answer(label=_("Postal code"))
    phone = _Answer(label=_("Phone number"))
    mail = _Answer(label=_("E-mail"))
    kana = _Answer(label=_("Name in kana"))

    def answers(self) -> dict[IdentityQuestion, str]:
        """Return what was answered."""
        typed = self.cleaned_data
        said = {question: typed.get(str(question)) for question in IdentityQuestion}
        return {
            question: answer.isoformat() if isinstance(answer, dt.date) else answer
            for question, answer in said.items()
            if answer
        }


class LineForm(forms.Form):
    """One reward; a row that was left empty is none."""

    kind = forms.ChoiceField(label=_("Reward"), choices=[("", "–"), *words.REWARD_KINDS.items()], required=False)
    points = PointsField(label=_("Points"), required=False)
    label = forms.CharField(label=_("Item"), required=False, max_length=_LONGEST_LABEL)

    def clean(self) -> dict[str, Any]:
        """Ask for kind and points together."""
        typed = self.cleaned_data
        if typed.get("points") and not typed.get("kind"):
            self.add_error("kind", _("Choose the reward."))
        if typed.get("kind") and not typed.get("points") and "points" not in self.errors:
            self.add_error("points", _("Enter a number of points."))
        return typed

    def line(self) -> RequestedLine | None:
        """Return the reward that the row asks for."""
        typed = self.cleaned_data
        if not typed.get("kind"):
            return None
        return RequestedLine(RedemptionLine.Kind(typed["kind"]), typed["points"], " ".join(typed["label"].split()))


class BlockForm(forms.Form):
    """Whether somebody asked for it or the staff suspect something, and why."""

    kind = forms.ChoiceField(
        label=_("Grounds"),
        choices=[(kind, words.BLOCK_KINDS[kind]) for kind in RedemptionBlock.Kind.values],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    reason = ReasonField()


class LiftForm(forms.Form):
    """Why it is lifted."""

    reason = ReasonField()
