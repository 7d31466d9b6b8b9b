"""Asking for a run."""

from django import forms

from pointclub.runs.models import Run


class RunForm(forms.Form):
    """Which one."""

    kind = forms.ChoiceField(choices=Run.Kind.choices)
