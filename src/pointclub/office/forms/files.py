"""Handing in files."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from pointclub.files.services import MOST_BYTES
from pointclub.office import words


class UploadForm(forms.Form):
    """A file, and what kind it is of."""

    feed = forms.ChoiceField(
        label=_("Kind of file"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
    file = forms.FileField(
        label=_("File"),
        max_length=255,
        help_text=_("CSV with header and trailer, up to 10 MB. Larger files are imported on the command line."),
        error_messages={
            "required": _("Choose a file of up to 10 MB."),
            "empty": _("This file is empty."),
            "invalid": _("Choose a file of up to 10 MB."),
            "max_length": _("The name of the file is too long."),
        },
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )
    accepts_gap = forms.BooleanField(
        label=_("Import it even if earlier numbers are missing"),
        required=False,
        help_text=_("Only when the sender has confirmed that no file is missing."),
    )

    def __init__(self, *args: Any, feeds: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feed"].choices = [(feed, words.FEEDS[feed]) for feed in feeds]  # type: ignore[attr-defined]  # It is a choice.
        if len(feeds) == 1:
            self.fields["feed"].initial = next(iter(feeds))

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large; the upload itself is cut off soon after that size."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise forms.ValidationError(_("Choose a file of up to 10 MB."), code="too_large")
        return file
