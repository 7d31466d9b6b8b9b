"""What members ask of their history, read leniently: what makes no sense is said and left out, the rest counts."""

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pointclub.points import queries as points
from pointclub.portal.templatetags.portal import KINDS

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2199, 12, 31)
Choices = Sequence[tuple[str, str]]


class DayField(forms.DateField):
    """A day as browsers send it, or as people write it, with figures of any width."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"],
            widget=forms.DateInput({"type": "date", "min": str(EARLIEST), "max": str(LATEST)}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Enter the year, month and day, such as 2026-04-01.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> dt.date | None:
        """Read the day; one that lies far off is a slip of the finger."""
        day = super().to_python(unicodedata.normalize("NFKC", value) if isinstance(value, str) else value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class NamesSelect(forms.Select):
    """A list of names, which are Japanese in every language of the page."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Mark all but the first choice, which is in the language of the page."""
        option = super().create_option(*args, **kwargs)
        if option["value"] and get_language() != "ja":
            option["attrs"]["lang"] = "ja"
        return option


class HistoryForm(forms.Form):
    """Kind, member of the family, merchant and period; none is required."""

    kind = forms.ChoiceField(label=_("Kind of entry"), required=False)
    member = forms.ChoiceField(label=_("Earned by"), required=False, widget=NamesSelect)
    merchant = forms.ChoiceField(label=_("Shop"), required=False, widget=NamesSelect)
    first = DayField(label=_("From day"))
    last = DayField(label=_("Through day"))

    def __init__(self, data: QueryDict, *, family: Choices, merchants: Choices) -> None:
        super().__init__(data, use_required_attribute=False)
        self._words: dict[str, dict[str, str]] = {}
        self._offer("kind", list(KINDS.items()), _("All kinds"))
        self._offer("member", family, _("The whole family"))
        self._offer("merchant", merchants, _("All shops"))

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]], everything: Any) -> None:
        """Offer the choices and all of them together; where there is no choice, nothing is asked."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        if not choices:
            del self.fields[name]
            return
        field.choices = [("", everything), *choices]
        self._words[name] = {value: str(words) for value, words in choices}
        field.error_messages["invalid_choice"] = _("Choose one from the list. What was asked for is not on it.")

    def clean(self) -> dict[str, Any]:
        """Hold the days against each other."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day is before the first one. Everything from the first day on is shown."))
        return self.cleaned_data

    def kept(self) -> dict[str, str]:
        """Return what counts, as it stands in addresses."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def said(self) -> dict[str, str]:
        """Return what counts but for the period, in the words of the lists."""
        kept = self.kept()
        return {name: words[kept[name]] for name, words in self._words.items() if name in kept}

    def wanted(self, *, merchant_ids: Mapping[str, UUID], sources: Any) -> points.HistoryFilter:
        """Return what counts, as the ledger is asked; `sources` is a query for what the member chosen earned."""
        self.is_valid()
        asked = self.cleaned_data
        return points.HistoryFilter(
            kind=asked.get("kind") or None,
            first_day=asked.get("first"),
            last_day=asked.get("last"),
            merchant_id=merchant_ids[asked["merchant"]] if asked.get("merchant") else None,
            sources=sources,
        )
