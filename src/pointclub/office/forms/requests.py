"""What takes two people: asking, and deciding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pointclub.membership.models import RevocationRequest
from pointclub.office import words
from pointclub.office.forms.fields import DayField, MemberNumberField, PointsField, ReasonField


class AdjustmentForm(forms.Form):
    """Points to be added or taken by hand."""

    member_number = MemberNumberField(label=_("Member number"))
    direction = forms.ChoiceField(
        label=_("What is to be done"),
        choices=[("add", _("Add points")), ("take", _("Take points"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    points = PointsField(label=_("Points"))
    usable_through = DayField(
        label=_("Last day of points added"),
        required=False,
        help_text=_("Left empty, they live as long as points from a purchase of today."),
    )
    reason = ReasonField()

    def clean(self) -> dict[str, Any]:
        """Refuse a last day where points are taken."""
        typed = self.cleaned_data
        if typed.get("direction") == "take" and typed.get("usable_through"):
            self.add_error("usable_through", _("A last day goes with points that are added."))
        return typed

    @property
    def points_up_or_down(self) -> int:
        """Return the points with their sign."""
        points: int = self.cleaned_data["points"]
        return points if self.cleaned_data["direction"] == "add" else -points


class TransferForm(forms.Form):
    """Points to be moved to another account, by way of exception (BAL-3)."""

    from_number = MemberNumberField(label=_("From: member number"))
    to_number = MemberNumberField(label=_("To: member number"))
    points = PointsField(label=_("Points"))
    reason = ReasonField()


class ExtensionForm(forms.Form):
    """Another last day for points already issued (EXP-4)."""

    lots_usable_from = DayField(label=_("Points whose last day is from"))
    lots_usable_through = DayField(label=_("through"))
    usable_through = DayField(label=_("New last day"), help_text=_("It can only be later."))
    member_number = MemberNumberField(
        label=_("Only this member"), required=False, help_text=_("Left empty, the points of all members.")
    )
    includes_lapsed = forms.BooleanField(
        label=_("Also points that have lapsed already"), required=False, widget=forms.CheckboxInput
    )
    reason = ReasonField()

    def clean(self) -> dict[str, Any]:
        """Keep the days in order."""
        typed = self.cleaned_data
        first, last, new = (typed.get(name) for name in ("lots_usable_from", "lots_usable_through", "usable_through"))
        if first and last and first > last:
            self.add_error("lots_usable_through", _("This day is before the first one."))
        if last and new and new < last:
            self.add_error("usable_through", _("The new last day can only be later."))
        return typed


class RevocationForm(forms.Form):
    """A membership to be revoked, on one of the grounds that the terms give (END-4)."""

    member_number = MemberNumberField(label=_("Member number"))
    ground = forms.ChoiceField(
        label=_("Ground in the terms"),
        choices=[(ground, words.REVOCATION_GROUNDS[ground]) for ground in RevocationRequest.Ground.values],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the ground."), "invalid_choice": _("Choose the ground.")},
    )
    reason = ReasonField()


class DecisionForm(forms.Form):
    """Yes or no."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])

    @property
    def approves(self) -> bool:
        """Tell whether it is yes."""
        if not self.is_valid():
            message = "Neither yes nor no."
            raise ValidationError(message)
        return bool(self.cleaned_data["decision"] == "approve")
