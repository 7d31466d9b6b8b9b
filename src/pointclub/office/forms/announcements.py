"""Texts for many: announcements and advertising, in both languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from pointclub.notices.models import Announcement
from pointclub.notices.rules.words import LONGEST_TEXT, LONGEST_TITLE
from pointclub.notices.services import Words
from pointclub.office.forms.fields import DayField, ReasonField


class _WordsField(forms.CharField):
    """A field of one language; what is wrong with it says which field it is ``named``."""

    def __init__(self, *, named: Any, most: str, **kwargs: Any) -> None:
        self.named = named
        messages = {
            "required": format_lazy(_("Enter {field}."), field=named),
            "max_length": format_lazy(_("Use at most {most} characters for {field}."), most=most, field=named),
        }
        super().__init__(error_messages=messages, **kwargs)

    def clean(self, value: Any) -> str:
        """Refuse what no page can show."""
        text = str(super().clean(value))
        if not all(each.isprintable() or each == "\n" for each in text):
            message = _("Remove what cannot be shown, such as a tab, from {field}.")
            raise ValidationError(format_lazy(message, field=self.named))
        return text


class _TitleField(_WordsField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off"})
        super().__init__(most=f"{LONGEST_TITLE:,}", max_length=LONGEST_TITLE, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """Take it as one line."""
        return " ".join(str(super().to_python(value)).split())


class _LongTextField(_WordsField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea({"rows": 8})
        super().__init__(most=f"{LONGEST_TEXT:,}", max_length=LONGEST_TEXT, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """Read its line ends as one character each, however the browser sends them."""
        return str(super().to_python(str(value or "").replace("\r\n", "\n").replace("\r", "\n")))


class TextForm(forms.Form):
    """Title and text in both languages."""

    title_ja = _TitleField(label=_("Title in Japanese"), named=_("the Japanese title"))
    text_ja = _LongTextField(
        label=_("Text in Japanese"),
        named=_("the Japanese text"),
        help_text=_("An empty line begins a new paragraph."),
    )
    title_en = _TitleField(label=_("Title in English"), named=_("the English title"))
    text_en = _LongTextField(label=_("Text in English"), named=_("the English text"))

    def words_in(self, language: str) -> Words:
        """Return title and text in one language."""
        return Words(self.cleaned_data[f"title_{language}"], self.cleaned_data[f"text_{language}"])


class AnnouncementForm(TextForm):
    """A text for the site, and its days."""

    shown_from = DayField(
        label=_("First day shown"), error_messages={"required": _("Enter the first day on which it is shown.")}
    )
    shown_through = DayField(
        label=_("Last day shown"),
        help_text=_("It is shown through the end of this day."),
        error_messages={"required": _("Enter the last day on which it is shown.")},
    )

    def clean(self) -> dict[str, Any]:
        """Keep the days in order."""
        typed = self.cleaned_data
        first, last = typed.get("shown_from"), typed.get("shown_through")
        if first and last and first > last:
            self.add_error("shown_through", _("This day is before the first one."))
        return typed

    def announcement(self) -> Announcement:
        """Return what members would be shown, which is kept nowhere."""
        return Announcement(**self.cleaned_data)


class MailingForm(TextForm):
    """Advertising by mail; the title is the subject."""

    title_ja = _TitleField(label=_("Subject in Japanese"), named=_("the Japanese subject"))
    title_en = _TitleField(label=_("Subject in English"), named=_("the English subject"))


class WithdrawalForm(forms.Form):
    """Why an announcement is taken down."""

    reason = ReasonField()
