"""How staff make sure that a caller is the member: by what the caller says, held against what is on file (BAL-2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from pointclub.people.rules.contacts import UnreadableValueError, normalised
from pointclub.people.rules.personal_fields import MAILS, PHONES, PersonalField

VALID_FOR = dt.timedelta(minutes=30)
LOCKED_WITHIN = dt.timedelta(hours=1)
MOST_FAILURES = 5
LEAST_RIGHT = 2
MOST_WRONG = 1


class IdentityQuestion(StrEnum):
    """What a caller is asked."""

    BIRTH_DATE = "birth_date"
    POSTAL_CODE = "postal_code"
    PHONE = "phone"
    MAIL = "mail"
    KANA = "kana"


_FIELDS: Mapping[IdentityQuestion, tuple[PersonalField, ...]] = {
    IdentityQuestion.BIRTH_DATE: (PersonalField.BIRTH_DATE,),
    IdentityQuestion.POSTAL_CODE: (PersonalField.POSTAL_CODE,),
    IdentityQuestion.PHONE: PHONES,
    IdentityQuestion.MAIL: MAILS,
    IdentityQuestion.KANA: (PersonalField.KANA,),
}


def answered(answers: Mapping[IdentityQuestion, str]) -> dict[IdentityQuestion, str]:
    """Return the answers that say something."""
    return {question: said for question, said in answers.items() if said.strip()}


def is_identified(
    answers: Mapping[IdentityQuestion, str], on_file: Mapping[PersonalField, str], *, on: dt.date
) -> bool:
    """Return whether two answers are right and no more than one is wrong.

    One may be wrong, because people move and change their numbers. What is not on file is as wrong as what differs
    from it, so that nobody learns from the outcome what is kept.
    """
    said = answered(answers)
    right = sum(_is_right(question, text, on_file, on=on) for question, text in said.items())
    return right >= LEAST_RIGHT and len(said) - right <= MOST_WRONG


def _is_right(question: IdentityQuestion, text: str, on_file: Mapping[PersonalField, str], *, on: dt.date) -> bool:
    return any(
        field in on_file and _comparable(field, text, on=on) == _comparable(field, on_file[field], on=on)
        for field in _FIELDS[question]
    )


def _comparable(field: PersonalField, text: str, *, on: dt.date) -> str | None:
    """Return the value without what people leave to chance; None equals nothing that is on file."""
    try:
        return "".join(normalised(field, text, on=on).casefold().split())
    except UnreadableValueError:
        return None
