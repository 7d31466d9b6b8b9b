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
        label=_("Type of adjustment"),
        choices=[("add", _("Add points")), ("take", _("Deduct points"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    points = PointsField(label=_("Points"))
    usable_through = DayField(
        label=_("Expiry date of the points added"),
        required=False,
        help_text=_("If left empty, that of points from a purchase today."),
    )
    reason = ReasonField()

    def clean(self) -> dict[str, Any]:
        """Refuse a last day where points are taken."""
        typed = self.cleaned_data
        if typed.get("direction") == "take" and typed.get("usable_through"):
            self.add_error("usable_through", _("An expiry date can only be set for points that are added."))
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

    lots_usable_from = DayField(label=_("Points that expire from"))
    lots_usable_through = DayField(label=_("through"))
    usable_through = DayField(label=_("New expiry date"), help_text=_("It must be later than the present one."))
    member_number = MemberNumberField(
        label=_("Only this member"), required=False, help_text=_("If left empty, the points of all members.")
    )
    includes_lapsed = forms.BooleanField(
        label=_("Include points that have already lapsed"), required=False, widget=forms.CheckboxInput
    )
    reason = ReasonField()

    def clean(self) -> dict[str, Any]:
        """Keep the days in order."""
        typed = self.cleaned_data
        first, last, new = (typed.get(name) for name in ("lots_usable_from", "lots_usable_through", "usable_through"))
        if first and last and first > last:
            self.add_error("lots_usable_through", _("This day is before the first one."))
        if last and new and new < last:
            self.add_error("usable_through", _("The new expiry date must be later."))
        return typed


class RevocationForm(forms.Form):
    """A membership to be revoked, on one of the grounds that the terms give (END-4)."""

    member_number = MemberNumberField(label=_("Member number"))
    ground = forms.ChoiceField(
        label=_("Grounds in the terms"),
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
