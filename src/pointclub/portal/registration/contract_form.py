"""The two numbers by which customers show that a contract is theirs (REG-1)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pointclub.energy.rules import numbers
from pointclub.portal.registration.fields import RuledField


class ContractForm(forms.Form):
    """Customer number and supply-point number; whether they fit together is asked by the view, and answered as one."""

    customer_number = RuledField(
        numbers.customer_number,
        label=_("Customer number"),
        help_text=_(
            "14 digits, on your bill and on the notice of your usage. Hyphens may be left out. "
            "Example: 01-23-4567-890123"
        ),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )
    supply_point_number = RuledField(
        numbers.supply_point_number,
        label=_("Supply-point number"),
        help_text=_(
            "22 digits for electricity or 17 for gas, on the notice of your usage. Hyphens may be left out. "
            "Example: 06-0012-3456-7890-1234-5678"
        ),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
    )

    use_required_attribute = False
