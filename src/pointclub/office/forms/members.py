"""Finding a member."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.office.forms.fields import MemberNumberField


class NumberForm(forms.Form):
    """Whose number it is."""

    member_number = MemberNumberField(label=_("Member number"))
