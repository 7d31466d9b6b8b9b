"""Texts for many: announcements and advertising, in both languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pointclub.notices.models import Announcement
from pointclub.notices.rules.words import LONGEST_TEXT, LONGEST_TITLE
from pointclub.notices.services import Words
from pointclub.office.forms.fields import DayField, ReasonField


class _TitleField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": _("Enter a title."), "max_length": _("A title has at most 100 characters.")}
        widget = forms.TextInput({"autocomplete": "off"})
        super().__init__(max_length=LONGEST_TITLE, widget=widget, error_messages=messages, **kwargs)

    def clean(self, value: Any) -> str:
        """Take it as one line."""
        return _shown(" ".join(str(super().clean(value)).split()))


class _LongTextField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": _("Enter the text."), "max_length": _("A text has at most 10,000 characters.")}
        widget = forms.Textarea({"rows": 8})
        super().__init__(max_length=LONGEST_TEXT, widget=widget, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        """Read its line ends as one character each, however the browser sends them."""
        return str(super().to_python(str(value or "").replace("\r\n", "\n").replace("\r", "\n")))

    def clean(self, value: Any) -> str:
        """Refuse what no page can show."""
        return _shown(str(super().clean(value)))


class TextForm(forms.Form):
    """Title and text in both languages."""

    title_ja = _TitleField(label=_("Title in Japanese"))
    text_ja = _LongTextField(label=_("Text in Japanese"), help_text=_("An empty line begins a new paragraph."))
    title_en = _TitleField(label=_("Title in English"))
    text_en = _LongTextField(label=_("Text in English"))

    def words_in(self, language: str) -> Words:
        """Return title and text in one language."""
        return Words(self.cleaned_data[f"title_{language}"], self.cleaned_data[f"text_{language}"])


class AnnouncementForm(TextForm):
    """A text for the site, and its days."""

    shown_from = DayField(label=_("First day shown"))
    shown_through = DayField(label=_("Last day shown"), help_text=_("It is shown through the end of this day."))

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

    title_ja = _TitleField(label=_("Subject in Japanese"))
    title_en = _TitleField(label=_("Subject in English"))


class WithdrawalForm(forms.Form):
    """Why an announcement is taken down."""

    reason = ReasonField()


def _shown(text: str) -> str:
    if not all(each.isprintable() or each == "\n" for each in text):
        raise ValidationError(_("The text holds a character that cannot be shown, such as a tab. Please remove it."))
    return text
