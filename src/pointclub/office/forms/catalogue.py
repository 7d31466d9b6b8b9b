"""What is typed to add to a catalogue: merchants, stores, their rules, campaigns (ACC-1, ACC-3)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pointclub.earning.models import EarningRule
from pointclub.merchants import queries as merchants
from pointclub.office.forms.fields import DayField, PointsField

BASES = {
    EarningRule.Base.TAX_INCLUDED: _("Price with tax"),
    EarningRule.Base.TAX_EXCLUDED: _("Price without tax"),
}


class CatalogueForm(forms.ModelForm):  # type: ignore[type-arg]  # It is of no model until an admin takes it.
    """A form of Django's admin that leaves the judging to the service, and shows what that refused."""

    refused: ClassVar[str] = ""

    def clean(self) -> dict[str, Any]:
        """Add what the service said when the same was typed a moment ago."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if self.refused:
            self.add_error(None, self.refused)
        return typed

    def _post_clean(self) -> None:
        """Build and check no row: services do."""


class _LineField(forms.CharField):
    def __init__(self, *, longest: int, missing: Any, **kwargs: Any) -> None:
        messages = {"required": missing, "max_length": _("This is too long.")}
        widget = forms.TextInput({"autocomplete": "off"})
        super().__init__(max_length=longest, error_messages=messages, widget=widget, **kwargs)


class _MerchantField(forms.CharField):
    """A merchant's number, in digits of any width; the merchant comes out."""

    default_error_messages = {
        "required": _("Enter a merchant's number."),
        "unknown": _("No merchant has this number."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "short"})
        super().__init__(label=_("Merchant number"), max_length=20, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        number = unicodedata.normalize("NFKC", str(super().clean(value)))
        if not number:
            return None
        found = merchants.find_merchants([number]).get(number)
        if found is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return found


class _YenField(PointsField):
    default_error_messages = {"required": _("Enter an amount in yen.")}


class _FigureField(forms.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "invalid": _("Enter a figure such as 1.5."),
            "min_value": _("This is too little."),
            "max_value": _("This is too much."),
            "max_decimal_places": _("There are too many decimal places."),
            "max_digits": _("This is too much."),
            "max_whole_digits": _("This is too much."),
        }
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "class": "short"})
        super().__init__(error_messages=messages, widget=widget, required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        if text and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text, re.ASCII):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class MerchantForm(CatalogueForm):
    """Who is admitted, and from which day on."""

    number = forms.CharField(
        label=_("Merchant number"),
        help_text=_("Six digits. It cannot be changed later."),
        max_length=20,
        error_messages={"required": _("Enter a merchant's number.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    name = _LineField(
        label=_("Merchant's name"),
        longest=80,
        missing=_("Enter the merchant's name."),
        help_text=_("Shown to members. It cannot be changed later."),
    )
    admitted_on = DayField(label=_("Admitted on"), help_text=_("Sales from this day on can give points."))

    def clean_number(self) -> str:
        """Return the six digits."""
        number = unicodedata.normalize("NFKC", self.cleaned_data["number"])
        if not re.fullmatch("[0-9]{6}", number, re.ASCII):
            raise ValidationError(_("A merchant's number has six digits."))
        return number


class StoreForm(CatalogueForm):
    """Where a merchant sells."""

    merchant = _MerchantField()
    code = _LineField(
        label=_("Store code"), longest=20, missing=_("Enter a store code."), help_text=_("The merchant's own code.")
    )
    name = _LineField(label=_("Store's name"), longest=80, missing=_("Enter the store's name."))


class EarningRuleForm(CatalogueForm):
    """How a merchant's price becomes points: by unit or by percentage."""

    merchant = _MerchantField()
    effective_from = DayField(label=_("Effective from"), help_text=_("It applies to sales from this day on."))
    base = forms.ChoiceField(
        label=_("Price basis"),
        choices=list(BASES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    unit_yen = _YenField(label=_("Yen for a unit"), required=False, help_text=_("Such as 100, with points beside it."))
    points_per_unit = PointsField(label=_("Points for each full unit"), required=False)
    percent = _FigureField(
        label=_("Percentage of the price"),
        min_value=0,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        help_text=_("Instead of a unit. Points are rounded down for each receipt."),
    )

    def clean(self) -> dict[str, Any]:
        """Take one way of counting, whole."""
        typed = super().clean()
        by_unit = (typed.get("unit_yen"), typed.get("points_per_unit"))
        if not {"unit_yen", "points_per_unit", "percent"} & set(self.errors) and (
            any(by_unit) == bool(typed.get("percent")) or (any(by_unit) and not all(by_unit))
        ):
            self.add_error("unit_yen", _("Give yen and points of a unit, or a percentage above 0: one of the two."))
        return typed


class CampaignForm(CatalogueForm):
    """A bonus on top of the base points, with its days and caps."""

    code = _LineField(
        label=_("Code"),
        longest=32,
        missing=_("Enter a code."),
        help_text=_("Entering an existing code makes its next version."),
    )
    name = _LineField(
        label=_("Campaign's name"),
        longest=80,
        missing=_("Enter the campaign's name."),
        help_text=_("Shown to members."),
    )
    merchant = _MerchantField(required=False, help_text=_("If left empty, all merchants."))
    sold_from = DayField(label=_("First day of sale"))
    sold_through = DayField(label=_("Last day of sale"))
    multiplier = _FigureField(
        label=_("Times the base points"),
        max_value=999,
        max_digits=6,
        decimal_places=3,
        help_text=_("2 doubles them. More than 1."),
    )
    fixed_points = PointsField(
        label=_("Extra points per receipt"), required=False, help_text=_("Instead of times the base points.")
    )
    minimum_yen = _YenField(label=_("Minimum price (yen)"), required=False)
    usable_through = DayField(
        label=_("Expiry date of these points"), required=False, help_text=_("If left empty, that of ordinary points.")
    )
    cap_per_receipt = PointsField(label=_("Limit per receipt"), required=False)
    cap_per_day = PointsField(label=_("Limit per day"), required=False)
    cap_per_month = PointsField(label=_("Limit per month"), required=False)
    cap_per_member = PointsField(label=_("Limit per membership"), required=False)

    def clean(self) -> dict[str, Any]:
        """Keep the days in order, and take one way of giving."""
        typed = super().clean()
        first, last, usable = (typed.get(name) for name in ("sold_from", "sold_through", "usable_through"))
        if first and last and first > last:
            self.add_error("sold_through", _("This day is before the first one."))
        if last and usable and usable < last:
            self.add_error("usable_through", _("Points of a campaign live at least as long as the campaign."))
        times, points = typed.get("multiplier"), typed.get("fixed_points")
        if times is not None and times <= 1:
            self.add_error("multiplier", _("Enter more than 1."))
        elif not {"multiplier", "fixed_points"} & set(self.errors) and (times is None) == (points is None):
            self.add_error("multiplier", _("Give times the base points, or points: one of the two."))
        return typed
