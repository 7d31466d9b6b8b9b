"""Searching the record of acts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pointclub.audit.queries import ActFilter
from pointclub.audit.rules.details import Subject
from pointclub.foundation.periods import start_of_day
from pointclub.office.act_words import ACTS, AREAS
from pointclub.office.forms.fields import DayField, MemberNumberField

_A_DAY = dt.timedelta(days=1)


class _Code(forms.CharField):
    def __init__(self, *, pattern: str, sentence: Any, **kwargs: Any) -> None:
        self.pattern, self.sentence = pattern, sentence
        widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
        super().__init__(required=False, max_length=120, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        """Take nothing, or what has the shape of such a code."""
        text = str(super().clean(value))
        if text and not re.fullmatch(self.pattern, text):
            raise ValidationError(self.sentence, code="shape")
        return text


def _acts() -> Iterator[tuple[str, Any]]:
    """Yield every act below its area, which can be chosen whole."""
    yield "", _("Everything")
    for area, words in AREAS.items():
        below = [(act, name) for act, name in ACTS.items() if act.startswith(f"{area}.")]
        yield words, [(area, _("Everything in: %(area)s") % {"area": words}), *below]


class AuditForm(forms.Form):
    """Who, what, on what, and when; what is left empty is not asked."""

    actor = _Code(
        label=_("Who"),
        pattern=r"[0-9A-Za-z._-]+|(system|member|merchant|staff):[0-9A-Za-z._:-]+",
        sentence=_("Write a login ID, or an actor such as system:update or merchant:100001."),
        help_text=_("A login ID, or an actor such as system:update."),
    )
    act = forms.ChoiceField(label=_("What"), required=False, choices=_acts)
    member_number = MemberNumberField(label=_("Member concerned"), required=False, help_text="")
    subject = _Code(
        label=_("Object"),
        pattern=r"[a-z_]+:[0-9A-Za-z_.:+/-]+",
        sentence=_("Write kind and id, such as account:01890a5d-…"),
        help_text=_("Kind and id, such as account:01890a5d-…"),
    )
    first = DayField(label=_("From this day"), required=False)
    last = DayField(label=_("Through this day"), required=False)

    def wanted(self, *subjects: Subject) -> ActFilter:
        """Return what is looked for, with the subjects that a member's number stands for."""
        typed = self.cleaned_data
        actor: str = typed["actor"]
        kind, _, subject_id = str(typed["subject"]).partition(":")
        about = (*subjects, Subject(kind, subject_id)) if subject_id else subjects
        return ActFilter(
            actor=(actor if ":" in actor else f"staff:{actor}") if actor else None,
            act=typed["act"] or None,
            subjects=about,
            since=start_of_day(typed["first"]) if typed["first"] else None,
            before=start_of_day(typed["last"] + _A_DAY) if typed["last"] else None,
        )
