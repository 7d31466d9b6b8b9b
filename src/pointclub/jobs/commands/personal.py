"""How personal data is given to a command: one option for each field."""

from collections.abc import Mapping
from typing import Annotated

import typer

from pointclub.people.rules.personal_fields import PersonalField

Kana = Annotated[str | None, typer.Option(metavar="KANA", help="How the name is read.")]
BirthDate = Annotated[str | None, typer.Option(metavar="DATE", help="The birth date, such as 1980-04-01.")]
PostalCode = Annotated[str | None, typer.Option(metavar="CODE", help="The postal code, such as 530-0001.")]
Address = Annotated[str | None, typer.Option(metavar="ADDRESS", help="The postal address, on one line.")]
Mail = Annotated[str | None, typer.Option(metavar="ADDRESS", help="The e-mail address.")]
SecondMail = Annotated[str | None, typer.Option(metavar="ADDRESS", help="A second e-mail address.")]
Mobile = Annotated[str | None, typer.Option(metavar="NUMBER", help="The mobile phone's number.")]
LandLine = Annotated[str | None, typer.Option(metavar="NUMBER", help="The number of the phone at home.")]


def given(values: Mapping[PersonalField, str | None]) -> dict[PersonalField, str]:
    """Return the fields that an option was given for."""
    return {field: value for field, value in values.items() if value is not None}
